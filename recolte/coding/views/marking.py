"""Putting codes on words and on seconds, and taking them off."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recolte.coding import actions
from recolte.coding.forms import (
    ChooseCodeForm,
    CodingForm,
    MarkForm,
)
from recolte.coding.models import Coding, Excerpt
from recolte.coding.passages import passage
from recolte.coding.rules import can_code, can_uncode
from recolte.coding.views.answers import block_anew, marks_anew, refused, turns_anew
from recolte.coding.views.shown import code_page, number_of, page_of, readable_sources, transcript_at
from recolte.engine.formats.decoding import normalise
from recolte.sources.models import Kind, Source
from recolte.sources.rules import works_on
from recolte.ui.requests import MemberRequest


@login_required
@require_POST
def code_transcript(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Put a code on words of a transcript."""
    transcript = transcript_at(request, pk)
    if not can_code(request.user, transcript.source) or not transcript.is_complete:
        raise PermissionDenied
    try:
        coding = _code(request, transcript, transcript.source)
    except ValidationError as error:
        return refused(request, error, page_of(transcript.source, transcript), status=409)
    number = number_of(transcript, coding.excerpt.start or 0)
    return turns_anew(request, transcript, [number], *_coded(coding))


@login_required
@require_POST
def code_document(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Put a code on words of a document or note, and perhaps say whose words they are."""
    source = get_object_or_404(readable_sources(request), pk=pk, kind=Kind.DOCUMENT)
    if not can_code(request.user, source):
        raise PermissionDenied
    try:
        coding = _code(request, source, source)
    except ValidationError as error:
        return refused(request, error, source.get_absolute_url(), status=409)
    return block_anew(request, source, coding.excerpt.start or 0, *_coded(coding))


@transaction.atomic
def _code(request: MemberRequest, place: actions.Place, source: Source) -> Coding:
    """Raises ValidationError when the words that were seen are not those that stand there now."""
    form = CodingForm(source.gathering.community, request.POST)
    code = form.chosen(by=request.user)
    facts = form.cleaned_data
    coding = actions.code_passage(place, facts["start"], facts["end"], code, by=request.user, person=facts["person"])
    if coding.excerpt.quote != normalise(facts["quote"]).strip():
        raise ValidationError(_("The text has changed in the meantime: reload the page and select the words again."))
    if not works_on(request.user, source) and passage(coding.excerpt).is_struck:
        raise ValidationError(_("Some of these words are off the record: choose others."))
    return coding


def _coded(coding: Coding) -> tuple[str, dict[str, Any]]:
    passage = coding.excerpt.get_absolute_url()  # from which it goes on to a card
    undo = {"url": reverse("uncode", args=[coding.pk]), "label": _("Undo"), "fields": {}, "passage": passage}
    return _("Coded as “%(code)s”.") % {"code": coding.code}, undo


@login_required
@require_POST
def uncode(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take a code off a passage."""
    readable = Coding.objects.filter(excerpt__in=Excerpt.objects.readable_by(request.user))
    coding = get_object_or_404(
        readable.select_related("code", "excerpt__transcript", "excerpt__source__gathering__community"), pk=pk
    )
    if not can_uncode(request.user, coding):
        raise PermissionDenied
    excerpt, code = coding.excerpt, coding.code
    source, transcript, start = excerpt.source, excerpt.transcript, excerpt.start
    again: dict[str, Any] = {"code": code.pk}
    url = reverse("code_excerpt", args=[excerpt.pk])
    if start is not None:
        again |= {"start": start, "end": excerpt.end, "quote": excerpt.quote, "person": excerpt.person_id or ""}
        url = reverse("code_transcript" if transcript else "code_document", args=[(transcript or source).pk])
    # Words that are not there any more cannot be coded again
    undo = (
        None
        if excerpt.is_drifted or passage(excerpt).is_struck
        else {"url": url, "label": _("Put it back"), "fields": again}
    )
    actions.uncode(coding, by=request.user)
    words = _("“%(code)s” was taken off.") % {"code": code}
    if start is None:
        return marks_anew(request, source, words, undo)
    if transcript:
        return turns_anew(request, transcript, [number_of(transcript, start)], words, undo)
    return block_anew(request, source, start, words, undo)


@login_required
@require_POST
def mark(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Keep some seconds of a recording with a few words about them, whether it has a transcript or not."""
    source = get_object_or_404(readable_sources(request), pk=pk, kind=Kind.RECORDING)
    if not can_code(request.user, source):
        raise PermissionDenied
    form = MarkForm(source.gathering.community, request.POST)
    try:
        with transaction.atomic():
            if not form.is_valid():
                raise ValidationError([error for errors in form.errors.values() for error in errors])
            facts = form.cleaned_data
            known = facts["person"] or facts["name"] or facts["role"]
            person = form.who(by=request.user) if known else None
            actions.mark_seconds(source, facts["start"], facts["end"], facts["note"], by=request.user, person=person)
    except ValidationError as error:
        return refused(request, error, f"{page_of(source)}#moments")
    return marks_anew(request, source, _("Marked."))


@login_required
def code_excerpt(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Put a code on seconds that were marked by ear; without scripts, on a page of its own."""
    readable = Excerpt.objects.readable_by(request.user).select_related("source__gathering__community")
    excerpt = get_object_or_404(readable, pk=pk, start=None)
    source, community = excerpt.source, excerpt.source.gathering.community
    if not can_code(request.user, source):
        raise PermissionDenied
    if request.method != "POST":
        context = {"here": f"{page_of(source)}#moments", "quote": excerpt.note, "of_somebody": False}
        return code_page(request, source, excerpt.codings.all(), reverse("code_excerpt", args=[pk]), context)
    try:
        with transaction.atomic():
            form = ChooseCodeForm(community, request.POST)
            coding = actions.code_excerpt(excerpt, form.chosen(by=request.user), by=request.user)
    except ValidationError as error:
        return refused(request, error, f"{page_of(source)}#moments")
    return marks_anew(request, source, *_coded(coding))
