"""The text of a transcript is new, or partly so: its turns are laid out, and later stages are told."""

from collections.abc import Callable, Iterable

from django.db.models import Q

from recolte.community.models import Person
from recolte.engine.turns import Turn as PlainTurn
from recolte.sources.actions import heard_in
from recolte.transcripts.models import Correction, Speaker, Transcript, Turn, flat_words

Hook = Callable[[Transcript, Correction | None], None]
_on_new_version: list[Hook] = []


def on_new_version(hook: Hook) -> Hook:
    """Register what a later stage does, in the same transaction, when the text of a transcript is new — or when some turns
    of it were corrected: then it is given the `Correction` too.
    """
    _on_new_version.append(hook)
    return hook


def tell(transcript: Transcript, correction: Correction | None) -> None:
    """Tell the later stages that the text is new, all of it or what `correction` changed."""
    for hook in _on_new_version:
        hook(transcript, correction)


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
    note_voices(transcript)
    tell(transcript, None)


def _lay_out(transcript: Transcript) -> None:
    offset, moved = 0, []
    for turn in transcript.turns.order_by("position").only("id", "offset", "text"):
        if turn.offset != offset:
            turn.offset = offset
            moved.append(turn)
        offset += len(turn.text) + 1
    Turn.objects.bulk_update(moved, ["offset"], batch_size=500)


def note_voices(transcript: Transcript) -> None:
    """Tell the source who is heard in it, over all its transcripts that are complete."""
    for source in {transcript.source, transcript.brought_as or transcript.source}:
        turns = Turn.objects.filter(Q(transcript__source=source) | Q(transcript__brought_as=source))
        turns = turns.filter(transcript__is_complete=True)
        people = set(Person.objects.filter(voices__turns__in=turns))
        if source.deposit.person:  # whoever left it without an account answers for it, whoever speaks in it
            people.add(source.deposit.person)
        unnamed = turns.filter(Q(speaker=None) | Q(speaker__person=None)).exists()
        heard_in(source, people, unknown=unnamed or not turns.exists())


def next_version(transcript: Transcript) -> None:
    transcript.version += 1
    transcript.save(update_fields=["version"])
