"""Several recorders of one moment: which is the clearest, and which one somebody chose to use."""

import io
import wave
from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from recolte.consent.actions import withdraw
from recolte.consent.models import Consent, Purpose
from recolte.engine.audio import Moment, Pair, clearest, groups, prepare
from recolte.jobs.models import Job, State
from recolte.journal.models import Event
from recolte.sources.models import Source
from recolte.transcripts.actions import choose_recorder, hear_all_the_same, start_transcription
from recolte.transcripts.models import HeardElsewhere, SameMoment
from recolte.transcripts.recorders import alongside, recorders_of
from tests.world import World, allows, kept, tone, work

READERS = Path(__file__).parent.parent / "data" / "voices" / "lecture-a-trois-voix.wav"


def pocket(folder: Path) -> bytes:
    """The readers, as a telephone in a pocket heard them from 2.5 s on."""
    prepare(str(READERS), str(folder / "pcm"), None)
    samples = np.fromfile(folder / "pcm", "<i2")[40_000:]
    noisy = samples * 0.3 + np.random.default_rng(1).normal(0, 300, len(samples))
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(noisy.astype("<i2").tobytes())
    return out.getvalue()


def test_the_clearest_is_told_where_the_others_lie_and_what_is_of_another_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "en")
    (tmp_path / "pocket.wav").write_bytes(pocket(tmp_path))
    (tmp_path / "tone.wav").write_bytes(tone(12))
    out = io.StringIO()
    call_command("recorders", str(READERS), str(tmp_path / "pocket.wav"), str(tmp_path / "tone.wav"), stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0] == f"{tmp_path / 'pocket.wav'} begins 2.50 s after {READERS}; both hear 0:32."
    assert lines[-2:] == [
        f"The clearest: {READERS}",
        f"{tmp_path / 'tone.wav'} is of another moment than the others.",
    ]


def test_what_cannot_be_compared_is_said(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("# Carnet\n\nOn a parlé.\n")
    for names in (["une.wav"], ["une.wav", "autre.wav"], ["notes.md", "notes.md"]):
        with pytest.raises(CommandError):
            call_command("recorders", *(str(tmp_path / name) for name in names))


def beside(one: int, other: int, *clarity: float, loud: tuple[float, float] = (0, 0)) -> Pair:
    return Pair(one, other, Moment(0, 0, 1, 20), 60_000, (clarity[0], clarity[1]), loud)


def test_the_clearest_of_three_is_clearer_than_its_neighbours_and_not_distorted_where_one_is_not() -> None:
    found = [beside(0, 1, 20, 30), beside(1, 2, 28, 35), beside(3, 4, 9, 8)]
    assert groups(found) == [[0, 1, 2], [3, 4]]
    assert [clearest(group, found) for group in groups(found)] == [2, 3]
    found = [beside(0, 1, 20, 30), beside(1, 2, 28, 35, loud=(0, 0.02))]
    assert clearest([0, 1, 2], found) == 1
    assert clearest([0, 1], [beside(0, 1, 20, 30, loud=(0.5, 0.5))]) == 1


def pair(world: World) -> tuple[Source, Source]:
    """A good recorder and a telephone that began two seconds and a half later, as a machine put them beside each other."""
    good, phone = kept(world, "enregistreur.wav"), kept(world, "poche.wav")
    Source.objects.update(duration_ms=60_000)
    SameMoment.objects.create(
        community=world.community,
        one=good,
        other=phone,
        offset_ms=2500,
        drift=0,
        likeness=0.8,
        sureness=20,
        shared_ms=57_500,
        clarity_of_one=35,
        clarity_of_other=18,
        loud_in_one=0,
        loud_in_other=0,
    )
    good.refresh_from_db(), phone.refresh_from_db()
    return good, phone


def transcriptions() -> list[tuple[object, str]]:
    return list(Job.objects.filter(name="transcripts.transcribe").values_list("subject", "state"))


def test_the_page_has_them_compared_and_leads_to_the_same_second(world: World, tmp_path: Path) -> None:
    good = kept(world, "enregistreur.wav", content=READERS.read_bytes())
    phone = kept(world, "poche.wav", content=pocket(tmp_path))
    Source.objects.update(duration_ms=34_000)
    amina, page = world.client("amina"), f"/ecoute/{phone.pk}/enregistreurs/"
    assert amina.get(f"/ecoute/{phone.pk}/").context["has_siblings"] is True
    amina.post(page, {"do": "compare"})
    assert amina.get(page).context["work"] is not None
    work()
    context = amina.get(page, {"at": "0:10"}).context
    assert [(one.source, one.is_clearest, one.at_ms) for one in context["recorders"]] == [
        (good, True, 12_500),
        (phone, False, 10_000),
    ]
    found = SameMoment.objects.get()
    assert (found.one, found.other, found.offset_ms) == (phone, good, -2500)
    assert found.clarity_of_other - found.clarity_of_one > 6
    assert Event.objects.get(verb="recorders.compared").data == {"recordings": 2, "pairs": 1}
    assert [one.at_ms for one in recorders_of(good, world.amina, 1000)] == [1000, None]


def test_a_comparison_can_be_stopped_and_needs_another_recording(world: World) -> None:
    alone = kept(world, "seul.wav")
    amina, page = world.client("amina"), f"/ecoute/{alone.pk}/enregistreurs/"
    amina.post(page, {"do": "compare"})
    assert not Job.objects.filter(name="transcripts.compare_recorders").exists()
    kept(world, "autre.wav")
    amina.post(page, {"do": "compare"})
    amina.post(page, {"do": "stop"})
    assert Job.objects.get(name="transcripts.compare_recorders").state == State.CANCELLED


def test_the_one_that_is_used_is_transcribed_and_the_others_only_where_somebody_asks(world: World) -> None:
    good, phone = pair(world)
    start_transcription(phone)
    world.client("bruno").post(f"/ecoute/{good.pk}/enregistreurs/", {"do": "use"})
    assert transcriptions() == [(phone.pk, State.CANCELLED), (good.pk, State.QUEUED)]
    assert world.client("bruno").get(f"/ecoute/{phone.pk}/").context["instead"] == good
    start_transcription(phone)
    assert len(transcriptions()) == 2
    hear_all_the_same(phone, by=world.bruno)
    assert transcriptions()[2:] == [(phone.pk, State.QUEUED)]
    choose_recorder(phone, by=world.amina)
    assert list(HeardElsewhere.objects.values_list("source", "chosen")) == [(good.pk, phone.pk)]
    assert Event.objects.filter(verb="recorder.chosen").count() == 2


def test_where_the_chosen_one_may_not_be_kept_any_more_the_other_is_heard_by_itself(world: World) -> None:
    good, phone = pair(world)
    choose_recorder(good, by=world.amina)
    allows(world.chloe, Purpose.RECORD)
    good.people.add(world.chloe)
    withdraw(world.chloe, [Purpose.RECORD], how=Consent.How.SPOKEN, by=world.amina)
    start_transcription(phone)
    assert phone.pk in [subject for subject, _state in transcriptions()]
    assert alongside(phone) == []
    assert recorders_of(phone, world.bruno) == []
