"""Putting codes on passages, and keeping the passages where their words are."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from recolte.coding.models import COLOURS, Code, Coding, Excerpt, ExcerptQuerySet, Facet
from recolte.coding.passages import passage
from recolte.community.models import Community, Person, User
from recolte.community.people import same
from recolte.consent.actions import withdrawn
from recolte.engine import anchors
from recolte.engine.anchors import NEIGHBOURS, Anchor
from recolte.engine.documents import as_text
from recolte.engine.realign import times
from recolte.journal.actions import digest, record
from recolte.sources.actions import hush
from recolte.sources.models import Kind, Source
from recolte.transcripts.actions import on_new_version
from recolte.transcripts.models import Correction, Transcript, Turn
from recolte.transcripts.recorders import beside

Place = Transcript | Source  # what is coded: a transcript, or a document
Hook = Callable[[Source], None]
_on_struck: list[Hook] = []


def on_struck(hook: Hook) -> Hook:
    """Register what a later stage does, in the same transaction, when other words of a source are struck off the record."""
    _on_struck.append(hook)
    return hook


def _tell_struck(source: Source) -> None:
    for one in (source, *Source.objects.filter(pk__in=beside([source.pk]))):
        hush(one)
        for hook in _on_struck:
            hook(one)


@transaction.atomic
def make_code(community: Community, name: str, *, facet: str = Facet.NOTION, by: User) -> Code:
    """The code called `name` (however it is capitalised), made with a colour of its own if there is none."""
    name = " ".join(name.split())
    if not name:
        raise ValidationError(_("Give the code a name: one or two words."))
    found = next((code for code in Code.objects.filter(community=community) if same(code.name, name)), None)
    if found:
        return found
    colour = Code.objects.filter(community=community).count() % COLOURS + 1
    code = Code.objects.create(community=community, name=name[:80], facet=facet, colour=colour, by=by)
    record("code.made", code, by=by)
    return code


@transaction.atomic
def code_passage(place: Place, start: int, end: int, code: Code, *, by: User, person: Person | None = None) -> Coding:
    """Put `code` on the words at [start, end) of `place` (code points). The same code twice is once."""
    return code_excerpt(excerpt_at(place, start, end, by=by, person=person), code, by=by)


@transaction.atomic
def code_excerpt(excerpt: Excerpt, code: Code, *, by: User) -> Coding:
    coding, created = Coding.objects.get_or_create(
        excerpt=excerpt, code=code, defaults={"community_id": excerpt.community_id, "by": by}
    )
    if created:
        record("coding.created", coding, by=by, code=str(code.pk), excerpt=str(excerpt.pk))
    return coding


@transaction.atomic
def uncode(coding: Coding, *, by: User) -> None:
    """Take a code off a passage; a passage that nothing holds any more goes with it."""
    record("coding.removed", coding, by=by, code=str(coding.code_id), excerpt=str(coding.excerpt_id))
    excerpt = coding.excerpt
    coding.delete()
    drop_unused(excerpt)


def drop_unused(excerpt: Excerpt) -> None:
    """Remove `excerpt` if nobody coded, used, marked or struck it."""
    if excerpt.is_by_ear or excerpt.struck_at or excerpt.codings.exists():
        return
    if not any(
        relation.related_model._base_manager.filter(**{relation.field.name: excerpt}).exists()
        for relation in Excerpt._meta.related_objects
    ):
        excerpt.delete()


@transaction.atomic
def excerpt_at(place: Place, start: int, end: int, *, by: User, person: Person | None = None) -> Excerpt:
    """The excerpt of the words at [start, end) of `place`, made if there is none; blanks at its ends are left out.

    `person` is whose words these are, where the place does not say it.
    """
    transcript = place if isinstance(place, Transcript) else None
    source = transcript.source if transcript else place
    assert isinstance(source, Source)
    if transcript:
        Transcript.objects.select_for_update().get(pk=transcript.pk)  # no correction in between
        at, text, turns = _window(transcript, start, end)
    else:
        at, text, turns = 0, as_text(source.blocks), []
    inner = text[max(0, start - at) : max(0, end - at)] if start >= at else ""
    start, end = start + len(inner) - len(inner.lstrip()), end - len(inner) + len(inner.rstrip())
    try:
        anchor = anchors.anchor(text, start, end, at=at)
    except ValueError:
        raise ValidationError(_("This passage is empty, or lies outside the text: select its words again.")) from None
    same = Excerpt.objects.filter(source=source, transcript=transcript, start=start, end=end, is_drifted=False)
    if found := same.first():
        if person and found.person != person:
            found.person = person
            found.save(update_fields=["person"])
            _note_author(found)
        return found
    start_ms, end_ms = _times(turns, start, end)
    excerpt = Excerpt.objects.create(
        community_id=source.community_id,
        source=source,
        transcript=transcript,
        start=start,
        end=end,
        quote=anchor.quote,
        prefix=anchor.prefix,
        suffix=anchor.suffix,
        start_ms=start_ms,
        end_ms=end_ms,
        person=person,
        by=by,
    )
    _note_author(excerpt)
    record("excerpt.made", excerpt, by=by, sha256=digest(excerpt.quote))
    return excerpt


def _note_author(excerpt: Excerpt) -> None:
    """A document that holds somebody's words is read by those to whom that person agreed."""
    if excerpt.person and excerpt.source.kind == Kind.DOCUMENT:
        excerpt.source.people.add(excerpt.person)


def _window(transcript: Transcript, start: int, end: int) -> tuple[int, str, list[Turn]]:
    """The turns around [start, end) with their neighbours: where they begin, their text, and they themselves."""
    turns = transcript.turns.order_by("offset")
    before = turns.filter(offset__lte=max(0, start - NEIGHBOURS)).values_list("offset", flat=True).last() or 0
    found = list(turns.filter(offset__gte=before, offset__lt=end + NEIGHBOURS))
    return before, "\n".join(turn.text for turn in found), found


def _times(turns: list[Turn], start: int, end: int) -> tuple[int | None, int | None]:
    """When the words at [start, end) are said, in ms: by their own times, or by their turns' where words have none."""
    first: int | None = None
    last: int | None = None
    for turn in turns:
        if turn.offset >= end or turn.offset + len(turn.text) <= start:
            continue
        said = times(turn.plain().words, max(0, start - turn.offset), min(len(turn.text), end - turn.offset))
        begins, ends = said or (turn.start_ms, turn.end_ms)
        first = begins if first is None else first
        last = ends if ends is not None else last
    return first, last


@transaction.atomic
def mark_seconds(
    source: Source, start_ms: int, end_ms: int, note: str, *, by: User, person: Person | None = None
) -> Excerpt:
    """Keep the seconds that `by` has just heard, with a few words of theirs: a passage like any other."""
    note = " ".join(note.split())
    if not 0 <= start_ms < end_ms <= (source.duration_ms or end_ms):
        raise ValidationError(_("These seconds lie outside the recording: mark them again while it plays."))
    if not note:
        raise ValidationError(_("Say in a few words what is heard there."))
    excerpt = Excerpt.objects.create(
        community_id=source.community_id,
        source=source,
        start_ms=start_ms,
        end_ms=end_ms,
        note=note[:200],
        person=person,
        by=by,
    )
    record("excerpt.marked", excerpt, by=by)
    return excerpt


@transaction.atomic
def say_whose(excerpt: Excerpt, person: Person, *, by: User) -> None:
    """Say whose words a passage of a document, or one marked by ear, holds."""
    excerpt.person = person
    excerpt.save(update_fields=["person"])
    _note_author(excerpt)
    record("excerpt.attributed", excerpt, by=by, person=str(person.pk))


@transaction.atomic
def read_back(excerpt: Excerpt, *, by: User) -> None:
    """`by`, who was there, has read the note again and found it right."""
    if excerpt.read_back_at is None:
        excerpt.read_back_by, excerpt.read_back_at = by, timezone.now()
        excerpt.save(update_fields=["read_back_by", "read_back_at"])
        record("excerpt.read_back", excerpt, by=by, sha256=digest(excerpt.quote))


@transaction.atomic
def strike(excerpt: Excerpt, person: Person, *, by: User | None = None) -> None:
    """`person`, who speaks in it, wants these words used nowhere: not here, and not through another passage over them.

    `by` notes it for them; None when they do it themselves.
    """
    if by and person not in passage(excerpt).people:
        raise ValidationError(_("%(person)s does not speak in these words: choose who does.") % {"person": person})
    if excerpt.struck_at is None:
        excerpt.struck_by, excerpt.struck_at, excerpt.struck_noted_by = person, timezone.now(), by
        excerpt.save(update_fields=["struck_by", "struck_at", "struck_noted_by"])
        record("excerpt.struck", excerpt, by=by, person=str(person.pk))
        withdrawn(person)
        _tell_struck(excerpt.source)
    elif by is None and excerpt.struck_noted_by:  # now they say it themselves: nobody takes it back any more
        excerpt.struck_by, excerpt.struck_noted_by = person, None
        excerpt.save(update_fields=["struck_by", "struck_noted_by"])
        record("excerpt.struck", excerpt, by=None, person=str(person.pk))


@transaction.atomic
def take_strike_back(excerpt: Excerpt, *, by: User) -> None:
    """`by` struck these words by mistake: nobody who speaks in them asked for it."""
    person, source = excerpt.struck_by, excerpt.source
    excerpt.struck_by = excerpt.struck_at = excerpt.struck_noted_by = None
    excerpt.save(update_fields=["struck_by", "struck_at", "struck_noted_by"])
    record("excerpt.unstruck", excerpt, by=by, person=str(person.pk) if person else "")
    drop_unused(excerpt)
    _tell_struck(source)


@on_new_version
def follow(transcript: Transcript, correction: Correction | None) -> None:
    """Move the excerpts of a transcript to where their words are now; those whose words changed are marked as drifted."""
    excerpts = Excerpt.objects.filter(transcript=transcript)
    excerpts.exclude(source=transcript.source_id).update(source=transcript.source_id)  # it joined its recording
    if correction is None:
        _give_times(transcript, excerpts.filter(start__isnull=False, start_ms=None, is_drifted=False))
        if Excerpt.objects.struck().filter(source=transcript.source_id).exists():
            _tell_struck(transcript.source)
        return
    begins = correction.offset
    ends, moved = begins + len(correction.before), len(correction.after) - len(correction.before)
    touched = list(excerpts.filter(start__lt=ends + NEIGHBOURS, end__gt=begins - NEIGHBOURS))
    excerpts.filter(start__gte=ends + NEIGHBOURS).update(start=F("start") + moved, end=F("end") + moved)
    if not touched:
        return
    first = min(begins, *(excerpt.start or 0 for excerpt in touched))
    last = max(ends, *(excerpt.end or 0 for excerpt in touched)) + moved
    at, new, turns = _window(transcript, first, max(last, begins + len(correction.after)))
    here = begins - at
    old = new[:here] + correction.before + new[here + len(correction.after) :]
    if correction.only_lays_out:
        for excerpt in touched:
            _lay_out(excerpt, new, at)
        return
    for excerpt, anchor in zip(
        touched, anchors.reanchor([one.anchor for one in touched], old, new, at=at), strict=True
    ):
        _move(excerpt, anchor, turns)
    if any(excerpt.struck_at for excerpt in touched):
        _tell_struck(transcript.source)


def _give_times(transcript: Transcript, excerpts: ExcerptQuerySet) -> None:
    """The text has times that it lacked: so have its passages."""
    for excerpt in excerpts:
        assert excerpt.start is not None and excerpt.end is not None
        _at, _text, turns = _window(transcript, excerpt.start, excerpt.end)
        excerpt.start_ms, excerpt.end_ms = _times(turns, excerpt.start, excerpt.end)
        if excerpt.start_ms is not None:
            excerpt.save(update_fields=["start_ms", "end_ms"])


def _lay_out(excerpt: Excerpt, text: str, at: int) -> None:
    """A turn was parted, or two were joined, at a blank of this passage or beside it: its words are the same."""
    if excerpt.is_drifted or excerpt.start is None or excerpt.end is None:
        return
    now = anchors.anchor(text, excerpt.start, excerpt.end, at=at)
    was, excerpt.quote, excerpt.prefix, excerpt.suffix = excerpt.quote, now.quote, now.prefix, now.suffix
    excerpt.save(update_fields=["quote", "prefix", "suffix"])
    if now.quote != was:
        for verb in ("excerpt.confirmed", *(["excerpt.read_back"] if excerpt.read_back_at else [])):
            record(verb, excerpt, by=None, sha256=digest(now.quote))


def _move(excerpt: Excerpt, anchor: Anchor, turns: list[Turn]) -> None:
    if anchor.is_drifted and not excerpt.is_drifted:
        record("excerpt.drifted", excerpt, by=None)
    excerpt.start, excerpt.end, excerpt.is_drifted = anchor.start, anchor.end, anchor.is_drifted
    excerpt.prefix, excerpt.suffix = anchor.prefix, anchor.suffix
    if not anchor.is_drifted:  # a drifted passage keeps the seconds in which its words were heard
        excerpt.start_ms, excerpt.end_ms = _times(turns, anchor.start, anchor.end)
    excerpt.save()


@transaction.atomic
def accept_drift(excerpt: Excerpt, start: int, end: int, *, by: User) -> Excerpt:
    """Put a drifted excerpt on the words that somebody has now chosen for it."""
    assert excerpt.transcript is not None
    Transcript.objects.select_for_update().get(pk=excerpt.transcript.pk)
    at, text, turns = _window(excerpt.transcript, start, end)
    try:
        anchor = anchors.anchor(text, start, end, at=at)
    except ValueError:
        raise ValidationError(_("This passage is empty, or lies outside the text: select its words again.")) from None
    excerpt.quote = anchor.quote
    _move(excerpt, anchor, turns)
    record("excerpt.confirmed", excerpt, by=by, sha256=digest(excerpt.quote))
    if excerpt.struck_at:
        _tell_struck(excerpt.source)
    return excerpt
