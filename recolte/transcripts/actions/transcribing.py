"""From sound to turns: which recordings are heard, and the long work of hearing one."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from recolte.community.models import User
from recolte.engine.speech import OPTIONS, Model
from recolte.engine.turns import Turn as PlainTurn
from recolte.engine.voices import Sides
from recolte.jobs import actions as jobs
from recolte.jobs.actions import Running
from recolte.jobs.crashpoints import crashpoint
from recolte.journal.actions import record
from recolte.sources import store
from recolte.sources.actions import on_agreed, on_ready
from recolte.sources.models import Kind, Source, State
from recolte.transcripts.actions.bringing import adopt_brought, bring_transcript, namesakes
from recolte.transcripts.actions.correcting import rewrite, row_of
from recolte.transcripts.actions.recognising import compare_later
from recolte.transcripts.actions.versions import add_turns, changed
from recolte.transcripts.glossary import hotwords, terms
from recolte.transcripts.hearing import decode, decode_by_channel, speech_engine, speech_model
from recolte.transcripts.models import Chunk, Correction, HeardElsewhere, Origin, Print, Run, Transcript, Turn
from recolte.transcripts.voices import labelled

TURNS_PER_CHUNK = 100_000  # positions reserved for each chunk, so that chunks may end in any order


@on_ready
def read_or_hear(source: Source) -> None:
    """A transcript that was brought is read at once; a recording is transcribed if that was agreed."""
    if source.kind == Kind.TRANSCRIPT:
        bring_transcript(source)
    start_transcription(source)


@on_agreed
def join_or_hear(source: Source) -> None:
    """Once it is agreed, a transcript joins the recording of its name, and a recording is transcribed."""
    if source.kind == Kind.TRANSCRIPT:
        for recording in namesakes(source, Kind.RECORDING)[:1]:
            adopt_brought(recording)
    start_transcription(source)


def start_transcription(
    source: Source,
    *,
    by: User | None = None,
    model: str = "",
    timing: Transcript | None = None,
    even_so: bool = False,
) -> None:
    """Queue the transcription of a recording that is ready and agreed, unless it has a transcript already.

    `model` is one of `settings.SPEECH_MODELS`, "" that of the installation. `timing` is a transcript without times that
    will be given those of what is heard; the recording is heard for it all the same. Where another recording of the same
    moment was chosen, this one is only heard for such times, or `even_so`.
    """
    if source.kind != Kind.RECORDING or source.state not in (State.READY, State.DAMAGED) or not source.is_agreed:
        return
    adopt_brought(source)
    if HeardElsewhere.objects.standing().filter(source=source).exists() and not timing and not even_so:
        return
    if timing or not source.transcripts.filter(is_complete=True).exists():
        jobs.start(
            "transcripts.transcribe",
            source.pk,
            community=source.community,
            by=by or source.deposit.by,
            topic=source.gathering_id,
            model=model,
            timing=str(timing.pk) if timing else "",
        )


def transcribe(source: Source, running: Running) -> dict[str, Any]:
    """Hear a recording chunk by chunk; each chunk's turns and its mark are one transaction, so that a crash costs one.

    An interrupted transcription goes on with the chunks that it lacks, whoever takes it up.
    """
    model = speech_model(running.job.options.get("model", ""))
    running.stage("decoding")
    with store.working_folder() as folder, store.on_disk(source.community_id, source.sha256) as path:
        pcm = folder / "sound.pcm"
        duration_ms, cut, levels = decode_by_channel(path, pcm)
        transcript = _begun(source, model) or _begin(source, model, cut, running)
        chunks = transcript.chunks.filter(run=None)
        keep = partial(_keep_chunk, transcript, levels)
        _hear(pcm, chunks, transcript, transcript.engine, model, duration_ms, running, keep)
    with running.step():
        transcript.is_complete = True
        transcript.save(update_fields=["is_complete"])
        record("transcript.heard", transcript, by=running.job.by, model=model.sha256)
        changed(transcript)
        if levels and Print.objects.filter(community=source.community).exists():
            compare_later(transcript, by=running.job.by)
        crashpoint("transcribe.completed")
    return {"transcript": str(transcript.pk), "turns": transcript.turns.count()}


def _hear(
    pcm: Path,
    chunks: QuerySet[Chunk],
    transcript: Transcript,
    engine: dict[str, Any],
    model: Model,
    total_ms: int,
    running: Running,
    keep: Callable[[Chunk, list[PlainTurn], str], object],
) -> None:
    """Hear the chunks that are not done; that each is kept, and its mark, are one transaction."""
    done = sum(chunk.end_ms - chunk.start_ms for chunk in chunks.filter(is_done=True))
    running.stage("listening", total=total_ms, done=done)
    crashpoint("transcribe.begun")
    waiting = list(chunks.filter(is_done=False))
    spans = [(chunk.start_ms, chunk.end_ms) for chunk in waiting]
    expected = hotwords(engine.get("hotwords", []))
    with speech_engine(model) as heard:
        for index, turns, language in heard.chunks(
            str(pcm), spans, language=transcript.language or None, hotwords=expected, on_wait=running.check
        ):
            done += spans[index][1] - spans[index][0]
            with running.step(done=done):
                keep(waiting[index], turns, language)
                Chunk.objects.filter(pk=waiting[index].pk).update(is_done=True)
                crashpoint("transcribe.chunk")
            crashpoint("transcribe.chunk_done")


def engine_facts(model: Model, expected: list[str]) -> dict[str, Any]:
    """What hears: enough to do it again, and to know which weights wrote a transcript."""
    return {
        "engine": "faster-whisper",
        "version": version("faster-whisper"),
        "model": model.name,
        "sha256": model.sha256,
        "device": settings.SPEECH_DEVICE,
        "compute_type": settings.SPEECH_COMPUTE_TYPE,
        "options": OPTIONS,
        "hotwords": expected,
    }


def _begun(source: Source, model: Model) -> Transcript | None:
    """The unfinished transcript that an earlier attempt with the same model left."""
    earlier = Transcript.objects.filter(source=source, origin=Origin.MACHINE, is_complete=False).first()
    if not earlier or not earlier.chunks.exists():
        return None
    same = engine_facts(model, earlier.engine.get("hotwords", []))  # the glossary may have grown since
    return earlier if earlier.engine == same else None


def _begin(source: Source, model: Model, spans: list[tuple[int, int]], running: Running) -> Transcript:
    """A new machine transcript of `source`, in the place of any earlier one."""
    with running.step():
        Transcript.objects.filter(source=source, origin=Origin.MACHINE).delete()
        transcript = Transcript.objects.create(
            community=source.community,
            source=source,
            origin=Origin.MACHINE,
            engine=engine_facts(model, terms(source.gathering)),
            language=source.deposit.language,
        )
        Chunk.objects.bulk_create(
            Chunk(community=source.community, transcript=transcript, index=i, start_ms=start, end_ms=end)
            for i, (start, end) in enumerate(spans)
        )
    return transcript


def _keep_chunk(
    transcript: Transcript, levels: Sides | None, chunk: Chunk, turns: list[PlainTurn], language: str
) -> None:
    add_turns(transcript, labelled(turns, levels) if levels else turns, chunk.index * TURNS_PER_CHUNK)
    transcript.language = transcript.language or language
    transcript.version += 1
    transcript.save(update_fields=["language", "version"])


@transaction.atomic
def hear_again(transcript: Transcript, start_ms: int, end_ms: int, *, model: str = "", by: User) -> Run | None:
    """Queue another hearing of what no person has listened to or written between two moments; None if there is nothing.

    `model` is one of `settings.SPEECH_MODELS`, "" that of the installation; the glossary is that of now.
    """
    turns = transcript.turns.filter(start_ms__lt=end_ms, end_ms__gt=start_ms).order_by("position")
    spans = spans_to_hear(turns, settings.SPEECH_CHUNK_SECONDS * 1000)
    if not spans:
        return None
    facts: dict[str, Any] = {"community_id": transcript.community_id, "transcript": transcript}
    run = Run.objects.create(start_ms=spans[0][0], end_ms=spans[-1][1], model=model, by=by, **facts)
    Chunk.objects.bulk_create(
        Chunk(run=run, index=index, start_ms=start, end_ms=end, **facts) for index, (start, end) in enumerate(spans)
    )
    record("transcript.hear_again", transcript, by=by, start_ms=run.start_ms, end_ms=run.end_ms)
    source = transcript.source
    jobs.start("transcripts.hear_again", run.pk, community=source.community, by=by, topic=source.gathering_id)
    return run


def spans_to_hear(turns: Iterable[Turn], longest_ms: int) -> list[tuple[int, int]]:
    """(start, end) in ms of what neighbouring turns that no person touched cover, cut between turns near `longest_ms`."""
    spans: list[tuple[int, int]] = []
    is_open = False
    for turn in turns:
        if turn.is_by_hand or turn.start_ms is None or turn.end_ms is None:
            is_open = False
        elif is_open and turn.end_ms - spans[-1][0] <= longest_ms:
            spans[-1] = (spans[-1][0], max(spans[-1][1], turn.end_ms))
        else:
            spans.append((turn.start_ms, turn.end_ms))
            is_open = True
    return [(start, end) for start, end in spans if end > start]


def hear_run(run: Run, running: Running) -> dict[str, Any]:
    """Hear the chunks of `run` that are not done yet, and put what is heard in the place of what the machine had written."""
    transcript = run.transcript
    source = transcript.source
    model = speech_model(run.model)
    if not run.engine:
        with running.step():
            run.engine = engine_facts(model, terms(source.gathering))
            run.save(update_fields=["engine"])
    running.stage("decoding")
    rewritten = 0
    with store.working_folder() as folder, store.on_disk(source.community_id, source.sha256) as path:
        pcm = folder / "sound.pcm"
        decode(path, pcm)
        chunks = run.chunks.all()
        total = sum(chunk.end_ms - chunk.start_ms for chunk in chunks)

        def keep(chunk: Chunk, turns: list[PlainTurn], _language: str) -> None:
            nonlocal rewritten
            rewritten += put_in_place(transcript, chunk.start_ms, chunk.end_ms, turns, by=run.by)

        _hear(pcm, chunks, transcript, run.engine, model, total, running, keep)
    with running.step():
        run.finished_at = timezone.now()
        run.save(update_fields=["finished_at"])
        record("transcript.heard_again", transcript, by=run.by, model=model.sha256, turns=rewritten)
    return {"transcript": str(transcript.pk), "turns": rewritten}


def put_in_place(
    transcript: Transcript, start_ms: int, end_ms: int, heard: Sequence[PlainTurn], *, by: User | None
) -> int:
    """Put what was `heard` between two moments in the place of the machine's turns there; how many turns it wrote.

    What somebody has listened to or written meanwhile stays, and what was heard during it is left out. A new turn is of
    the voice that spoke most of its time before. Where nothing was heard, the old words stay for a person to judge.
    """
    transcript = Transcript.objects.select_for_update().get(pk=transcript.pk)
    near = transcript.turns.filter(end_ms__gt=start_ms, start_ms__lt=end_ms).select_related("speaker__person")
    groups: list[list[Turn]] = []
    by_hand: list[Turn] = []
    is_open = False
    for turn in near.order_by("position"):
        turn.transcript = transcript
        middle = ((turn.start_ms or 0) + (turn.end_ms or 0)) // 2
        is_free = not turn.is_by_hand and start_ms <= middle <= end_ms
        if not is_free:
            by_hand.append(turn)
        elif is_open:
            groups[-1].append(turn)
        else:
            groups.append([turn])
        is_open = is_free
    written = 0
    for index, group in enumerate(groups):
        low = start_ms if index == 0 else _begins(group)
        high = end_ms if index + 1 == len(groups) else _begins(groups[index + 1])
        new = [one for one in heard if low <= _middle(one) < high and not any(_covers(turn, one) for turn in by_hand)]
        if not new:
            continue
        rows = [row_of(_nearest(group, one), one, is_new=True) for one in new]
        for turn, row in zip(group, rows, strict=False):
            row["id"] = turn.pk
        group = list(transcript.turns.filter(pk__in=[one.pk for one in group]).select_related("speaker__person"))
        for turn in group:
            turn.transcript = transcript
        rewrite(group, rows, kind=Correction.Kind.HEARD, by=by)
        written += len(rows)
    return written


def _begins(group: Sequence[Turn]) -> int:
    return group[0].start_ms or 0


def _middle(turn: PlainTurn) -> int:
    return ((turn.start_ms or 0) + (turn.end_ms or turn.start_ms or 0)) // 2


def _covers(turn: Turn, heard: PlainTurn) -> bool:
    return (turn.start_ms or 0) <= _middle(heard) <= (turn.end_ms or 0)


def _nearest(group: Sequence[Turn], heard: PlainTurn) -> Turn:
    """The turn of `group` that shares most time with what was heard."""

    def shared(turn: Turn) -> int:
        return min(turn.end_ms or 0, heard.end_ms or 0) - max(turn.start_ms or 0, heard.start_ms or 0)

    return max(group, key=shared)
