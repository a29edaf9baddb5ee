"""A part is heard again, perhaps by another model, with the names of the glossary; what people wrote stays."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import F

from recolte.coding.actions import make_code
from recolte.engine.speech.fake import FakeTranscriber
from recolte.engine.turns import Turn as PlainTurn
from recolte.engine.turns import Word
from recolte.gatherings.models import Attendance
from recolte.jobs.models import Job, State
from recolte.journal.verifying import verify
from recolte.transcripts.actions import (
    add_term,
    correct_turn,
    hear_again,
    mark_listened,
    remove_term,
    split_turn,
    start_transcription,
    undo,
)
from recolte.transcripts.actions.transcribing import spans_to_hear
from recolte.transcripts.glossary import MOST, learnt, terms
from recolte.transcripts.models import Correction, Run, Term, Transcript, Turn
from tests.world import World, kept, tone, work

Asked = list[tuple[list[tuple[int, int]], str]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Asked:
    """What the engine was asked for, each time: spans, hotwords. It hears one turn of two words per second."""
    settings.SPEECH_CHUNK_SECONDS = 3
    asks: Asked = []

    def chunks(
        self: FakeTranscriber,
        pcm: str,
        spans: Any,
        language: str | None = None,
        hotwords: str = "",
        on_wait: Any = None,
    ) -> Iterator[Any]:
        asks.append((list(spans), hotwords))
        for index, (start, end) in enumerate(spans):
            on_wait()
            yield index, [_heard(second, len(asks)) for second in range(-(-start // 1000), -(-end // 1000))], "fr"

    monkeypatch.setattr(FakeTranscriber, "chunks", chunks)
    return asks


def _heard(second: int, time: int) -> PlainTurn:
    text, at = f"{second} ouïe{time}", len(str(second)) + 1
    words = (
        Word(0, at - 1, second * 1000, second * 1000 + 300, 0.9),
        Word(at, len(text), second * 1000 + 300, second * 1000 + 900, 0.6),
    )
    return PlainTurn(text, "", second * 1000, second * 1000 + 900, words)


@pytest.fixture
def transcript(world: World, asked: Asked) -> Transcript:
    source = kept(world, "son.wav", content=tone(9))
    start_transcription(source)
    work()
    return source.transcripts.get()


def texts(transcript: Transcript) -> list[str]:
    return [turn.text for turn in transcript.turns.order_by("position")]


def turn(transcript: Transcript, text: str) -> Turn:
    return transcript.turns.get(text=text)


def test_only_what_nobody_touched_is_heard_again(world: World, transcript: Transcript, asked: Asked) -> None:
    assert texts(transcript) == [f"{n} ouïe1" for n in range(9)]
    mark_listened([turn(transcript, "3 ouïe1")], by=world.bruno)
    correct_turn(turn(transcript, "4 ouïe1"), "quatre", before="4 ouïe1", by=world.bruno)
    run = hear_again(transcript, 0, 9000, by=world.amina)
    work()
    assert run and asked[1][0] == [(0, 2900), (5000, 7900), (8000, 8900)]
    assert texts(transcript) == [
        *(f"{n} ouïe2" for n in range(3)),
        "3 ouïe1",
        "quatre",
        *(f"{n} ouïe2" for n in range(5, 9)),
    ]
    run.refresh_from_db()
    assert run.finished_at and run.engine["model"] == "fake" and run.engine["options"]["beam_size"] == 5
    job = Job.objects.get(name="transcripts.hear_again")
    assert (job.state, job.result["turns"]) == (State.DONE, 7)
    assert [link.sentence for walk in verify() for link in walk.broken if "/ecoute/" in link.address] == []


def test_a_part_is_heard_again_and_the_rest_stays(world: World, transcript: Transcript, asked: Asked) -> None:
    hear_again(transcript, 4200, 5500, by=world.amina)
    work()
    assert asked[1][0] == [(4000, 5900)]
    assert texts(transcript) == [
        *(f"{n} ouïe1" for n in range(4)),
        "4 ouïe2",
        "5 ouïe2",
        *(f"{n} ouïe1" for n in range(6, 9)),
    ]
    assert hear_again(transcript, 20_000, 30_000, by=world.amina) is None


def test_what_somebody_writes_while_it_is_heard_again_stays(world: World, transcript: Transcript) -> None:
    hear_again(transcript, 0, 9000, by=world.amina)
    one = turn(transcript, "1 ouïe1")
    split_turn(one, 1, before=one.text, by=world.bruno)
    work()
    assert texts(transcript)[:4] == ["0 ouïe2", "1", "ouïe1", "2 ouïe2"]


def test_an_interrupted_hearing_goes_on_with_what_it_lacks(
    world: World, transcript: Transcript, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = hear_again(transcript, 0, 9000, by=world.amina)
    assert run
    run.chunks.filter(index=0).update(is_done=True)
    work()
    assert asked[1][0] == [(3000, 5900), (6000, 8900)]
    assert texts(transcript)[2:4] == ["2 ouïe1", "3 ouïe2"]


def test_the_new_words_keep_the_voice_that_spoke_then_and_can_be_undone(world: World, transcript: Transcript) -> None:
    named = transcript.speakers.create(community=world.community, label="Voix de Chloé")
    transcript.turns.filter(text__in=["1 ouïe1", "2 ouïe1"]).update(speaker=named)
    hear_again(transcript, 0, 2900, by=world.amina)
    work()
    assert [one.speaker for one in transcript.turns.order_by("position")[:4]] == [None, named, named, None]
    assert transcript.corrections.get().kind == Correction.Kind.HEARD
    undo(transcript, by=world.amina)
    assert texts(transcript)[:3] == ["0 ouïe1", "1 ouïe1", "2 ouïe1"]


def test_spans_end_where_turns_do(transcript: Transcript) -> None:
    turns = list(transcript.turns.order_by("position"))
    assert spans_to_hear(turns, 3000) == [(0, 2900), (3000, 5900), (6000, 8900)]
    assert spans_to_hear(turns, 500) == [(n * 1000, n * 1000 + 900) for n in range(9)]
    transcript.turns.update(end_ms=F("start_ms"))
    assert spans_to_hear(transcript.turns.order_by("position"), 3000) == [(0, 3000), (4000, 7000)]


# The glossary


def test_the_names_of_the_gathering_are_expected(world: World, asked: Asked) -> None:
    add_term(world.community, "Ressourcerie du Haut-Pont", by=world.amina)
    Attendance.objects.create(community=world.community, gathering=world.gathering, person=world.chloe)
    assert terms(world.gathering) == ["Ressourcerie du Haut-Pont", "Chloé", "L’Atelier"]
    code = make_code(world.community, "pouvoir d’agir", by=world.amina)
    assert terms(world.gathering)[-1] == "pouvoir d’agir"
    code.delete()
    source = kept(world, "son.wav", content=tone(3))
    start_transcription(source)
    work()
    assert asked[0][1] == "Ressourcerie du Haut-Pont, Chloé, L’Atelier"
    assert source.transcripts.get().engine["hotwords"] == terms(world.gathering)


def test_corrections_teach_it_names(world: World, transcript: Transcript) -> None:
    correct_turn(turn(transcript, "1 ouïe1"), "Avec Solène, à Bressuire. Puis rien.", before="1 ouïe1", by=world.bruno)
    found = Term.objects.all()
    assert [(one.words, one.origin, one.by) for one in found] == [
        ("Bressuire", "corrected", world.bruno),
        ("Solène", "corrected", world.bruno),
    ]
    remove_term(found[0], by=world.amina)
    assert terms(world.gathering) == ["Solène"]


def test_a_name_that_was_saved_while_it_was_written_is_not_kept(world: World, transcript: Transcript) -> None:
    before = "1 ouïe1"
    for typed in ("Avec Solè", "Avec Solène", "Avec Solène et Ibrahim"):
        correct_turn(Turn.objects.get(text=before), typed, before=before, by=world.bruno)
        before = typed
    correct_turn(Turn.objects.get(text=before), "Avec elles et Ibrahima", before=before, by=world.amina)
    assert [one.words for one in Term.objects.all()] == ["Ibrahim", "Ibrahima", "Solène"]  # those of others stay


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ("on va à la bressuire", "On va à Bressuire", []),  # the word was there: only its capital is new
        ("on va à la brosserie", "On va à Bressuire", ["Bressuire"]),
        ("", "Bressuire. Chloé ? « Amina » l’a dit", []),
        ("oui", "oui, d’Aubusson et l’AMAP de Saint-Brieuc", ["Aubusson", "AMAP", "Saint-Brieuc"]),
    ],
)
def test_names_have_a_capital_inside_a_sentence(before: str, after: str, names: list[str]) -> None:
    assert learnt(before, after) == names


def test_a_term_is_one_name_once_and_there_are_fifty_at_most(world: World) -> None:
    assert add_term(world.community, " tiers-lieu ", by=world.amina) == add_term(
        world.community, "Tiers-lieu", by=world.bruno
    )
    for wrong in ("", "a", "a" * 61, "une, deux"):
        with pytest.raises(ValidationError):
            add_term(world.community, wrong, by=world.amina)
    Term.objects.bulk_create(Term(community=world.community, words=f"mot {n}") for n in range(60))
    assert len(terms(world.gathering)) == MOST
    assert Run.objects.count() == 0
