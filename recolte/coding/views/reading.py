"""The pages where one reads: documents, notes, photos."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.gzip import gzip_page

from recolte.coding.models import Coding
from recolte.coding.rules import can_code
from recolte.coding.views.shown import (
    blocks_for,
    choices,
    code_page,
    document_blocks,
    last_chosen,
    readable_sources,
    reader_of,
)
from recolte.engine.documents import as_text, spans
from recolte.engine.formats.habits import lines_of_blocks, look_like_turns
from recolte.gatherings.crumbs import crumbs
from recolte.sources.forms import SeenForm
from recolte.sources.models import Kind
from recolte.sources.photos import seen_on
from recolte.sources.rules import can_tell_moment, works_on
from recolte.sources.withheld import shown_blocks, withheld
from recolte.transcripts.rules import can_read_as_interview
from recolte.ui.requests import MemberRequest


@login_required
@gzip_page
def source(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A document or note as clean text, with its codes; or a photo."""
    source = get_object_or_404(readable_sources(request), pk=pk)
    community = source.gathering.community
    is_text = source.kind == Kind.DOCUMENT and bool(source.blocks)
    may_code = is_text and can_code(request.user, source)
    works = works_on(request.user, source)
    struck = [] if works else withheld([source.pk]).get(source.pk, [])
    blocks = shown_blocks(source, struck)
    may_be_interview = is_text and can_read_as_interview(request.user, source)
    context: dict[str, Any] = {
        "source": source,
        "gathering": source.gathering,
        "community": community,
        "crumbs": crumbs(source.name, source.gathering),
        "blocks": document_blocks(source, blocks, with_links=may_code) if is_text else [],
        "may_code": may_code,
        "may_have_file": not struck,
        "sees_struck": works,
        "may_be_interview": may_be_interview,
        "looks_like_one": may_be_interview and look_like_turns(list(lines_of_blocks(source.blocks))),
        "of_somebody": True,
        "whose": last_chosen(source) if may_code else None,
        **choices(community, people=may_code, codes=may_code),
        **reader_of(request, source),
    }
    if source.kind == Kind.PHOTO and can_tell_moment(request.user, source):
        context |= {"seen": seen_on(source), "form": SeenForm(source)}
    return render(request, "coding/document.html", context)


@login_required
def block(request: MemberRequest, pk: UUID, number: int) -> HttpResponse:
    """One paragraph of a document on a page of its own, to be coded as a whole without scripts."""
    source = get_object_or_404(readable_sources(request), pk=pk, kind=Kind.DOCUMENT)
    if not can_code(request.user, source):
        raise PermissionDenied
    if number >= len(source.blocks) or source.blocks[number]["kind"] == "page":
        raise Http404
    start, end = spans(source.blocks)[number]
    held = Coding.objects.filter(excerpt__source=source, excerpt__start__lt=end, excerpt__end__gt=start)
    context = {
        "here": f"{source.get_absolute_url()}#b{number}",
        "start": start,
        "end": end,
        "quote": as_text(blocks_for(request.user, source))[start:end],
        "of_somebody": True,
        "whose": last_chosen(source),
    }
    return code_page(request, source, held, reverse("code_document", args=[source.pk]), context)
