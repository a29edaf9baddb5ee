"""The desk where a transcript is corrected: one turn at a time, with the keyboard alone.

Every button of its form is one `do`; the words that were written are saved first, whatever comes next. `desk.js` sends
the same form and takes the part `#desk` of the answer.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.vary import vary_on_headers

from recolte.coding.forms import DeskForm
from recolte.coding.views.shown import asks_for_parts, page_of, transcript_at, way
from recolte.community.models import User
from recolte.engine.differences import difference
from recolte.sources.models import Kind, Rendition
from recolte.transcripts.actions import (
    Outdated,
    correct_turn,
    give_voice,
    insert_turn,
    mark_listened,
    merge_turns,
    remove_turn,
    split_turn,
    undo,
)
from recolte.transcripts.leaving import struck_of
from recolte.transcripts.models import Correction, Speaker, Transcript, Turn
from recolte.transcripts.reading import doubts, words_html
from recolte.transcripts.rules import can_correct
from recolte.ui.durations import clock
from recolte.ui.requests import MemberRequest

DOUBTS_SHOWN = 12
CHANGES_SHOWN = 30  # a page
LONG = 5000  # characters of a change, from which its words are not shown where they are the same


@login_required
@vary_on_headers("HX-Request")
def desk(request: MemberRequest, pk: UUID) -> HttpResponse:
    """One turn of a transcript to listen to and to correct (`?tour=`); `?apres=` adds one after it."""
    transcript = transcript_at(request, pk)
    if not can_correct(request.user, transcript.source):
        raise PermissionDenied
    if not transcript.is_complete or not transcript.turns.exists():
        messages.info(request, _("This transcript is still being written: it can be corrected once it is whole."))
        return redirect(page_of(transcript.source, transcript))
    if request.method == "POST":
        return _act(request, transcript)
    turns = transcript.turns.select_related("speaker__person")
    after = turns.filter(pk=_number(request.GET.get("apres"))).first()
    turn = after or turns.filter(pk=_number(request.GET.get("tour"))).first()
    turn = turn or turns.filter(listened_at=None).first() or turns.first()
    assert turn is not None
    return _shown(request, transcript, turn, adds=after is not None)


def _number(asked: str | None) -> int:
    return int(asked) if asked and asked.isascii() and asked.isdigit() and len(asked) < 18 else 0


def _act(request: MemberRequest, transcript: Transcript) -> HttpResponse:
    form = DeskForm(transcript, request.POST)
    if not form.is_valid():
        if "turn" in form.errors:
            return _gone(request, transcript)
        one = transcript.turns.get(pk=request.POST["turn"])
        return _shown(request, transcript, one, problem=_("This could not be understood: try again."), status=422)
    facts = form.cleaned_data
    turn: Turn = facts["turn"]
    try:
        with transaction.atomic():
            shown = _do(transcript, turn, facts, request)
    except Outdated as error:
        if not transcript.turns.filter(pk=turn.pk).exists():
            return _gone(request, transcript, facts["text"])
        turn.refresh_from_db()
        return _shown(request, transcript, turn, written=facts["text"], theirs=error.theirs, status=409)
    except ValidationError as error:
        turn.refresh_from_db()
        adds = facts["do"] == "insert"
        return _shown(
            request, transcript, turn, written=facts["text"], adds=adds, problem=error.messages[0], status=422
        )
    if asks_for_parts(request):
        return _shown(request, transcript, shown)
    return redirect(f"{reverse('desk', args=[transcript.pk])}?tour={shown.pk}")


def _do(transcript: Transcript, turn: Turn, facts: dict[str, Any], request: MemberRequest) -> Turn:
    """Do what was asked, once the words are saved; the turn to be shown next."""
    by, what = request.user, facts["do"]
    text, before = _lines(facts["text"]), _lines(facts["before"])
    if what == "insert":
        times = {"start_ms": facts["start_ms"], "end_ms": facts["end_ms"]}
        done = insert_turn(turn, text, speaker=_voice(transcript, facts), by=by, **times)
        return transcript.turns.get(pk=done.now[-1])
    at = facts["at"]
    if what == "split" and at is None:
        at = text.find("\n")
        text = text.replace("\n", " ", 1) if at >= 0 else text
    if what == "remove":
        text = before
    lead = len(text) - len(text.lstrip())
    correct_turn(turn, text, before=before, by=by)
    turn.refresh_from_db()
    match what:
        case "split":
            done = split_turn(turn, at - lead, before=turn.text, by=by)
            return transcript.turns.get(pk=done.now[1])
        case "merge":
            merge_turns(turn, before=turn.text, by=by)
        case "remove":
            following = _beside(turn, 1)
            done = remove_turn(turn, before=turn.text, by=by)
            return following if following != turn else transcript.turns.get(pk=done.now[0])
        case "voice":
            give_voice(turn, _voice(transcript, facts), by=by)
        case "heard":
            mark_listened([turn], by=by)
            return _beside(turn, 1)
        case "next" | "previous":
            return _beside(turn, 1 if what == "next" else -1)
        case "doubt":
            return _doubtful_after(turn)
        case "undo":
            return _undone(transcript, request.user) or turn
    return transcript.turns.get(pk=turn.pk)


def _undone(transcript: Transcript, by: User) -> Turn | None:
    try:
        undone = undo(transcript, by=by)
    except Outdated:
        words = _("Somebody else has changed these turns since: what you did there can no longer be undone.")
        raise ValidationError(words) from None
    return transcript.turns.get(pk=undone.now[0]) if undone else None


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")


def _voice(transcript: Transcript, facts: dict[str, Any]) -> Speaker | None:
    speaker: Speaker | None = facts["speaker"]
    label = " ".join(facts["label"].split())
    if speaker or not label:
        return speaker
    where = {"community_id": transcript.community_id}
    return transcript.speakers.get_or_create(label=label, defaults=where)[0]


def _beside(turn: Turn, step: int) -> Turn:
    """The next turn, or the one before; the same at the ends."""
    turns = turn.transcript.turns.select_related("speaker__person")
    if step > 0:
        return turns.filter(position__gt=turn.position).first() or turn
    return turns.filter(position__lt=turn.position).last() or turn


def _doubtful_after(turn: Turn) -> Turn:
    """The next turn that nobody has listened to and in which the machine doubts a word; from the beginning again."""
    found = doubts(turn.transcript_id, Transcript.objects.values_list("version", flat=True).get(pk=turn.transcript_id))
    waiting = turn.transcript.turns.filter(listened_at=None).values_list("pk", "position")
    after = [(position <= turn.position, position, pk) for pk, position in waiting if pk in found and pk != turn.pk]
    return turn.transcript.turns.get(pk=min(after)[2]) if after else turn


def _gone(request: MemberRequest, transcript: Transcript, written: str = "") -> HttpResponse:
    """Somebody took the turn out in the meantime: what was written is shown, so that nothing is lost."""
    words = _("Somebody else has taken this turn out, or joined it with another one.")
    if written:
        words += " " + _("You had written: “%(words)s”.") % {"words": written}
    turn = transcript.turns.select_related("speaker__person").first()
    assert turn is not None
    return _shown(request, transcript, turn, problem=words, status=409)


def _shown(
    request: MemberRequest,
    transcript: Transcript,
    turn: Turn,
    *,
    written: str | None = None,
    theirs: str | None = None,
    adds: bool = False,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    transcript.refresh_from_db()
    source, turns = transcript.source, transcript.turns
    number = turns.filter(position__lte=turn.position).count()
    before = turns.filter(position__lt=turn.position).select_related("speaker__person").last()
    after = turns.filter(position__gt=turn.position).select_related("speaker__person").first()
    count, heard = turns.count(), turns.exclude(listened_at=None).count()
    struck = [] if adds else struck_of(turn)
    own = transcript.corrections.filter(by=request.user, undone=None).exclude(kind=Correction.Kind.UNDONE)
    context = {
        "source": source,
        "transcript": transcript,
        "community": source.gathering.community,
        "turn": turn,
        "adds": adds,
        "number": number,
        "count": count,
        "heard": heard,
        "heard_percent": heard * 100 // count,
        "clock": clock(turn.start_ms) if turn.start_ms is not None else "",
        "words": words_html(turn, struck),
        "struck": struck,
        "written": "" if adds and written is None else turn.text if written is None else written,
        "theirs": theirs,
        "problem": problem,
        "before": turns.get(pk=before.pk) if adds and before else before,
        "after": after,
        "begins": turn.end_ms,
        "ends": after.start_ms if after and after.start_ms is not None else turn.end_ms,
        "speakers": list(transcript.speakers.select_related("person")),
        "can_undo": own.exclude(now=[]).exists(),
        "is_spoken": source.kind == Kind.RECORDING and source.renditions.filter(role=Rendition.Role.LISTENING).exists(),
        "here": page_of(source, transcript),
    }
    if asks_for_parts(request):
        return render(request, "coding/desk.html#desk", context, status=status)
    context |= {
        "crumbs": way(source, transcript, _("Listen and correct")),
        "doubtful": _most_doubtful(transcript),
        "uncertain": transcript.turns.uncertain().select_related("speaker__person")[:DOUBTS_SHOWN],
        "duration": (source.duration_ms or 0) / 1000,
    }
    return render(request, "coding/desk.html", context, status=status)


def _most_doubtful(transcript: Transcript) -> list[Turn]:
    """What should be heard first: the turns nobody has listened to in which the machine doubts most words."""
    found = doubts(transcript.pk, transcript.version)
    waiting = set(transcript.turns.filter(listened_at=None).values_list("pk", flat=True))
    first = sorted((pk for pk in found if pk in waiting), key=lambda pk: (-found[pk], pk))[:DOUBTS_SHOWN]
    rows = Turn.objects.in_bulk(first)
    return [rows[pk] for pk in first]


def _changes(one: Correction) -> list[tuple[str, str]]:
    """The words that went and came; none where a whole text was only parted anew, by its voices."""
    is_parted = one.only_lays_out and len(one.before) > LONG
    return [] if is_parted else list(difference(one.before, one.after))


@login_required
def corrections(request: MemberRequest, pk: UUID) -> HttpResponse:
    """What was changed in a transcript, by whom and when, the last change first, with the words that went and came."""
    transcript = transcript_at(request, pk)
    if not can_correct(request.user, transcript.source):
        raise PermissionDenied
    rows = transcript.corrections.select_related("by", "undone").order_by("-id")
    page = Paginator(rows, CHANGES_SHOWN).get_page(request.GET.get("page"))
    context = {
        "source": transcript.source,
        "transcript": transcript,
        "community": transcript.source.gathering.community,
        "crumbs": way(transcript.source, transcript, _("What was changed")),
        "page_obj": page,
        "changes": [(one, _changes(one)) for one in page],
    }
    return render(request, "coding/corrections.html", context)
