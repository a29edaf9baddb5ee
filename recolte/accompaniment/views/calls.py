"""The calls of a community, and one of them with what came."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from recolte.accompaniment.actions.calls import change_call, open_call, remove_call
from recolte.accompaniment.forms import CallForm
from recolte.accompaniment.models import Application, Call, Standing, State
from recolte.accompaniment.rules import can_call, can_read_applications
from recolte.community.actions import site_address
from recolte.community.models import Community, User
from recolte.programme.reports import axis_filter
from recolte.programme.rules import can_read_funding
from recolte.ui import qr
from recolte.ui.listing import Column, Filter, Listing
from recolte.ui.requests import MemberRequest


def way(community: Community, *steps: tuple[str, str]) -> list[dict[str, str]]:
    """The way back: the calls, then `steps`, each with its address; the last is where one is."""
    first = (_("Accompaniment"), reverse("calls", args=[community.slug]))
    return [{"label": label, "url": url} for label, url in (first, *steps)]


def call_for(user: User, pk: UUID) -> Call:
    return get_object_or_404(Call.objects.readable_by(user).select_related("community", "axis", "phase"), pk=pk)


def coordinated(user: User, pk: UUID) -> Call:
    call = call_for(user, pk)
    if not can_call(user, call.community):
        raise PermissionDenied
    return call


@login_required
def calls(request: MemberRequest, slug: str) -> HttpResponse:
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    rows = Call.objects.filter(community=community).select_related("community", "axis")
    standing = Count("applications", filter=~Q(applications__state=State.WITHDRAWN))
    accompanied = Count("applications", filter=Q(applications__state=State.ACCOMPANIED))
    today = timezone.localdate()
    listing = Listing(
        request,
        _("Calls"),
        rows.annotate(received=standing, accompanied=accompanied).order_by(*(Call._meta.ordering or [])),
        [
            Column("title", _("Call"), lambda one: one.title, ["title"], url=lambda one: one.get_absolute_url()),
            Column("opens", _("Open from"), lambda one: one.opens_on, ["opens_on"]),
            Column("closes", _("Until"), lambda one: one.closes_on, ["closes_on"]),
            Column(
                "standing",
                _("State"),
                lambda one: one.standing.label,
                template="accompaniment/standing.html",
            ),
            Column("received", _("Applications"), lambda one: one.received, ["received"], is_number=True),
            Column("accompanied", _("Accompanied"), lambda one: one.accompanied, ["accompanied"], is_number=True),
            Column("axis", _("Axis"), lambda one: str(one.axis or ""), ["axis__number"]),
        ],
        filters=[
            Filter(
                "state",
                _("State"),
                Standing.choices,
                lambda rows, chosen: rows.standing(chosen, today),
            ),
            axis_filter(community, "axis"),
        ],
        search=lambda rows, words: rows.filter(Q(title__icontains=words) | Q(words__icontains=words)),
    )
    page = {"community": community, "listing": listing, "may_call": can_call(request.user, community)}
    return listing.taken_away() or render(request, "accompaniment/calls.html", page)


@login_required
def new_call(request: MemberRequest, slug: str) -> HttpResponse:
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    if not can_call(request.user, community):
        raise PermissionDenied
    form = CallForm(community, request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect(open_call(community, by=request.user, **form.cleaned_data))
    crumbs = way(community, (_("New call"), ""))
    return _form(request, {"community": community, "form": form, "title": _("New call"), "crumbs": crumbs})


@login_required
def edit_call(request: MemberRequest, pk: UUID) -> HttpResponse:
    call = coordinated(request.user, pk)
    form = CallForm(call.community, request.POST or None, call)
    if request.method == "POST":
        try:
            if request.POST.get("do") == "remove":
                remove_call(call, by=request.user)
                messages.success(request, _("The call was removed."))
                return redirect("calls", call.community.slug)
            if form.is_valid():
                change_call(call, by=request.user, **form.cleaned_data)
                return redirect(call)
        except ValidationError as error:
            form.add_error(None, error)
    crumbs = way(call.community, (call.title, call.get_absolute_url()), (_("Change the call"), ""))
    gone = _("What was written here goes for good; the journal keeps that it was removed, and by whom.")
    page = {"community": call.community, "form": form, "title": _("Change the call"), "crumbs": crumbs}
    return _form(request, page | {"can_go": "" if call.applications.exists() else gone})


def _form(request: MemberRequest, page: dict[str, Any]) -> HttpResponse:
    return render(
        request, "accompaniment/form.html", {"can_go": ""} | page, status=422 if request.method == "POST" else 200
    )


@login_required
def call(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A call with its public address and, for those who read them, the applications."""
    call = call_for(request.user, pk)
    listing = _applications(request, call) if can_read_applications(request.user, call.community) else None
    if listing and (file := listing.taken_away()):
        return file
    address = site_address(reverse("apply", args=[call.code]))
    page = {
        "community": call.community,
        "call": call,
        "criteria": call.criteria.all(),
        "listing": listing,
        "address": address,
        "code": qr.svg(address),
        "may_call": can_call(request.user, call.community),
        "reads_funding": can_read_funding(request.user, call.community),
        "crumbs": way(call.community, (call.title, "")),
    }
    return render(request, "accompaniment/call.html", page)


def _applications(request: MemberRequest, call: Call) -> Listing:
    rows = Application.objects.filter(call=call).select_related("call").annotate(read=Count("readings"))
    rows = rows.order_by(*(Application._meta.ordering or []))  # counting forgets it
    territories = rows.exclude(territory="").order_by("territory").values_list("territory", flat=True).distinct()
    return Listing(
        request,
        call.title,
        rows,
        [
            Column("name", _("Collective"), str, ["name"], url=lambda one: one.get_absolute_url()),
            Column("territory", _("Territory"), lambda one: one.territory, ["territory"]),
            Column(
                "received",
                _("Received on"),
                lambda one: one.received_on,
                ["received_on"],
            ),
            Column(
                "state",
                _("Status"),
                lambda one: one.get_state_display(),
                ["state"],
                template="accompaniment/state.html",
            ),
            Column("late", _("Late"), lambda one: _("late") if one.is_late else ""),
            Column("read", _("Readings"), lambda one: one.read, ["read"], is_number=True),
        ],
        filters=[
            Filter("state", _("Status"), State.choices, lambda rows, chosen: rows.filter(state=chosen)),
            Filter(
                "territory",
                _("Territory"),
                [(one, one) for one in territories],
                lambda rows, chosen: rows.filter(territory=chosen),
            ),
        ],
        search=lambda rows, words: rows.filter(
            Q(name__icontains=words) | Q(words__icontains=words) | Q(expects__icontains=words)
        ),
    )
