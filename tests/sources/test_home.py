"""« Ma page » and the rail: what waits for each one, and nobody else's."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from recolte.gatherings.actions import call_off, plan_gathering
from recolte.sources.models import Kind, Source
from tests.world import World, kept


def _rail(client: Client) -> list[tuple[str, int]]:
    return [(stop.icon, stop.count) for stop in client.get("/").context["rail"]]


def test_what_waits_for_an_agreement_is_told_to_who_brought_it(world: World, amina: Client, bruno: Client) -> None:
    assert _rail(amina) == [("home", 0), ("path", 0), ("layers", 0), ("calendar", 0), ("consent", 0)]
    for name in ("un.wav", "deux.wav"):
        kept(world, name, agreed="")
    assert _rail(amina) == [("home", 0), ("path", 0), ("layers", 0), ("calendar", 0), ("lock", 2), ("consent", 0)]
    assert _rail(bruno) == [("home", 0), ("path", 0), ("calendar", 0), ("consent", 0)]
    assert list(amina.get("/").context["unagreed"]) == [world.gathering]
    assert list(bruno.get("/").context["unagreed"]) == []


def test_who_left_the_community_is_not_asked_for_an_agreement_any_more(world: World, bruno: Client) -> None:
    kept(world, "un.wav", agreed="", by=world.bruno)
    world.community.memberships.filter(user=world.bruno).delete()
    assert _rail(bruno) == [("home", 0), ("calendar", 0)]


def test_what_could_not_be_read_is_told_to_who_brought_it(world: World, amina: Client, bruno: Client) -> None:
    broken = kept(world, "abîmé.wav")
    kept(world, "note.md", Kind.DOCUMENT)
    Source.objects.filter(pk=broken.pk).update(state="damaged", problem="partly_read")
    assert list(amina.get("/").context["unread"]) == [broken]
    assert list(bruno.get("/").context["unread"]) == []
    assert [row.source.name for row in amina.get("/").context["recent"]] == ["note.md", "abîmé.wav"]
    assert list(bruno.get("/").context["recent"]) == []


def test_who_is_of_no_community_is_told_how_to_join_one(world: World) -> None:
    world.elsewhere.memberships.all().delete()
    page = world.client("driss").get("/")
    assert (list(page.context["communities"]), list(page.context["gatherings"])) == ([], [])
    assert "/communaute/" not in page.content.decode()


def test_the_next_gathering_comes_first_then_the_last_then_what_has_no_day(world: World, amina: Client) -> None:
    today = timezone.localdate()
    world.gathering.delete()
    for name, days in [("Hier", -1), ("Jadis", -300), ("Dans un an", 365), ("Demain", 1), ("Aujourd’hui", 0)]:
        plan_gathering(world.community, name, by=world.amina, starts_on=today + timedelta(days=days))
    plan_gathering(world.community, "Un jour", by=world.amina, is_option=True)
    off = plan_gathering(world.community, "Annulée", by=world.amina, starts_on=today + timedelta(days=2))
    call_off(off, by=world.amina)
    shown = [str(one) for one in amina.get("/").context["gatherings"]]
    assert shown == ["Aujourd’hui", "Demain", "Dans un an", "Hier", "Jadis", "Un jour"]
