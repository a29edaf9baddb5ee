"""A transcript as it leaves the desk: without the words that were struck off the record."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import F, Q
from django.db.models.functions import Length

from recolte.engine.turns import Transcript as PlainTranscript
from recolte.engine.withholding import Span, within, without
from recolte.sources.withheld import Struck, mark, withheld
from recolte.transcripts.models import Transcript, Turn


def spans_in(turn: Turn, struck: Collection[Struck]) -> list[Span]:
    """The words of `turn` that were struck: code points of its text, in order. What was struck in another transcript of the
    recording, or by ear, is what is said in those seconds.
    """
    points = [one.points for one in struck if one.points and _is_here(one, turn.transcript_id)]
    seconds = [one.seconds for one in struck if one.seconds and not _is_here(one, turn.transcript_id)]
    return within(turn.plain(), turn.offset, points, seconds)


def struck_of(turn: Turn) -> list[Span]:
    """The words of one turn that were struck."""
    return spans_in(turn, withheld([turn.transcript.source_id]).get(turn.transcript.source_id, []))


def _is_here(one: Struck, transcript: UUID) -> bool:
    return one.points is not None and one.transcript == transcript


def struck_in(transcript: Transcript) -> dict[int, list[Span]]:
    """The words that were struck, by the key of their turn; turns without any are left out."""
    struck = withheld([transcript.source_id]).get(transcript.source_id, [])
    if not struck:
        return {}
    touched = Q(pk=None)
    for one in struck:
        if one.points and _is_here(one, transcript.pk):
            touched |= Q(offset__lt=one.points[1], ends__gt=one.points[0])
        elif one.seconds:
            touched |= Q(start_ms__lt=one.seconds[1], end_ms__gt=one.seconds[0])
    turns = transcript.turns.annotate(ends=F("offset") + Length("text")).filter(touched)
    found = {turn.pk: spans_in(turn, struck) for turn in turns.select_related("speaker__person")}
    return {pk: spans for pk, spans in found.items() if spans}


def leaving(transcript: Transcript) -> tuple[PlainTranscript, int]:
    """The transcript as it is taken away, and in how many of its turns words are withheld."""
    hidden = struck_in(transcript)
    turns = transcript.turns.select_related("speaker__person").order_by("position")
    here = mark()
    plain = [without(turn.plain(), hidden.get(turn.pk, []), here) for turn in turns]
    return PlainTranscript(plain, transcript.language, title=transcript.title), len(hidden)
