"""What people say of a restitution: where they say it, without an account, and what the team reads."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recolte.gatherings.models import Gathering
from recolte.gatherings.views.opened import around, readable
from recolte.publishing.actions import (
    close_reactions,
    erase_reaction,
    open_reactions,
    own_link,
    put_aside,
    react,
    reaction_link,
    read_own_link,
    read_reaction_link,
    show_again,
    take_back_reaction,
)
from recolte.publishing.models import Reaction, ReactionDoor
from recolte.publishing.reaction_forms import ReactForm, ReactionsForm
from recolte.publishing.rules import can_read_reactions, can_steer_reactions, why_no_reaction
from recolte.ui import qr
from recolte.ui.listing import Column, Filter, Listing
from recolte.ui.quietly import quietly
from recolte.ui.requests import MemberRequest

STEER = {"put_aside": put_aside, "show_again": show_again, "erase": erase_reaction}


@login_required
def reactions(request: MemberRequest, pk: UUID) -> HttpResponse:
    """What was said of the restitution of a gathering; those who coordinate open and close the address where it is said."""
    gathering = readable(request, pk)
    if not can_read_reactions(request.user, gathering.community):
        raise PermissionDenied
    may_steer = can_steer_reactions(request.user, gathering.community)
    door = ReactionDoor.objects.filter(gathering=gathering).select_related("gathering").first()
    form = ReactionsForm(request.POST or None)
    if request.method == "POST":
        if not may_steer:
            raise PermissionDenied
        if "close" in request.POST and door:
            close_reactions(door, by=request.user)
            messages.success(request, _("Closed: the address no longer works. What was said stays."))
            return redirect("reactions", pk)
        if form.is_valid():
            open_reactions(gathering, form.cleaned_data["last_day"], by=request.user)
            again = _("The address is open. Any sheet printed before no longer works.")
            messages.success(request, again if door else _("The address is open."))
            return redirect("reactions", pk)
    listing = _listing(request, gathering, may_steer=may_steer)
    link = reaction_link(door) if door else ""
    page = around(
        request,
        gathering,
        _("Reactions"),
        listing=listing,
        door=door,
        form=form,
        link=link,
        code=qr.svg(link) if link else "",
        closed=why_no_reaction(door) if door else "",
        may_steer=may_steer,
    )
    page["crumbs"].insert(2, {"label": _("Dossiers"), "url": reverse("dossiers", args=[pk])})
    status = 422 if request.method == "POST" else 200
    return listing.taken_away() or render(request, "publishing/reactions.html", page, status=status)


def _listing(request: MemberRequest, gathering: Gathering, *, may_steer: bool) -> Listing:
    """Those that were put aside are shown to whoever put them there, and to nobody else."""
    rows = Reaction.objects.filter(gathering=gathering)
    states = [("shown", _("shown")), ("aside", _("put aside"))] if may_steer else []
    steering = [Column("do", _("State"), _state, template="publishing/reaction_do.html")] if may_steer else []
    return Listing(
        request,
        _("Reactions"),
        rows if may_steer else rows.filter(hidden_at=None),
        [
            Column("words", _("Word"), lambda one: one.words),
            Column("name", _("Name"), lambda one: one.name, ["name"]),
            Column("at", _("When"), lambda one: one.at, ["at"]),
            *steering,
        ],
        filters=[
            Filter("state", _("State"), states, lambda rows, chosen: rows.filter(hidden_at__isnull=chosen == "shown"))
        ]
        if may_steer
        else [],
        search=lambda rows, words: rows.filter(words__icontains=words) | rows.filter(name__icontains=words),
    )


def _state(reaction: Reaction) -> str:
    return _("put aside") if reaction.is_hidden else _("shown")


@login_required
@require_POST
def reaction(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Put a word aside, show it again, or erase it."""
    found = Reaction.objects.readable_by(request.user).select_related("community")
    reaction = get_object_or_404(found, pk=pk)
    if not can_steer_reactions(request.user, reaction.community):
        raise PermissionDenied
    do = STEER.get(request.POST.get("do", ""))
    if do is None:
        raise Http404
    do(reaction, by=request.user)
    return redirect("reactions", reaction.gathering_id)


# Without an account --------------------------------------------------------------------------------------------------


@quietly
def say(request: HttpRequest, token: str) -> HttpResponse:
    """What the telephone of whoever came to a restitution opens: they say a word."""
    door = read_reaction_link(token)
    if door is None:
        return render(request, "gatherings/link_over.html", status=410)
    form = ReactForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            said = react(door, form.cleaned_data["words"], form.cleaned_data["name"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect(own_link(said))
    page = {
        "gathering": door.gathering,
        "community": door.gathering.community,
        "form": form,
        "closed": "" if form.errors else why_no_reaction(door),
    }
    return render(request, "publishing/react.html", page, status=422 if form.errors else 200)


@quietly
def own(request: HttpRequest, token: str) -> HttpResponse:
    """What somebody said, where they alone take it back."""
    reaction = read_own_link(token)
    if reaction is None:
        return render(request, "gatherings/link_over.html", status=410)
    page = {
        "gathering": reaction.gathering,
        "community": reaction.gathering.community,
        "reaction": reaction,
        "is_taken_back": request.method == "POST",
    }
    if request.method == "POST":
        take_back_reaction(reaction)
    return render(request, "publishing/own_reaction.html", page)
