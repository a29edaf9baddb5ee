"""The photo journal: photos in order of time, each with what the moment was; what waits for an agreement is not in it."""

import io
from datetime import UTC, date, datetime
from pathlib import Path

from django.test import Client
from PIL import Image

from recolte.journal.models import Event
from recolte.sources.actions import deposit_link, open_door
from recolte.sources.models import Kind, Source
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
