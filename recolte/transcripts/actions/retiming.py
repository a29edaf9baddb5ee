"""Times for a transcript that was brought without any, from what a machine hears in its recording."""

from django.db import transaction

from recolte.community.models import User
from recolte.engine.problems import Problem, Unreadable
from recolte.engine.retiming import retime
from recolte.journal.actions import record
from recolte.transcripts.actions.transcribing import start_transcription
from recolte.transcripts.actions.versions import changed, next_version
from recolte.transcripts.models import Origin, Transcript, Turn, flat_words


def machine_transcript(transcript: Transcript) -> Transcript | None:
    """What a machine has heard in the same recording, once it is whole."""
    return Transcript.objects.filter(source=transcript.source, origin=Origin.MACHINE, is_complete=True).first()


@transaction.atomic
def find_times(transcript: Transcript, *, by: User) -> bool:
    """Time the turns of `transcript` by what a machine heard; queue that hearing first where there is none yet.

    Returns whether the times are there now. Raises `Unreadable(NOT_ALIKE)` when they say something else.
    """
    heard = machine_transcript(transcript)
    if not heard:
        start_transcription(transcript.source, by=by, timing=transcript)
        return False
    transcript = Transcript.objects.select_for_update().get(pk=transcript.pk)
    rows = list(transcript.turns.order_by("position"))
    found = retime([row.plain() for row in rows], heard.plain().turns)
    if not found.is_believable:
        raise Unreadable(Problem.NOT_ALIKE, f"{found.share:.2f} of the words")
    for row, turn in zip(rows, found.turns, strict=True):
        row.start_ms, row.end_ms, row.words = turn.start_ms, turn.end_ms, flat_words(turn)
    Turn.objects.bulk_update(rows, ["start_ms", "end_ms", "words"], batch_size=500)
    next_version(transcript)
    record("transcript.timed", transcript, by=by, percent=round(found.share * 100))
    changed(transcript)
    return True
