"""Lodging: those who prepare see who sleeps where; everybody else sees and fills in their own nights."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from recolte.gatherings.actions.stays import (
    add_lodging,
    add_stay,
    change_lodging,
    change_stay,
    remove_lodging,
    remove_stay,
)
from recolte.gatherings.models import Gathering, Lodging, Stay
from recolte.gatherings.rules import can_change, why_no_stay
from recolte.gatherings.stay_forms import LodgingForm, MyStayForm, StayForm
from recolte.gatherings.views.opened import around, readable
from recolte.ui.requests import MemberRequest


@never_cache
@login_required
def stays(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The nights of a gathering. What is posted is one's own stay (`do=mine`), a place, or, for a guest, a stay."""
    gathering = readable(request, pk)
    page = around(request, gathering, _("Lodging"))
    do = request.POST.get("do", "")
    own = Stay.objects.filter(gathering=gathering).of(request.user).select_related("lodging").first()
    mine = MyStayForm(request.POST if do == "mine" else None, instance=own, auto_id="mine-%s")
    lodging = LodgingForm(request.POST if do == "lodging" else None, auto_id="place-%s")
    stay = StayForm(gathering, request.POST if do == "stay" else None) if page["may_change"] else None
    closed = why_no_stay(gathering)
    if request.method == "POST":
        if closed and (do == "stay" or (do == "mine" and not own)):
            messages.error(request, closed)
            return redirect("stays", pk)
        if do == "mine" and mine.is_valid():
            if own:
                change_stay(Stay.objects.get(pk=own.pk), by=request.user, **mine.cleaned_data)
            else:
                add_stay(gathering, request.user, by=request.user, **mine.cleaned_data)
            messages.success(request, _("Noted. Only you and those who prepare the gathering read this."))
            return redirect("stays", pk)
        if do in ("lodging", "stay") and stay is None:
            raise PermissionDenied
        if do == "lodging" and lodging.is_valid():
            add_lodging(gathering, by=request.user, **lodging.cleaned_data)
            return redirect("stays", pk)
        if do == "stay" and stay and stay.is_valid():
            facts = dict(stay.cleaned_data)
            add_stay(gathering, facts.pop("guest"), by=request.user, **facts)
            return redirect("stays", pk)
        if do not in ("mine", "lodging", "stay"):
            raise Http404
    page |= {"mine": own, "my_form": mine, "lodging_form": lodging, "stay_form": stay, "closed": closed}
    if stay:
        page |= _whole(gathering)
    return render(request, "gatherings/stays.html", page, status=422 if request.method == "POST" else 200)


def _whole(gathering: Gathering) -> dict[str, Any]:
    """All that those who prepare see: each place with who sleeps there, those without one, and the totals."""
    those = list(Stay.objects.filter(gathering=gathering).select_related("user", "person"))
    places = list(Lodging.objects.filter(gathering=gathering))
    named = [one for one in those if one.erased_at is None]
    costs = [place.cost for place in places if place.cost is not None]
    return {
        "places": [(place, [one for one in named if one.lodging_id == place.pk]) for place in places],
        "without": [one for one in named if one.lodging_id is None],
        "totals": {
            "people": len(those),
            "beds": sum(place.beds or 0 for place in places),
            "nights": sum(one.nights for one in those),
            "cost": sum(costs) if costs else None,
            "shares": sum((one.share for one in those if one.share is not None), start=0),
        },
        "erased": len(those) - len(named),
    }


@never_cache
@login_required
def lodging(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Change a place, or take it away."""
    lodging = get_object_or_404(
        Lodging.objects.filter(gathering__in=Gathering.objects.readable_by(request.user)).select_related(
            "gathering__community", "gathering__by"
        ),
        pk=pk,
    )
    if not can_change(request.user, lodging.gathering):
        raise PermissionDenied
    form = LodgingForm(request.POST or None, instance=lodging)
    if request.POST.get("do") == "remove":
        remove_lodging(lodging, by=request.user)
        return redirect("stays", lodging.gathering_id)
    if request.method == "POST" and form.is_valid():
        change_lodging(Lodging.objects.get(pk=pk), by=request.user, **form.cleaned_data)
        return redirect("stays", lodging.gathering_id)
    return _change(request, lodging.gathering, str(lodging), form)


@never_cache
@login_required
def stay(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Change somebody's nights, or take them away: for those who prepare; one's own stand on the page of the gathering."""
    stay = get_object_or_404(
        Stay.objects.filter(gathering__in=Gathering.objects.readable_by(request.user), erased_at=None).select_related(
            "gathering__community", "gathering__by", "user", "person"
        ),
        pk=pk,
    )
    removes = request.POST.get("do") == "remove"
    is_mine = Stay.objects.of(request.user).filter(pk=pk).exists()
    if not can_change(request.user, stay.gathering) and not (removes and is_mine):
        raise PermissionDenied
    if removes:
        remove_stay(stay, by=request.user)
        return redirect("stays", stay.gathering_id)
    form = StayForm(stay.gathering, request.POST or None, instance=stay)
    if request.method == "POST" and form.is_valid():
        change_stay(Stay.objects.get(pk=pk), by=request.user, **form.cleaned_data)
        return redirect("stays", stay.gathering_id)
    return _change(request, stay.gathering, str(stay), form)


def _change(request: MemberRequest, gathering: Gathering, title: str, form: StayForm | LodgingForm) -> HttpResponse:
    page = around(request, gathering, title)
    page["crumbs"].insert(2, {"label": _("Lodging"), "url": reverse("stays", args=[gathering.pk])})
    page |= {"title": title, "form": form}
    return render(request, "gatherings/change_stay.html", page, status=422 if request.method == "POST" else 200)
