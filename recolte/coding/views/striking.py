"""Words struck off the record by those who work on a source, for somebody who asked them to."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recolte.coding.actions import excerpt_at, strike, take_strike_back
from recolte.coding.models import Excerpt
from recolte.coding.passages import passage
from recolte.coding.rules import can_strike_for, can_take_strike_back
from recolte.coding.striking_forms import StrikeForm
from recolte.coding.views.shown import page_of, transcript_at, way
from recolte.sources.models import Kind
from recolte.transcripts.models import Transcript
from recolte.ui.requests import MemberRequest

FACTS = ("source__gathering__community", "source__deposit", "person", "transcript")


@login_required
def strike_words(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Strike a turn of a transcript (`?tour=`), the words that were selected there (`?de=`, `?a=`), or some of these."""
    transcript = transcript_at(request, pk)
    if not can_strike_for(request.user, transcript.source):
        raise PermissionDenied
    return _struck(request, _words_at(request, transcript))


def _words_at(request: MemberRequest, transcript: Transcript) -> Excerpt:
    """The words that the address asks for, as a passage that is not kept yet."""
    if not transcript.is_complete:
        raise Http404
    asked = [_number(request.GET.get(name)) for name in ("tour", "de", "a")]
    if turn := transcript.turns.filter(pk=asked[0]).first():
        start, end = turn.offset, turn.offset + len(turn.text)
    else:
        start, end = asked[1], asked[2]
    quote = transcript.text[start:end]
    if not quote.strip():
        raise Http404
    first, last = start + len(quote) - len(quote.lstrip()), start + len(quote.rstrip())
    return Excerpt(
        community_id=transcript.community_id,
        source=transcript.source,
        transcript=transcript,
        start=first,
        end=last,
        quote=quote.strip(),
    )


def _number(asked: str | None) -> int:
    return int(asked) if asked and asked.isascii() and asked.isdigit() and len(asked) < 18 else 0


@login_required
def strike_excerpt(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Strike a passage: of a transcript, of a document, or marked by ear."""
    excerpt = get_object_or_404(Excerpt.objects.readable_by(request.user).select_related(*FACTS), pk=pk)
    if not can_strike_for(request.user, excerpt.source):
        raise PermissionDenied
    return _struck(request, excerpt)


def _struck(request: MemberRequest, excerpt: Excerpt) -> HttpResponse:
    held = passage(excerpt)
    if excerpt.struck_at:
        messages.info(request, _("These words are off the record already."))
        return redirect(excerpt)
    is_fixed = not excerpt._state.adding
    form = StrikeForm(held, request.POST if request.method == "POST" else None, is_fixed=is_fixed)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                if not is_fixed:
                    assert excerpt.transcript is not None
                    excerpt = excerpt_at(excerpt.transcript, *form.span, by=request.user)
                    if excerpt.quote != form.cleaned_data["words"]:
                        raise ValidationError(_("The text has changed in the meantime: look at the words again."))
                strike(excerpt, form.cleaned_data["person"], by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Struck off the record: these words go nowhere any more."))
            return redirect(excerpt)
    source = excerpt.source
    context = {
        "source": source,
        "community": source.gathering.community,
        "crumbs": way(source, excerpt.transcript, _("Strike off the record")),
        "excerpt": excerpt,
        "passage": held,
        "form": form,
        "is_recording": source.kind == Kind.RECORDING,
        "is_untimed": source.kind == Kind.RECORDING and _has_no_times(excerpt),
        "here": page_of(source, excerpt.transcript),
    }
    return render(request, "coding/strike.html", context, status=422 if form.errors else 200)


def _has_no_times(excerpt: Excerpt) -> bool:
    """Whether nobody knows when these words are said, so that they cannot be silenced."""
    return excerpt.start_ms is None and excerpt.transcript is not None and not excerpt.transcript.is_timed


@login_required
@require_POST
def take_back(request: MemberRequest, pk: UUID) -> HttpResponse:
    """It was a slip of the hand: nobody asked for it."""
    excerpt = get_object_or_404(Excerpt.objects.readable_by(request.user).select_related(*FACTS), pk=pk)
    if not can_take_strike_back(request.user, excerpt):
        raise PermissionDenied
    place = page_of(excerpt.source, excerpt.transcript)
    take_strike_back(excerpt, by=request.user)
    messages.success(request, _("Taken back: these words are used as before."))
    return redirect(place)
