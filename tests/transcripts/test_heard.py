"""Hearing a recording chunk by chunk: what was heard once is never lost, nor heard again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from recolte.engine.speech.fake import FakeTranscriber
from recolte.gatherings.actions import plan_gathering
from recolte.jobs.actions import Running, cancel, start, sweep
from recolte.jobs.models import LEASE, Job, State, Worker
from recolte.sources.models import Source
from recolte.transcripts.actions import start_transcription
from recolte.transcripts.models import Chunk, Transcript, Turn
from tests.world import World, kept, tone, work

SOUND = tone(9)


class Killed(BaseException):
    """The process ends here: nothing of what follows is run."""


@pytest.fixture(autouse=True)
def short_chunks(settings: Any) -> None:
    settings.SPEECH_CHUNK_SECONDS = 1


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The spans that the engine is asked to hear."""
    asked: list[tuple[int, int]] = []
    hear = FakeTranscriber.chunks

    def listen(self: FakeTranscriber, pcm: str, spans: list[tuple[int, int]], **options: Any) -> Iterator[Any]:
        for one in hear(self, pcm, spans, **options):
            asked.append(spans[one[0]])
            yield one

    monkeypatch.setattr(FakeTranscriber, "chunks", listen)
    return asked


def _hear(world: World, sound: bytes = SOUND) -> Source:
    """A recording that was looked into already, transcribed."""
    source = kept(world, "son.wav", content=sound)
    start_transcription(source)
    work()
    return source


def _kill_at_step(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Kill the transcription at the end of its step `number` (0 begins it), before it is committed."""
    step, count = Running.step, [0]

    @contextmanager
    def killing(self: Running, **progress: Any) -> Iterator[None]:
        with step(self, **progress):
            yield
            if self.job.name == "transcripts.transcribe":
                count[0] += 1
                if count[0] == number + 1:
                    raise Killed

    monkeypatch.setattr(Running, "step", killing)


def _said(source: Source) -> list[tuple[int, str, int | None, int | None, list[int]]]:
    turns = Transcript.objects.get(source=source).turns.all()
    return [(turn.position, turn.text, turn.start_ms, turn.end_ms, turn.words) for turn in turns]


def test_each_chunk_is_heard_once(world: World, heard: list[tuple[int, int]]) -> None:
    source = _hear(world)
    transcript = source.transcripts.get()
    chunks = list(transcript.chunks.values_list("start_ms", "end_ms", "is_done"))
    assert len(chunks) >= 4
    assert [(start, end) for start, end, _ in chunks] == heard
    assert ([done for *_, done in chunks], chunks[0][0], chunks[-1][1]) == ([True] * len(chunks), 0, 9000)
    assert [end for _, end, _ in chunks[:-1]] == [start for start, *_ in chunks[1:]]
    words = " ".join(turn.text for turn in transcript.turns.all()).split()
    assert words == [f"mot{number}" for number in range(23)]
    assert (transcript.engine["model"], transcript.engine["compute_type"]) == ("fake", "int8")
    assert Job.objects.get(name="transcripts.transcribe").result == {
        "transcript": str(transcript.pk),
        "turns": transcript.turns.count(),
    }


@pytest.mark.parametrize("step", [0, 3])
def test_an_interrupted_transcription_goes_on_with_what_it_lacks(
    world: World, heard: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    whole = _hear(world)
    spans = heard.copy()
    heard.clear()
    world.gathering = plan_gathering(world.community, "Une autre", by=world.amina)
    with monkeypatch.context() as patch:
        _kill_at_step(patch, step)
        with pytest.raises(Killed):
            _hear(world)
    source = Source.objects.get(gathering=world.gathering)
    done = max(0, step - 1)  # chunks committed before it was killed
    before = list(Turn.objects.filter(transcript__source=source).values_list("id", flat=True))
    assert Chunk.objects.filter(transcript__source=source, is_done=True).count() == done
    assert heard == spans[:step]

    heard.clear()
    Worker.objects.update(seen_at=timezone.now() - LEASE - timedelta(seconds=1))
    assert sweep() == 1
    work()
    assert heard == spans[done:]
    assert _said(source) == _said(whole)
    assert before == list(Turn.objects.filter(transcript__source=source).values_list("id", flat=True))[:done]
    assert Transcript.objects.get(source=source).is_complete
    assert Job.objects.get(subject=source.pk, name="transcripts.transcribe").attempt == 2


def test_a_cancelled_transcription_goes_on_when_it_is_started_again(
    world: World, heard: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    step, count = Running.step, [0]

    @contextmanager
    def cancelling(self: Running, **progress: Any) -> Iterator[None]:
        with step(self, **progress):
            yield
        if self.job.name == "transcripts.transcribe":
            count[0] += 1
            if count[0] == 3:  # two chunks are done
                cancel(self.job)

    with monkeypatch.context() as patch:
        patch.setattr(Running, "step", cancelling)
        source = _hear(world)
    job = Job.objects.get(name="transcripts.transcribe")
    assert (job.state, source.transcripts.get().is_complete) == (State.CANCELLED, False)
    before = heard.copy()
    world.client("amina").post(f"/recueil/{source.pk}/reprendre/")
    work()
    assert source.transcripts.get().is_complete
    spans = list(source.transcripts.get().chunks.values_list("start_ms", "end_ms"))
    assert (before[:2], heard[len(before) :]) == (spans[:2], spans[2:])


def test_what_is_half_heard_can_be_read_but_not_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        _kill_at_step(patch, 2)
        with pytest.raises(Killed):
            _hear(world)
    source = Source.objects.get()
    amina = world.client("amina")
    page = amina.get(source.get_absolute_url()).content.decode()
    assert ("mot0" in page, "mots.json" in page, "/transcriptions/" in page) == (True, False, False)
    assert amina.get("/recherche/?q=mot0").context["count"] == 0


def test_what_has_its_transcript_is_not_transcribed_once_more(world: World) -> None:
    source = _hear(world)
    start_transcription(source)
    assert Job.objects.filter(state=State.QUEUED).count() == 0


def test_without_a_model_the_recording_stays_and_the_page_says_what_to_do(
    world: World, amina: Any, settings: Any, tmp_path: Path
) -> None:
    settings.SPEECH_MODEL, settings.SPEECH_CACHE = str(tmp_path / "none"), tmp_path
    source = _hear(world)
    job = Job.objects.get(name="transcripts.transcribe")
    assert (job.state, job.problem, source.state) == (State.FAILED, "no_model", "ready")
    assert "RECOLTE_SPEECH_MODEL" in amina.get(source.get_absolute_url()).content.decode()


def test_a_recording_of_silence_says_that_no_word_was_heard(world: World, amina: Any) -> None:
    source = _hear(world, tone(3, amplitude=0))
    assert (source.transcripts.get().is_complete, source.transcripts.get().turns.count()) == (True, 0)
    assert amina.get(source.get_absolute_url()).context["turns"] == ""


def test_a_job_whose_recording_is_gone_fails_alone(world: World) -> None:
    job = start("transcripts.transcribe", world.gathering.pk)
    work()
    job.refresh_from_db()
    assert (job.state, job.problem) == (State.FAILED, "unexpected")
