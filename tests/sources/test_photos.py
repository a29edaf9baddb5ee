"""The photo journal: photos in order of time, each with what the moment was; what waits for an agreement is not in it."""

import io
from datetime import UTC, date, datetime
from pathlib import Path

from django.test import Client
from PIL import Image

from recolte.cards.actions import personal_link
from recolte.community.actions import join
from recolte.community.models import Role, User
from recolte.community.people import find_or_make_person
from recolte.consent.actions import agree_to, withdraw
from recolte.consent.models import Consent, Purpose
from recolte.journal.models import Event
from recolte.sources.actions import deposit_link, open_deposit, open_door, receive, say_who_is_seen
from recolte.sources.models import Kind, Source
from recolte.sources.photos import seen_on
from tests.world import World, kept, work


def _taken(world: World, name: str, *moment: int, agreed: str = "Tous, à voix haute.") -> Source:
    photo = kept(world, name, Kind.PHOTO, agreed=agreed)
    if moment:
        Source.objects.filter(pk=photo.pk).update(dated_at=datetime(*moment, tzinfo=UTC))  # type: ignore[arg-type, misc]
    return photo


def _shown(client: Client, world: World) -> list[tuple[date | None, list[str]]]:
    page = client.get(f"{world.gathering.get_absolute_url()}photos/")
    return [(day, [shot.source.name for shot in those]) for day, those in page.context["days"]]


def test_photos_stand_in_order_of_time_on_the_clock_of_the_place(world: World, bruno: Client) -> None:
    _taken(world, "sans date.jpg")
    _taken(world, "le soir.jpg", 2021, 9, 16, 23)  # it is past midnight in Dijon
    _taken(world, "le midi.jpg", 2021, 9, 16, 10)
    kept(world, "table.wav")
    assert _shown(bruno, world) == [
        (date(2021, 9, 16), ["le midi.jpg"]),
        (date(2021, 9, 17), ["le soir.jpg"]),
        (None, ["sans date.jpg"]),
    ]


def test_what_waits_for_an_agreement_is_in_nobody_elses_journal(world: World, amina: Client, bruno: Client) -> None:
    hers = _taken(world, "visages.jpg", agreed="")
    assert [_shown(client, world) for client in (amina, bruno)] == [[(None, ["visages.jpg"])], []]
    refused = bruno.post(f"{world.gathering.get_absolute_url()}photos/", {"photo": hers.pk, "moment": "Vu."})
    assert (refused.status_code, Source.objects.get().moment) == (404, "")


def test_who_brought_it_and_who_organises_say_what_the_moment_was(world: World, amina: Client, bruno: Client) -> None:
    url = f"{world.gathering.get_absolute_url()}photos/"
    of_amina, of_bruno = _taken(world, "une.jpg"), kept(world, "autre.jpg", Kind.PHOTO, by=world.bruno)
    tries = [
        client.post(url, {"photo": photo.pk, "moment": f"  On {words}\n la soupe. "}).status_code
        for client, photo, words in (
            (amina, of_amina, "sert"),
            (bruno, of_bruno, "goûte"),
            (bruno, of_amina, "renverse"),
            (amina, of_bruno, "goûte"),
        )
    ]
    assert tries == [302, 302, 403, 302]
    moments = dict(Source.objects.values_list("name", "moment"))
    assert moments == {"une.jpg": "On sert la soupe.", "autre.jpg": "On goûte la soupe."}
    lines = Event.objects.filter(verb="source.moment_told").order_by("pk").values_list("by", "data")
    assert list(lines) == [(world.amina.pk, {}), (world.bruno.pk, {})]  # what was said again is not told twice
    may = {
        who: [shot.may_tell for _day, those in client.get(url).context["days"] for shot in those]
        for who, client in (("amina", amina), ("bruno", bruno))
    }
    assert may == {"amina": [True, True], "bruno": [False, True]}


def test_the_word_left_with_a_photo_stands_beside_it(world: World, amina: Client, tmp_path: Path) -> None:
    door = open_door(world.gathering, 14, by=world.amina)
    token = deposit_link(door).rsplit("/", 2)[1]
    with (tmp_path / "photo.jpg").open("wb+") as file:
        file.write(_jpeg())
        file.seek(0)
        Client().post(f"/deposer/{token}/", {"name": "Inès", "words": "La halle\n\navant la pluie.", "photo": file})
    work()
    ((_day, (shot,)),) = amina.get(f"{world.gathering.get_absolute_url()}photos/").context["days"]
    assert (shot.word, shot.source.deposit.who, shot.may_tell) == ("La halle\navant la pluie.", "Inès", True)


def _jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "#963").save(out, "JPEG")
    return out.getvalue()


def test_a_photo_waits_for_those_who_are_seen_on_it_and_goes_with_them(world: World, bruno: Client) -> None:
    """A practitioner sees it once both have agreed; nobody does, but who brought it, once one of them takes it back."""
    eva = User.objects.create_user("eva@example.org", "Eva")
    join(world.community, eva, Role.PRACTITIONER, by=world.amina)
    photo = _taken(world, "à table.jpg")
    chloe, marc = (find_or_make_person(world.community, name=name, by=world.amina) for name in ("Chloé", "Marc"))

    def seen() -> list[bool]:
        readers = (world.amina, world.bruno, eva)
        return [Source.objects.readable_by(user).filter(pk=photo.pk).exists() for user in readers]

    assert seen() == [True, True, True]
    say_who_is_seen(photo, [chloe, marc], by=world.amina)
    agree_to(chloe, [Purpose.PHOTO, Purpose.GROUP], how=Consent.How.SPOKEN, by=world.amina)
    agree_to(marc, [Purpose.GROUP], how=Consent.How.SPOKEN, by=world.amina)
    assert seen() == [True, True, False]
    agree_to(marc, [Purpose.PHOTO], how=Consent.How.SPOKEN, by=world.amina)
    assert seen() == [True, True, True]
    withdraw(marc, [Purpose.PHOTO], how=Consent.How.LINK, by=None)
    assert (seen(), seen_on(photo)) == ([True, False, False], [(chloe, "agreed"), (marc, "withdrawn")])
    say_who_is_seen(photo, [chloe], by=world.amina)
    assert seen() == [True, True, True]


def test_who_is_seen_is_said_on_the_page_of_the_photo_and_shown_to_them(
    world: World, amina: Client, tmp_path: Path
) -> None:
    (tmp_path / "cour.jpg").write_bytes(_jpeg())
    photo = receive(open_deposit(world.gathering, by=world.amina, agreed="Tous."), tmp_path / "cour.jpg", "cour.jpg")
    assert isinstance(photo, Source)
    work()
    page = amina.get(photo.get_absolute_url())
    assert list(page.context["form"].fields) == ["other"]
    assert amina.post(f"/recueil/{photo.pk}/qui/", {"other": " Chloé "}).status_code == 302
    chloe = photo.people.get()
    assert [(person.name, said) for person, said in amina.get(photo.get_absolute_url()).context["seen"]] == [
        ("Chloé", "")
    ]
    link = personal_link(chloe)
    anonymous = Client()
    assert list(anonymous.get(link).context["photos"]) == [photo]
    sent = anonymous.get(f"{link}photos/{photo.pk}/")
    assert (sent.status_code, sent["Content-Type"], b"".join(sent)[:4]) == (200, "image/webp", b"RIFF")
    assert amina.post(f"/recueil/{photo.pk}/qui/", {"people": [str(chloe.pk), "x"]}).status_code == 302
    assert amina.post(f"/recueil/{photo.pk}/qui/", {}).status_code == 302
    assert (photo.people.count(), anonymous.get(f"{link}photos/{photo.pk}/").status_code) == (0, 404)
    assert Event.objects.filter(verb="source.seen_told").count() == 2
