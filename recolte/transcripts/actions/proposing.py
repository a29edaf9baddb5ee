"""A machine proposes whose voice speaks in each turn that nobody said it of; people's own words about it stay."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from recolte.community.models import User
from recolte.engine.voices import Array, Part, heard_as
from recolte.jobs import actions as jobs
from recolte.jobs.actions import Running
from recolte.jobs.models import Job
from recolte.journal.actions import record
from recolte.sources import store
from recolte.sources.models import Kind
from recolte.transcripts.actions.correcting import Row, rewrite, row_of
from recolte.transcripts.actions.recognising import EXAMPLE_MS, marked, recognise, spans_of_voices, voice_of
from recolte.transcripts.hearing import decode
from recolte.transcripts.models import Correction, Speaker, Transcript, Turn
from recolte.transcripts.voices import known_voices, voice_label

OPEN = Q(speaker=None) | Q(margin__isnull=False)  # turns of which nobody has said whose voice it is
MOST = 20  # voices that are told apart


@transaction.atomic
def ask_for_voices(transcript: Transcript, *, count: int | None = None, by: User) -> Job:
    """Queue the proposal of a voice for each turn that has none. Raises `ValidationError`.

    People's turns are the examples, 3 s a voice; where fewer than two voices have them, `count` says how many speak.
    """
    if transcript.source.kind != Kind.RECORDING or not transcript.is_complete or not transcript.is_timed:
        raise ValidationError(_("Voices are told apart in the sound: this transcript has no times in a recording."))
    if not transcript.turns.filter(OPEN).exists():
        raise ValidationError(_("Every turn of this transcript has its voice: there is nothing to propose."))
    if sum(lasts >= EXAMPLE_MS for lasts in marked(transcript).values()) < 2 and not count:
        raise ValidationError(
            _("Say how many people speak, or give turns of three seconds at least to two voices or more.")
        )
    source = transcript.source
    name, topic = "transcripts.propose_voices", source.gathering_id
    return jobs.start(name, transcript.pk, community=source.community, by=by, topic=topic, count=count or 0)


def propose_voices(transcript: Transcript, running: Running) -> dict[str, Any]:
    """Listen to each turn whose voice nobody gave, and propose the nearest voice; one change in all, to be undone as one."""
    running.stage("decoding")
    source = transcript.source
    with store.working_folder() as folder, store.on_disk(source.community_id, source.sha256) as path:
        pcm = folder / "sound.pcm"
        decode(path, pcm)
        examples = spans_of_voices(transcript.turns.exclude(speaker=None).filter(margin=None))
        heard = {speaker: voice_of(pcm, spans) for speaker, spans in examples.items()}
        voices: list[tuple[int | None, Array]] = [(pk, one) for pk, one in heard.items() if one is not None]
        turns = list(transcript.turns.filter(OPEN).exclude(start_ms=None).exclude(end_ms=None))
        total = sum((turn.end_ms or 0) - (turn.start_ms or 0) for turn in turns)
        if len(voices) < 2:
            running.stage("listening", total=total)
            count = min(MOST, running.job.options.get("count") or 0)
            found = known_voices([turn.plain() for turn in turns], pcm, count, running.progress)
            voices = _matched(voices, found)
        running.stage("proposing_voices", total=total)
        parts, done = dict[int, list[Part]](), 0
        for turn in turns if voices else []:
            known = [vector for _, vector in voices]
            parts[turn.pk] = heard_as(turn.plain(), pcm, known, whole=turn.is_by_hand)
            done += (turn.end_ms or 0) - (turn.start_ms or 0)
            running.progress(done)
    with running.step():
        speakers = _speakers(transcript, [pk for pk, _ in voices])
        count = _put(transcript, {turn.pk: turn for turn in turns}, parts, speakers, by=running.job.by)
        recognise(transcript, {one.pk: vector for one, (_, vector) in zip(speakers, voices, strict=True)})
        record("voices.proposed", transcript, by=running.job.by, turns=count, voices=len(voices))
    return {"transcript": str(transcript.pk), "turns": count}


def _matched(given: Sequence[tuple[int | None, Array]], found: Sequence[Array]) -> list[tuple[int | None, Array]]:
    """The voices that were `found` by themselves; those that people gave stand in the place of the most alike."""
    left = list(found)
    for _key, one in given:
        if left:
            left.pop(max(range(len(left)), key=lambda i: float(left[i] @ one)))
    return [*given, *((None, one) for one in left)]


def _speakers(transcript: Transcript, keys: Sequence[int | None]) -> list[Speaker]:
    """The voices of these keys; for None, a new one."""
    known = {one.pk: one for one in transcript.speakers.all()}
    own = set(transcript.turns.filter(margin=None).exclude(speaker=None).values_list("speaker", flat=True))
    free = (label for label in map(voice_label, range(10_000)))
    taken = {one.label for one in known.values() if one.pk in own or one.person_id}
    speakers = []
    for key in keys:
        if key in known:
            speakers.append(known[key])
            continue
        label = next(label for label in free if label not in taken)
        facts = {"community_id": transcript.community_id}
        speakers.append(transcript.speakers.get_or_create(label=label, defaults=facts)[0])
    return speakers


def _put(
    transcript: Transcript,
    asked: Mapping[int, Turn],
    parts: Mapping[int, Sequence[Part]],
    speakers: Sequence[Speaker],
    *,
    by: User | None,
) -> int:
    """Write what is proposed for the turns that are as they were when it was asked; how many have a voice by that."""

    def rows(turn: Turn) -> list[Row]:
        was, found = asked.get(turn.pk), parts.get(turn.pk) or []
        if was is None or (turn.text, turn.start_ms, turn.end_ms) != (was.text, was.start_ms, was.end_ms):
            return []
        if turn.speaker_id is not None and turn.margin is None or (turn.is_by_hand and len(found) > 1):
            return []  # somebody has said whose it is, or listened to it, meanwhile
        return [
            row_of(turn, part.turn, is_new=index > 0) | _proposal(speakers[part.voice], part.margin)
            for index, part in enumerate(found)
        ]

    return _each(transcript, rows, kind=Correction.Kind.PROPOSED, by=by)


def _proposal(speaker: Speaker, margin: float) -> Row:
    return {"speaker": speaker.pk, "label": speaker.label, "margin": min(100, round(margin * 100))}


@transaction.atomic
def take_proposals_back(transcript: Transcript, *, by: User) -> int:
    """Take back every voice that a machine proposed and nobody confirmed; how many turns have no voice any more."""

    def rows(turn: Turn) -> list[Row]:
        return [] if turn.margin is None else [row_of(turn) | {"speaker": None, "label": "", "margin": None}]

    return _each(transcript, rows, kind=Correction.Kind.UNDONE, by=by)


def _each(transcript: Transcript, rows: Any, *, kind: str, by: User | None) -> int:
    """Put `rows(turn)`, where there are any, in the place of each turn: one change, from the first to the last."""
    transcript = Transcript.objects.select_for_update().get(pk=transcript.pk)
    turns = list(transcript.turns.select_related("speaker__person").order_by("position"))
    new = [rows(turn) for turn in turns]
    those = [index for index, some in enumerate(new) if some]
    if not those:
        return 0
    first, last = those[0], those[-1] + 1
    for turn in turns[first:last]:
        turn.transcript = transcript
    written = [
        row for turn, some in zip(turns[first:last], new[first:last], strict=True) for row in some or [row_of(turn)]
    ]
    rewrite(turns[first:last], written, kind=kind, by=by)
    return sum(len(some) for some in new)
