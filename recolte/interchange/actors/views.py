from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recolte.community.models import ActorKind, Community
from recolte.community.rules import can_describe
from recolte.interchange.actors.actions import bring_in, receive_list, take_columns
from recolte.interchange.actors.forms import CHOICES, ColumnsForm, ListForm, chosen, label_of
from recolte.interchange.actors.matching import Choice, Proposal, Why
from recolte.interchange.actors.models import ActorList
from recolte.interchange.actors.sentences import why_refused
from recolte.ui.dates import date_format
from recolte.ui.requests import MemberRequest

SHOWN = 300  # new ones with a box to tick
ASKED = 150  # questions on one page; the others wait until the file is brought again

REASONS = {
    Why.KNOWN: gettext_lazy("it came from this list before"),
    Why.NAME: gettext_lazy("it has the same name"),
    Why.NEAR: gettext_lazy("it has nearly the same name, in the same municipality"),
    Why.CLOSE: gettext_lazy("it stands in the same place, under a similar name"),
}


@login_required
def import_actors(request: MemberRequest, slug: str) -> HttpResponse:
    """Bring a list of structures: it is read at once, and nothing is added before somebody has seen what would be."""
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    if not can_describe(request.user, community):
        raise PermissionDenied
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = ListForm(request.POST, request.FILES)
        if form.is_valid():
            facts = form.cleaned_data
            words = {"source": facts["source"], "credit": facts["credit"]}
            try:
                received = receive_list(community, facts["file"].name, facts["file"].read(), by=request.user, **words)
            except ValidationError as error:
                form.add_error("file", error)
            else:
                return redirect(received)
    return render(
        request,
        "interchange/import_actors.html",
        {
            "community": community,
            "form": form,
            "crumbs": _crumbs(community),
            "lists": ActorList.objects.filter(community=community).select_related("by")[:10],
        },
        status=422 if form.errors else 200,
    )


@login_required
def actor_list(request: MemberRequest, pk: UUID) -> HttpResponse:
    """What a list would bring: what is new, what seems to be here, what it says otherwise; and the button that does it."""
    found = ActorList.objects.readable_by(request.user).select_related("community", "by")
    received = get_object_or_404(found, pk=pk)
    columns = ColumnsForm(received, request.POST if "columns" in request.POST else None)
    if columns.is_bound and columns.is_valid():
        try:
            take_columns(received, columns.mapping, by=request.user)
        except ValidationError as error:
            columns.add_error(None, error)
        else:
            return redirect(received)
    proposals = received.proposals() if received.applied_at is None else []
    if request.method == "POST" and not columns.is_bound:
        try:
            outcome = bring_in(received, chosen(request.POST, proposals), by=request.user)
        except ValidationError as error:
            messages.error(request, error.messages[0])
            return redirect(received)
        messages.success(
            request,
            _("Added: %(added)d. Completed or corrected: %(changed)d. Left as they were: %(same)d. Left out: %(left)d.")
            % {"added": outcome.added, "changed": outcome.changed, "same": outcome.same, "left": outcome.left},
        )
        return redirect("organisations", received.community.slug)
    new = [one for one in proposals if one.why == Why.NEW]
    asking = [one for one in proposals if one.asks]
    return render(
        request,
        "interchange/actor_list.html",
        {
            "community": received.community,
            "crumbs": _crumbs(received.community, received.name),
            "list": received,
            "columns": columns,
            "new": [_coming(one) for one in new[:SHOWN]],
            "more": len(new) - SHOWN,
            "asking": [_asked(one) for one in asking[:ASKED]],
            "waiting": len(asking) - ASKED,
            "same": len(proposals) - len(new) - len(asking),
        },
        status=422 if columns.is_bound else 200,
    )


@dataclass(frozen=True)
class Coming:
    """A line that will be added: all that will be written, and what is not taken, with the reason."""

    proposal: Proposal
    facts: list[tuple[str, str]]
    refused: list[tuple[str, str, str]]


def _coming(proposal: Proposal) -> Coming:
    said = proposal.listed.as_facts().items()
    facts = [(label_of(field), _said(field, value)) for field, value in said if value not in ("", None)]
    return Coming(proposal, facts, _refused(proposal))


def _refused(proposal: Proposal) -> list[tuple[str, str, str]]:
    return [(label_of(field), words, why_refused(field)) for field, words in proposal.listed.refused]


@dataclass(frozen=True)
class Asked:
    """A line that somebody has to decide on, in words."""

    proposal: Proposal
    reason: str
    differences: list[tuple[str, str, str]]
    choices: list[tuple[Choice, str, bool]]
    refused: list[tuple[str, str, str]]


def _asked(proposal: Proposal) -> Asked:
    offered = [choice for choice in CHOICES if proposal.why != Why.KNOWN or choice not in (Choice.ADD, Choice.LEAVE)]
    return Asked(
        proposal,
        str(REASONS[proposal.why]),
        [
            (label_of(one.field), _said(one.field, one.ours), _said(one.field, one.theirs))
            for one in proposal.differences
        ],
        [(choice, str(CHOICES[choice]), choice == proposal.default) for choice in offered],
        _refused(proposal),
    )


def _said(field: str, value: Any) -> str:
    if value in ("", None):
        return ""
    if isinstance(value, date):
        return date_format(value, "j F Y")
    return str(ActorKind(value).label) if field == "kind" else str(value)


def _crumbs(community: Community, here: str = "") -> list[dict[str, str]]:
    structures = {"label": _("Structures"), "url": reverse("organisations", args=[community.slug])}
    bring = {"label": _("Bring in a list"), "url": reverse("import_actors", args=[community.slug]) if here else ""}
    return [structures, bring, *([{"label": here, "url": ""}] if here else [])]
