"""« Ma page » and the rail: what waits for each one, and nobody else's."""

from django.test import Client

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
