"""What a form gets back.

Sent by `coded.js` (HX-Request): the parts of the page that have changed, each with its id. Sent without scripts: the way
back to the page.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string

from recolte.coding.painting import beside_some_turns
from recolte.coding.views.shown import (
    asks_for_parts,
    blocks_for,
    codes_of,
    document_blocks,
    listening_page,
    marks_of,
    page_of,
)
from recolte.sources.models import Source
from recolte.sources.rules import works_on
from recolte.transcripts.leaving import struck_in
from recolte.transcripts.models import Transcript
from recolte.transcripts.reading import some_turns_html
from recolte.ui.requests import MemberRequest


def said(request: MemberRequest, words: str, *, undo: dict[str, Any] | None = None, problem: bool = False) -> str:
    """The line that says what happened, with the way back."""
    return render_to_string("coding/said.html", {"words": words, "undo": undo, "problem": problem}, request)


def refused(request: MemberRequest, error: ValidationError | str, back: str, status: int = 422) -> HttpResponse:
    words = error if isinstance(error, str) else error.messages[0]
    if asks_for_parts(request):
        return HttpResponse(said(request, words, problem=True), status=status)
    messages.error(request, words)
    return redirect(back)


def whole(request: MemberRequest, transcript: Transcript, words: str, place: str = "") -> HttpResponse:
    """After a change of the text or of its voices: all that is said, anew."""
    if not asks_for_parts(request):
        messages.success(request, words)
        return redirect(page_of(transcript.source, transcript) + place)
    transcript.refresh_from_db()
    context = listening_page(request, transcript.source, str(transcript.pk))
    spoken = render_to_string("coding/listen.html#spoken", context, request)
    people = render_to_string("coding/people_list.html", {"people": context["people"], "id": "people"}, request)
    return HttpResponse(spoken + people + said(request, words))


def turns_anew(
    request: MemberRequest,
    transcript: Transcript,
    numbers: Iterable[int],
    words: str,
    undo: dict[str, Any] | None = None,
) -> HttpResponse:
    """After a change beside some turns (numbers from 0): those turns, anew."""
    those = sorted(set(numbers))
    if not asks_for_parts(request):
        messages.success(request, words)
        place = f"#turn-{those[0] + 1}" if those else ""
        return redirect(page_of(transcript.source, transcript) + place)
    hidden = {} if works_on(request.user, transcript.source) else struck_in(transcript)
    beside = beside_some_turns(transcript, those, with_links=True) if those else {}
    items = some_turns_html(transcript, those, beside, hidden) if those else ""
    return with_codes(request, transcript.source, items, words, undo)


def block_anew(
    request: MemberRequest, source: Source, start: int, words: str, undo: dict[str, Any] | None
) -> HttpResponse:
    """After a change beside the block of a document in which the code point `start` lies: that block, anew."""
    blocks = document_blocks(source, blocks_for(request.user, source), with_links=True)
    block = [one for one in blocks if one["kind"] != "page" and one["at"] <= start][-1]
    if not asks_for_parts(request):
        messages.success(request, words)
        return redirect(f"{source.get_absolute_url()}#b{block['number']}")
    return with_codes(request, source, render_to_string("coding/passage.html", {"block": block}, request), words, undo)


def with_codes(
    request: MemberRequest, source: Source, parts: str, words: str, undo: dict[str, Any] | None
) -> HttpResponse:
    codes = render_to_string("coding/codes_list.html", {"codes": codes_of(source.community)}, request)
    return HttpResponse(parts + codes + said(request, words, undo=undo))


def marks_anew(request: MemberRequest, source: Source, words: str, undo: dict[str, Any] | None = None) -> HttpResponse:
    if not asks_for_parts(request):
        messages.success(request, words)
        return redirect(f"{page_of(source)}#moments")
    marks = marks_of(source, with_struck=works_on(request.user, source))
    context = {"source": source, "marks": marks, "may_mark": True, "may_code": True}
    part = render_to_string("coding/marks.html", context, request)
    return with_codes(request, source, part, words, undo)
