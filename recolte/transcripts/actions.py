"""From sound, or from a file somebody wrote, to turns."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from recolte.community.models import Person, User
from recolte.engine.formats import FORMATS
from recolte.engine.formats.cues import into_turns
from recolte.engine.formats.decoding import normalise
from recolte.engine.problems import Problem, Unreadable
from recolte.engine.realign import realign
from recolte.engine.speech import Model
from recolte.engine.turns import Turn as PlainTurn
from recolte.jobs import actions as jobs
from recolte.jobs.actions import Running
from recolte.jobs.crashpoints import crashpoint
from recolte.journal.actions import digest, record
from recolte.sources import store
from recolte.sources.actions import heard_in, on_agreed, on_ready
from recolte.sources.models import Kind, Source, State
from recolte.transcripts.hearing import decode, speech_engine, speech_model
from recolte.transcripts.models import Chunk, Correction, Origin, Speaker, Transcript, Turn, flat_words

TURNS_PER_CHUNK = 100_000  # positions reserved for each chunk, so that chunks may end in any order
SUBTITLES = ("vtt", "srt")  # cues are cut for the eye: they are joined into turns
LARGEST_FILE = 32 * 1024 * 1024  # bytes of a transcript file; three hours of talk make about 300 kB

Hook = Callable[[Transcript, Correction | None], None]
_on_new_version: list[Hook] = []


def on_new_version(hook: Hook) -> Hook:
    """Register what a later stage does, in the same transaction, when the text of a transcript is new — or when one turn
    of it was corrected: then it is given the `Correction` too.
    """
    _on_new_version.append(hook)
    return hook


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
        for recording in _namesakes(source, Kind.RECORDING)[:1]:
            _adopt_brought(recording)
    start_transcription(source)


def start_transcription(source: Source, *, by: User | None = None, again: bool = False) -> None:
    """Queue the transcription of a recording that is ready and agreed, unless it has a transcript already."""
    if source.kind != Kind.RECORDING or source.state not in (State.READY, State.DAMAGED) or not source.is_agreed:
        return
    _adopt_brought(source)
    if again or not source.transcripts.filter(is_complete=True).exists():
        jobs.start(
            "transcripts.transcribe",
            source.pk,
            community=source.community,
            by=by or source.deposit.by,
            topic=source.gathering_id,
        )


@transaction.atomic
def bring_transcript(source: Source) -> Transcript:
    """Read the transcript file `source`; it goes to the recording of the same name, when there is one (both agreed).

    Raises `Unreadable` when nothing in it can be read.
    """
    if source.size > LARGEST_FILE:
        raise Unreadable(Problem.TOO_LARGE)
    read = FORMATS[source.format].read
    if read is None:
        raise Unreadable(Problem.UNKNOWN_KIND)
    with store.open_file(source.community_id, source.sha256) as file:
        plain = read(file.read())
    turns = into_turns(plain.turns) if source.format in SUBTITLES else plain.turns
    recording = next(iter(_namesakes(source, Kind.RECORDING)), None)
    transcript = Transcript.objects.create(
        community=source.community,
        source=recording or source,
        brought_as=source,
        origin=Origin.BROUGHT,
        language=plain.language,
        is_complete=True,
        faults=[[fault.line, fault.code] for fault in plain.faults],
        engine={"format": source.format},
    )
    add_turns(transcript, turns)
    crashpoint("bring.added")
    record("transcript.brought", transcript, by=source.deposit.by, turns=len(turns))
    changed(transcript)
    return transcript


def _adopt_brought(recording: Source) -> None:
    """A transcript that came in before the recording of the same name was its own reader; now it joins the recording."""
    brought = _namesakes(recording, Kind.TRANSCRIPT)
    for transcript in Transcript.objects.filter(brought_as__in=brought, source=F("brought_as")):
        transcript.source = recording
        transcript.save(update_fields=["source"])
        changed(transcript)


def _namesakes(source: Source, kind: Kind) -> list[Source]:
    """The sources of the same name — agreed, as `source` is: so that whoever reads the one may read the other."""
    if not source.is_agreed:
        return []
    others = Source.objects.filter(gathering=source.gathering_id, kind=kind).exclude(attestation=None)
    return [other for other in others.select_related("community") if other.stem == source.stem]


def add_turns(transcript: Transcript, turns: Iterable[PlainTurn], first_position: int = 0) -> None:
    """Append plain turns to `transcript`, naming its speakers as the turns do."""
    speakers = {speaker.label: speaker for speaker in transcript.speakers.all()}
    rows = []
    offset = 0  # right at once where these are the first turns; `changed` lays out the others
    for position, turn in enumerate(turns, first_position):
        label = turn.speaker[:160]
        if label and label not in speakers:
            speakers[label] = Speaker.objects.create(
                community_id=transcript.community_id, transcript=transcript, label=label
            )
        rows.append(
            Turn(
                community_id=transcript.community_id,
                transcript=transcript,
                position=position,
                speaker=speakers.get(label),
                start_ms=turn.start_ms,
                end_ms=turn.end_ms,
                text=turn.text,
                offset=offset,
                words=flat_words(turn),
            )
        )
        offset += len(turn.text) + 1
    Turn.objects.bulk_create(rows, batch_size=500)


def changed(transcript: Transcript) -> None:
    """The whole text is new: lay out its turns, note whose voices are not named yet, and tell the later stages."""
    _lay_out(transcript)
    _note_voices(transcript)
    for hook in _on_new_version:
        hook(transcript, None)


def _lay_out(transcript: Transcript) -> None:
    offset, moved = 0, []
    for turn in transcript.turns.order_by("position").only("id", "offset", "text"):
        if turn.offset != offset:
            turn.offset = offset
            moved.append(turn)
        offset += len(turn.text) + 1
    Turn.objects.bulk_update(moved, ["offset"], batch_size=500)


def _note_voices(transcript: Transcript) -> None:
    """Tell the source who is heard in it, over all its transcripts that are complete."""
    for source in {transcript.source, transcript.brought_as or transcript.source}:
        turns = Turn.objects.filter(Q(transcript__source=source) | Q(transcript__brought_as=source))
        turns = turns.filter(transcript__is_complete=True)
        people = Person.objects.filter(voices__turns__in=turns).distinct()
        unnamed = turns.filter(Q(speaker=None) | Q(speaker__person=None)).exists()
        heard_in(source, people, unknown=unnamed or not turns.exists())


@transaction.atomic
def name_voice(turns: Iterable[Turn], person: Person, *, by: User) -> None:
    """Say that `person` speaks in `turns`, which are of one transcript."""
    those = list(turns)
    if not those:
        return
    transcript = those[0].transcript
    speaker = _voice_of(transcript, person)
    Turn.objects.filter(pk__in=[turn.pk for turn in those]).update(speaker=speaker)
    transcript.speakers.filter(turns=None).delete()
    _voices_changed(transcript, person, by=by, turns=len(those))


@transaction.atomic
def recognise_voice(speaker: Speaker, person: Person, *, by: User) -> None:
    """Say that the voice called `speaker` in its transcript is `person`, wherever it speaks there."""
    transcript = speaker.transcript
    known = transcript.speakers.filter(person=person).exclude(pk=speaker.pk).first()
    count = speaker.turns.count()
    if known:
        speaker.turns.update(speaker=known)
        speaker.delete()
    else:
        speaker.person = person
        speaker.save(update_fields=["person"])
    _voices_changed(transcript, person, by=by, turns=count)


def _voice_of(transcript: Transcript, person: Person) -> Speaker:
    speaker = transcript.speakers.filter(person=person).first()
    if speaker:
        return speaker
    taken = set(transcript.speakers.values_list("label", flat=True))
    label = first = str(person)[:150]
    number = 2
    while label in taken:
        label, number = f"{first} ({number})", number + 1
    return Speaker.objects.create(
        community_id=transcript.community_id, transcript=transcript, label=label, person=person
    )


def _voices_changed(transcript: Transcript, person: Person, *, by: User, turns: int) -> None:
    _next_version(transcript)
    _note_voices(transcript)
    record("voice.named", transcript, by=by, person=str(person.pk), turns=turns)


def _next_version(transcript: Transcript) -> None:
    transcript.version += 1
    transcript.save(update_fields=["version"])


@transaction.atomic
def mark_listened(turns: Iterable[Turn], *, by: User) -> None:
    """`by` has heard these turns, and their words are what is said."""
    for turn in turns:
        if turn.listened_at is None:
            turn.listened_by, turn.listened_at = by, timezone.now()
            turn.save(update_fields=["listened_by", "listened_at"])
            record("turn.listened", turn, by=by, sha256=digest(turn.text))


class Outdated(Exception):
    """Somebody else changed the text in the meantime; `theirs` is what stands there now."""

    def __init__(self, theirs: str) -> None:
        super().__init__(theirs)
        self.theirs = theirs


@transaction.atomic
def correct_turn(turn: Turn, text: str, *, before: str, by: User) -> Correction | None:
    """Write `text` in the place of the words of `turn`, which its corrector read as `before`; None if nothing changes.

    A new version of the transcript: the times of its words are found again, the turn has to be listened to again, and
    what later stages had anchored in it follows in the same transaction. Raises `Outdated`, `ValidationError`.
    """
    transcript = Transcript.objects.select_for_update().get(pk=turn.transcript_id)
    turn = Turn.objects.get(pk=turn.pk)
    text = normalise(text).strip()
    if turn.text != normalise(before):
        raise Outdated(turn.text)
    if not text:
        raise ValidationError(_("A turn cannot be empty: write what is said in it."))
    if text == turn.text:
        return None
    plain, moved = turn.plain(), len(text) - len(turn.text)
    words = realign(plain.text, plain.words, text, turn.start_ms, turn.end_ms)
    was, turn.text = turn.text, text
    turn.words = flat_words(PlainTurn(text, "", turn.start_ms, turn.end_ms, tuple(words)))
    turn.listened_by = turn.listened_at = None
    turn.save()
    transcript.turns.filter(offset__gt=turn.offset).update(offset=F("offset") + moved)
    _next_version(transcript)
    correction = Correction.objects.create(
        community_id=turn.community_id,
        transcript=transcript,
        turn=turn,
        version=transcript.version,
        before=was,
        after=text,
        by=by,
    )
    record("turn.corrected", turn, by=by, version=transcript.version)
    for hook in _on_new_version:
        hook(transcript, correction)
    return correction


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
