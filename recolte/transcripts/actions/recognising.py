"""Recognising people by their voice in other recordings of their community: only those who agreed to it.

How somebody sounds is kept (`Print`) while they agree, and erased when they do not any more. What it leads to is a guess
beside a voice without a name; a person says whether it is so.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from django.db import transaction

from recolte.community.models import Person, User
from recolte.consent.actions import on_withdrawal
from recolte.consent.models import Purpose
from recolte.consent.rules import given
from recolte.engine.voices import Array, span_vector, unit
from recolte.jobs import actions as jobs
from recolte.jobs.actions import Running
from recolte.journal.actions import record
from recolte.sources import store
from recolte.sources.models import Kind
from recolte.transcripts.hearing import decode
from recolte.transcripts.models import Print, Speaker, Transcript, Turn

EXAMPLE_MS = 2000  # of a voice, without which nothing can be said of it; three seconds are asked for
ENOUGH_MS = 60_000  # of a voice: more says nothing new
ALIKE = 0.85  # likeness from which two recordings may be of one voice: of the same reader we measured 0.87 to 0.93
BESIDE = 0.05  # by which the likeness to anybody else is smaller


def compare_later(transcript: Transcript, *, by: User | None) -> None:
    """Queue the comparison of the voices of a recording with those that may be recognised."""
    source = transcript.source
    if source.kind == Kind.RECORDING and transcript.is_complete:
        name, topic = "transcripts.compare_voices", source.gathering_id
        jobs.start(name, transcript.pk, community=source.community, by=by, topic=topic)


def compare_voices(transcript: Transcript, running: Running) -> dict[str, Any]:
    """Listen to each voice of a recording: keep how those sound who agreed, guess who the nameless may be."""
    running.stage("decoding")
    source = transcript.source
    with store.working_folder() as folder, store.on_disk(source.community_id, source.sha256) as path:
        pcm = folder / "sound.pcm"
        decode(path, pcm)
        spans = spans_of_voices(transcript.turns.exclude(speaker=None))
        running.stage("listening", total=len(spans))
        heard = {}
        for done, (speaker, some) in enumerate(spans.items(), 1):
            heard[speaker] = voice_of(pcm, some)
            running.progress(done)
    with running.step():
        return {"guesses": recognise(transcript, heard)}


def spans_of_voices(turns: Any) -> dict[int, list[tuple[int, int]]]:
    """(start, end) in ms of the turns of each voice, the longest first, up to ENOUGH_MS; voices that are hardly heard are
    left out. Where a person or a file says whose they are, those alone.
    """
    told: dict[int, dict[bool, list[tuple[int, int]]]] = {}
    facts = turns.exclude(start_ms=None).exclude(end_ms=None)
    for speaker, margin, start, end in facts.values_list("speaker", "margin", "start_ms", "end_ms"):
        told.setdefault(speaker, {True: [], False: []})[margin is None].append((start, end))
    found = {}
    for speaker, spans in told.items():
        kept, total = list[tuple[int, int]](), 0
        for start, end in sorted(spans[True] or spans[False], key=lambda span: span[0] - span[1]):
            if total < ENOUGH_MS and end > start:
                kept.append((start, min(end, start + ENOUGH_MS - total)))
                total += kept[-1][1] - start
        if total >= EXAMPLE_MS:
            found[speaker] = kept
    return found


def voice_of(pcm: Path, spans: Sequence[tuple[int, int]]) -> Array | None:
    """The voice that is heard in all of `spans`, each counted by its length."""
    heard = [(span_vector(pcm, *span), span[1] - span[0]) for span in spans]
    sums = [one * np.float32(lasts) for one, lasts in heard if one is not None]
    return unit(np.sum(sums, axis=0)) if sums else None


def recognise(transcript: Transcript, heard: Mapping[int, Array | None]) -> int:
    """Keep how those sound who agreed to it, and guess who the voices without a name may be, by how they sound (speaker →
    vector); how many guesses there are.
    """
    speakers = {one.pk: one for one in transcript.speakers.select_related("person")}
    people = {one.person_id for one in speakers.values() if one.person_id}
    agreed = {pk for pk, purposes in given(people).items() if Purpose.RECOGNISE in purposes}
    for pk, vector in heard.items():
        speaker = speakers.get(pk)
        if speaker and vector is not None and speaker.person_id in agreed:
            _keep(speaker, vector)
    prints = list(Print.objects.filter(community=transcript.community_id).exclude(person__in=people))
    standing = given([one.person_id for one in prints])
    prints = [one for one in prints if Purpose.RECOGNISE in standing[one.person_id]]
    count = 0
    for pk, vector in heard.items():
        speaker = speakers.get(pk)
        if speaker and vector is not None and speaker.person_id is None:
            speaker.guess_id = _nearest([one for one in prints if str(one.person_id) not in speaker.denied], vector)
            speaker.save(update_fields=["guess"])
            count += speaker.guess_id is not None
    return count


def _keep(speaker: Speaker, vector: Array) -> None:
    turns = speaker.turns.filter(margin=None).exclude(start_ms=None).exclude(end_ms=None)
    seconds = sum((end or 0) - (start or 0) for start, end in turns.values_list("start_ms", "end_ms")) // 1000
    assert speaker.person is not None
    known = Print.objects.filter(person=speaker.person).first()
    if not turns or (known and known.seconds >= seconds):
        return
    facts = {"community_id": speaker.community_id, "seconds": seconds, "vector": [round(float(x), 5) for x in vector]}
    kept, _new = Print.objects.update_or_create(person=speaker.person, defaults=facts)
    record("voice.kept", kept, by=None, person=str(speaker.person_id), seconds=seconds)


def _nearest(prints: Sequence[Print], vector: Array) -> UUID | None:
    """Whose voice it may be; nobody's where it is not alike enough, or alike to two."""
    alike = sorted(((float(np.dot(np.array(one.vector, np.float32), vector)), one) for one in prints), key=_likeness)
    if not alike or alike[-1][0] < ALIKE or (len(alike) > 1 and alike[-1][0] - alike[-2][0] < BESIDE):
        return None
    return alike[-1][1].person_id


def _likeness(pair: tuple[float, Print]) -> float:
    return pair[0]


@transaction.atomic
def deny_guess(speaker: Speaker, *, by: User) -> None:
    """This voice is not that of whom the machine guessed; it does not ask again."""
    record("voice.denied", speaker.transcript, by=by, person=str(speaker.guess_id))
    speaker.denied, speaker.guess = [*speaker.denied, str(speaker.guess_id)], None
    speaker.save(update_fields=["guess", "denied"])


@on_withdrawal
def forget_voice(person: Person) -> None:
    """Who does not agree any more is not recognised any more, and how they sound is erased."""
    if Purpose.RECOGNISE in given([person.pk])[person.pk]:
        return
    Speaker.objects.filter(guess=person).update(guess=None)
    for one in Print.objects.filter(person=person):
        record("voice.erased", one, by=None, person=str(person.pk))
        one.delete()


def marked(transcript: Transcript) -> dict[int, int]:
    """How many ms of each voice (by its key) a person, a file or a channel says are its own."""
    found: dict[int, int] = {}
    facts = Turn.objects.filter(transcript=transcript, margin=None).exclude(speaker=None).exclude(start_ms=None)
    for speaker, start, end in facts.exclude(end_ms=None).values_list("speaker", "start_ms", "end_ms"):
        found[speaker] = found.get(speaker, 0) + (end or 0) - (start or 0)
    return found
