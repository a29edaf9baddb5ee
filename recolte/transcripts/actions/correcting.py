"""What a person who listens does with turns: finds them right, or writes what is said, and by whom.

Everything that changes turns goes through `rewrite`: a run of turns becomes another run, in one transaction with a new
version, the `Correction` that can undo it, and whatever later stages anchored there.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from recolte.community.models import User
from recolte.engine import cutting
from recolte.engine.formats.decoding import normalise
from recolte.engine.realign import realign
from recolte.engine.turns import Turn as PlainTurn
from recolte.journal.actions import digest, record
from recolte.transcripts.actions.terms import learn
from recolte.transcripts.actions.versions import next_version, note_voices, tell
from recolte.transcripts.models import Correction, Speaker, Transcript, Turn, flat_words

Kind = Correction.Kind
WRITTEN = [  # what `rewrite` changes of a turn
    *("position", "offset", "text", "words", "start_ms", "end_ms", "speaker", "margin"),
    *("listened_by", "listened_at", "corrected_by", "corrected_at"),
]
Row = dict[str, Any]  # a turn as `Correction.was` keeps it: see `row_of`


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

    The times of its words are found again. Raises `Outdated`, `ValidationError`.
    """
    turn = _locked(turn, before)
    text = _said(text)
    if text == turn.text:
        return None
    learn(turn, text, by=by)
    plain = turn.plain()
    words = realign(plain.text, plain.words, text, turn.start_ms, turn.end_ms)
    return rewrite(
        [turn], [row_of(turn, PlainTurn(text, "", turn.start_ms, turn.end_ms, words))], kind=Kind.WORDS, by=by
    )


@transaction.atomic
def split_turn(turn: Turn, at: int, *, before: str, by: User) -> Correction:
    """Make two turns of `turn`, read as `before`, cut before the code point `at` of its text; both keep the voice.

    Raises `Outdated`, `ValidationError`.
    """
    turn = _locked(turn, before)
    try:
        first, second = cutting.cut(turn.plain(), at)
    except ValueError:
        raise ValidationError(_("There is nothing to part here: put the cursor between two words.")) from None
    return rewrite([turn], [row_of(turn, first), row_of(turn, second, is_new=True)], kind=Kind.SPLIT, by=by)


@transaction.atomic
def merge_turns(turn: Turn, *, before: str, by: User) -> Correction:
    """Make one turn of `turn`, read as `before`, and the next one; the voice is that of the first.

    Raises `Outdated`, `ValidationError`.
    """
    turn = _locked(turn, before)
    following = turn.transcript.turns.filter(position__gt=turn.position).select_related("speaker__person").first()
    if not following:
        raise ValidationError(_("This is the last turn: there is none after it to be joined with."))
    joined = cutting.join(turn.plain(), following.plain())
    return rewrite([turn, following], [row_of(turn, joined)], kind=Kind.MERGED, by=by)


@transaction.atomic
def insert_turn(
    after: Turn, text: str, *, speaker: Speaker | None, start_ms: int | None, end_ms: int | None, by: User
) -> Correction:
    """Add a turn after another one, said by `speaker` from `start_ms` to `end_ms`. Raises `ValidationError`."""
    after = _locked(after)
    text = _said(text)
    if start_ms is not None and end_ms is not None and end_ms < start_ms:
        raise ValidationError(_("A turn ends after it began: write its times again."))
    new = row_of(after, PlainTurn(text, "", start_ms, end_ms), is_new=True) | _voice(speaker)
    return rewrite([after], [row_of(after), new], kind=Kind.INSERTED, by=by)


@transaction.atomic
def remove_turn(turn: Turn, *, before: str, by: User) -> Correction:
    """Take out a turn, read as `before`, that nobody said. Raises `Outdated`, `ValidationError`."""
    turn = _locked(turn, before)
    beside = turn.transcript.turns.exclude(pk=turn.pk)
    other = beside.filter(position__lt=turn.position).last() or beside.first()
    if not other:
        raise ValidationError(_("This is the only turn: correct its words instead of taking it out."))
    run = sorted([turn, other], key=lambda one: one.position)
    return rewrite(run, [row_of(other)], kind=Kind.REMOVED, by=by)


@transaction.atomic
def give_voice(turn: Turn, speaker: Speaker | None, *, by: User) -> Correction | None:
    """Say that `turn` is of another voice of its transcript, of none that is known, or of the one that was proposed; None
    if nothing changes. It serves as an example of that voice from then on.
    """
    turn = _locked(turn)
    if turn.speaker_id == (speaker.pk if speaker else None) and turn.margin is None:
        return None
    return rewrite([turn], [row_of(turn) | _voice(speaker)], kind=Kind.VOICE, by=by)


@transaction.atomic
def undo(transcript: Transcript, *, by: User) -> Correction | None:
    """Take back the last change that `by` made and has not taken back yet; None when there is none.

    Raises `Outdated` when somebody has changed the same turns since.
    """
    transcript = Transcript.objects.select_for_update().get(pk=transcript.pk)
    own = transcript.corrections.filter(by=by, undone=None).exclude(kind=Kind.UNDONE).exclude(now=[])
    last = own.last()
    if not last:
        return None
    now = list(transcript.turns.filter(pk__in=last.now).select_related("speaker__person", "transcript"))
    theirs = "\n".join(turn.text for turn in now)
    if theirs != last.after or [turn.pk for turn in now] != last.now:
        raise Outdated(theirs)
    return rewrite(now, last.was, kind=Kind.UNDONE, by=by, undoes=last)


def rewrite(
    run: Sequence[Turn], rows: Sequence[Row], *, kind: str, by: User | None, undoes: Correction | None = None
) -> Correction:
    """Put `rows` in the place of `run`, neighbouring turns of one transcript that the caller has locked.

    A row with the id of a turn changes that turn; the others are new. A turn whose words change has to be listened to
    again. A new version: later stages follow in the same transaction.
    """
    transcript = run[0].transcript
    offset, was = run[0].offset, [row_of(turn) for turn in run]
    before, after = ("\n".join(row["text"] for row in those) for those in (was, rows))
    kept = {turn.pk: turn for turn in run}
    voices_before = {turn.speaker_id for turn in run}
    is_machine = kind in (Kind.HEARD, Kind.PROPOSED) or (undoes is not None and undoes.kind == Kind.PROPOSED)
    _make_room(run[-1], len(rows) - len(run))
    Turn.objects.filter(pk__in=set(kept) - {row["id"] for row in rows}).delete()
    those = transcript.turns.filter(position__gte=run[0].position, position__lte=run[-1].position)
    those.update(position=-F("position") - 1)  # out of the way: see `_make_room`
    speakers = {speaker.pk: speaker for speaker in transcript.speakers.all()}
    now, place = [], offset
    for position, row in enumerate(rows, run[0].position):
        turn = kept.get(row["id"]) or Turn(
            pk=row["id"], community_id=transcript.community_id, transcript=transcript, text=""
        )
        if turn.text != row["text"]:
            turn.listened_by = turn.listened_at = None
            if not is_machine:
                turn.corrected_by, turn.corrected_at = by, timezone.now()
        turn.position, turn.offset, turn.text, turn.words = position, place, row["text"], row["words"]
        turn.start_ms, turn.end_ms = row["start_ms"], row["end_ms"]
        turn.speaker, turn.margin = _speaker(transcript, row, speakers), row.get("margin")
        now.append(turn)
        place += len(turn.text) + 1
    # Those that are there are written anew: one question for a whole text
    Turn.objects.bulk_create(now, 500, update_conflicts=True, unique_fields=["id"], update_fields=WRITTEN)
    moved = len(after) - len(before)
    if moved:
        later = transcript.turns.filter(position__gt=now[-1].position)
        later.update(offset=F("offset") + moved)
    next_version(transcript)
    if {turn.speaker_id for turn in now} != voices_before:
        transcript.speakers.filter(turns=None).delete()
        note_voices(transcript)
    correction = Correction.objects.create(
        community_id=transcript.community_id,
        transcript=transcript,
        kind=kind,
        version=transcript.version,
        offset=offset,
        before=before,
        after=after,
        was=was,
        now=[turn.pk for turn in now],
        undoes=undoes,
        by=by,
    )
    record("turn.corrected", now[0], by=by, version=transcript.version, kind=str(kind))
    tell(transcript, correction)
    return correction


def _locked(turn: Turn, before: str | None = None) -> Turn:
    """`turn` as it stands now, its transcript held until the end of the transaction; `Outdated` if it is not `before`."""
    transcript = Transcript.objects.select_for_update().get(pk=turn.transcript_id)
    found = transcript.turns.filter(pk=turn.pk).select_related("speaker__person").first()
    if not found:
        raise Outdated("")
    if before is not None and found.text != normalise(before):
        raise Outdated(found.text)
    found.transcript = transcript
    return found


def _said(text: str) -> str:
    text = normalise(text).strip()
    if not text:
        raise ValidationError(_("A turn cannot be empty: write what is said in it."))
    return text


def row_of(turn: Turn, plain: PlainTurn | None = None, *, is_new: bool = False) -> Row:
    """`turn` as `Correction.was` keeps it; with `plain`, with its text, times and words."""
    facts = plain or turn
    return {
        "id": None if is_new else turn.pk,
        "text": facts.text,
        "start_ms": facts.start_ms,
        "end_ms": facts.end_ms,
        "words": flat_words(plain) if plain else turn.words,
        **_voice(turn.speaker, turn.margin),
    }


def _voice(speaker: Speaker | None, margin: int | None = None) -> Row:
    return {"speaker": speaker.pk if speaker else None, "label": speaker.label if speaker else "", "margin": margin}


def _speaker(transcript: Transcript, row: Row, known: dict[int, Speaker]) -> Speaker | None:
    """The voice of a row; made again where nobody had spoken with it any more."""
    if not row["label"]:
        return None
    if row["speaker"] not in known:
        facts = {"community_id": transcript.community_id}
        known[row["speaker"]] = transcript.speakers.get_or_create(label=row["label"], defaults=facts)[0]
    return known[row["speaker"]]


def _make_room(turn: Turn, more: int) -> None:
    """Free the `more` positions after `turn`, up to the next gap."""
    if more <= 0:
        return
    last = turn.position
    for position in turn.transcript.turns.filter(position__gt=last).values_list("position", flat=True):
        if position - last > more:
            break
        last = position
    moving = turn.transcript.turns.filter(position__gt=turn.position, position__lte=last)
    moving.update(position=-F("position") - more)  # out of the way first: two turns never share a position
    turn.transcript.turns.filter(position__lt=0).update(position=-F("position"))
