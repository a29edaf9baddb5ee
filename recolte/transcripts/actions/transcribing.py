"""From sound to turns: which recordings are heard, and the long work of hearing one."""

from typing import Any

from django.conf import settings

from recolte.community.models import User
from recolte.engine.speech import Model
from recolte.engine.turns import Turn as PlainTurn
from recolte.jobs import actions as jobs
from recolte.jobs.actions import Running
from recolte.jobs.crashpoints import crashpoint
from recolte.journal.actions import record
from recolte.sources import store
from recolte.sources.actions import on_agreed, on_ready
from recolte.sources.models import Kind, Source, State
from recolte.transcripts.actions.bringing import adopt_brought, bring_transcript, namesakes
from recolte.transcripts.actions.versions import add_turns, changed
from recolte.transcripts.hearing import decode, speech_engine, speech_model
from recolte.transcripts.models import Chunk, Origin, Transcript

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


def start_transcription(source: Source, *, by: User | None = None, again: bool = False) -> None:
    """Queue the transcription of a recording that is ready and agreed, unless it has a transcript already."""
    if source.kind != Kind.RECORDING or source.state not in (State.READY, State.DAMAGED) or not source.is_agreed:
        return
    adopt_brought(source)
    if again or not source.transcripts.filter(is_complete=True).exists():
        jobs.start(
            "transcripts.transcribe",
            source.pk,
            community=source.community,
            by=by or source.deposit.by,
            topic=source.gathering_id,
        )


def transcribe(source: Source, running: Running) -> dict[str, Any]:
    """Hear a recording chunk by chunk; each chunk's turns and its mark are one transaction, so that a crash costs one.

    An interrupted transcription goes on with the chunks that it lacks, whoever takes it up.
    """
    model = speech_model()
    running.stage("decoding")
    with store.working_folder() as folder, store.on_disk(source.community_id, source.sha256) as path:
        pcm = folder / "sound.pcm"
        duration_ms, cut = decode(path, pcm)
        transcript = _begun(source, model) or _begin(source, model, cut, running)
        done = sum(chunk.end_ms - chunk.start_ms for chunk in transcript.chunks.filter(is_done=True))
        running.stage("listening", total=duration_ms, done=done)
        crashpoint("transcribe.begun")
        waiting = list(transcript.chunks.filter(is_done=False))
        spans = [(chunk.start_ms, chunk.end_ms) for chunk in waiting]
        with speech_engine(model) as engine:
            for index, turns, language in engine.chunks(
                str(pcm), spans, language=transcript.language or None, on_wait=running.check
            ):
                done += spans[index][1] - spans[index][0]
                with running.step(done=done):
                    _keep_chunk(transcript, waiting[index], turns, language)
                    crashpoint("transcribe.chunk")
                crashpoint("transcribe.chunk_done")
    with running.step():
        transcript.is_complete = True
        transcript.save(update_fields=["is_complete"])
        record("transcript.heard", transcript, by=running.job.by, model=model.sha256)
        changed(transcript)
        crashpoint("transcribe.completed")
    return {"transcript": str(transcript.pk), "turns": transcript.turns.count()}


def _engine_facts(model: Model) -> dict[str, str]:
    return {
        "engine": "faster-whisper",
        "model": model.name,
        "sha256": model.sha256,
        "compute_type": settings.SPEECH_COMPUTE_TYPE,
    }


def _begun(source: Source, model: Model) -> Transcript | None:
    """The unfinished transcript that an earlier attempt with the same model left."""
    earlier = Transcript.objects.filter(source=source, origin=Origin.MACHINE, is_complete=False).first()
    return earlier if earlier and earlier.engine == _engine_facts(model) and earlier.chunks.exists() else None


def _begin(source: Source, model: Model, spans: list[tuple[int, int]], running: Running) -> Transcript:
    """A new machine transcript of `source`, in the place of any earlier one."""
    with running.step():
        Transcript.objects.filter(source=source, origin=Origin.MACHINE).delete()
        transcript = Transcript.objects.create(
            community=source.community,
            source=source,
            origin=Origin.MACHINE,
            engine=_engine_facts(model),
            language=source.deposit.language,
        )
        Chunk.objects.bulk_create(
            Chunk(community=source.community, transcript=transcript, index=i, start_ms=start, end_ms=end)
            for i, (start, end) in enumerate(spans)
        )
    return transcript


def _keep_chunk(transcript: Transcript, chunk: Chunk, turns: list[PlainTurn], language: str) -> None:
    add_turns(transcript, turns, chunk.index * TURNS_PER_CHUNK)
    Chunk.objects.filter(pk=chunk.pk).update(is_done=True)
    transcript.language = transcript.language or language
    transcript.version += 1
    transcript.save(update_fields=["language", "version"])
