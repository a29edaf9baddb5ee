"""The programme as a tree, and the pages where it is written."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from recolte.community.models import Community, Person
from recolte.programme.actions import (
    add_axis,
    add_phase,
    change_axis,
    change_credit,
    change_phase,
    change_programme,
    credit,
    remove,
    remove_credit,
    start_programme,
    take_date_back,
    tell_date,
)
from recolte.programme.forms import AxisForm, CreditForm, DateForm, PhaseForm, ProgrammeForm
from recolte.programme.models import Axis, Contribution, DatedFact, Phase, Programme
from recolte.programme.rules import can_change_programme, can_read_funding
from recolte.programme.tree import told, tree
from recolte.ui.listing import Column, Filter, Listing
from recolte.ui.requests import MemberRequest


@login_required
def programme(request: MemberRequest, slug: str) -> HttpResponse:
    """Plan, axes, phases: what the community has set out to do, for a newcomer to read in a minute."""
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    may_change = can_change_programme(request.user, community)
    return render(
        request,
        "programme/programme.html",
        {
            "community": community,
            "programmes": tree(community, named_only=not may_change),
            "may_change": may_change,
            "reads_funding": can_read_funding(request.user, community),
        },
    )


@login_required
def new_programme(request: MemberRequest, slug: str) -> HttpResponse:
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    must(can_change_programme(request.user, community))
    form = ProgrammeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect(start_programme(community, by=request.user, **form.cleaned_data))
    return form_page(request, community, form, _("New programme"), way(community))


@login_required
def edit_programme(request: MemberRequest, pk: UUID) -> HttpResponse:
    programme = _one(request, Programme, pk)
    form = ProgrammeForm(request.POST or None, programme)
    if is_removal(request):
        return _removed(request, programme)
    if request.method == "POST" and form.is_valid():
        change_programme(programme, by=request.user, **form.cleaned_data)
        return redirect(programme)
    return form_page(request, programme.community, form, programme.title, way(programme.community), can_go=True)


@login_required
def new_axis(request: MemberRequest, pk: UUID) -> HttpResponse:
    programme = _one(request, Programme, pk)
    form = AxisForm(programme, request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect(add_axis(programme, by=request.user, **form.cleaned_data))
    return form_page(request, programme.community, form, _("New axis"), way(programme.community, programme))


@login_required
def edit_axis(request: MemberRequest, pk: UUID) -> HttpResponse:
    axis = _one(request, Axis, pk)
    form = AxisForm(axis.programme, request.POST or None, axis)
    if is_removal(request):
        return _removed(request, axis)
    if request.method == "POST" and form.is_valid():
        change_axis(axis, by=request.user, **form.cleaned_data)
        return redirect(axis)
    return form_page(request, axis.community, form, str(axis), way(axis.community, axis.programme), can_go=True)


@login_required
def new_phase(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A phase of the programme, or, where the address names one (`?axe=`), of an axis of it."""
    programme = _one(request, Programme, pk)
    axis = programme.axes.filter(number=number).first() if (number := _number(request.GET.get("axe", ""))) else None
    form = PhaseForm(programme, request.POST or None, axis=axis)
    if request.method == "POST" and form.is_valid():
        return redirect((add_phase(programme, by=request.user, **form.cleaned_data)).programme)
    return form_page(request, programme.community, form, _("New phase"), way(programme.community, programme))


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 5 else None


@login_required
def edit_phase(request: MemberRequest, pk: UUID) -> HttpResponse:
    phase = _one(request, Phase, pk)
    form = PhaseForm(phase.programme, request.POST or None, phase)
    if is_removal(request):
        return _removed(request, phase)
    if request.method == "POST" and form.is_valid():
        change_phase(phase, by=request.user, **form.cleaned_data)
        return redirect(phase.programme)
    return form_page(request, phase.community, form, str(phase), way(phase.community, phase.programme), can_go=True)


@login_required
def dates(request: MemberRequest, pk: UUID) -> HttpResponse:
    """All that was told of the beginnings and ends of a programme, and the form to tell more."""
    programme = _one(request, Programme, pk)
    facts = DatedFact.objects.filter(programme=programme).select_related("programme", "axis", "phase")
    form = DateForm(programme, request.POST if _is(request, "tell") else None, about=request.GET.get("de", ""))
    if _is(request, "take_back"):
        take_date_back(_chosen(facts, request.POST.get("date", "")), by=request.user)
        messages.success(request, _("This date was removed, with its source."))
        return redirect("programme_dates", pk)
    if form.is_bound and form.is_valid():
        found = form.cleaned_data
        tell_date(
            form.told_of,
            DatedFact.What(found["what"]),
            found["date"],
            precision=found["precision"],
            source=found["source"],
            address=found["address"],
            by=request.user,
        )
        messages.success(request, _("The date stands beside those that others tell."))
        return redirect("programme_dates", pk)
    of: dict[str, list[DatedFact]] = {key: [] for key in form.rows}
    for fact in facts:
        of[str(fact.about.pk)].append(fact)
    context = {
        "community": programme.community,
        "programme": programme,
        "told": [(label, told(of[key])) for key, label in form.labels if of[key]],
        "form": form,
        "crumbs": [*way(programme.community, programme), {"label": _("Dates and their sources"), "url": ""}],
    }
    return render(request, "programme/dates_page.html", context, status=422 if form.errors else 200)


def _chosen(rows: Any, key: str) -> Any:
    """The row of these that a form names; 404 where there is none."""
    if (found := next((one for one in rows if str(one.pk) == key), None)) is None:
        raise Http404
    return found


@login_required
def contributions(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Who gave what, of those who agreed to be named: the list to read, and to take away. The team adds others here."""
    mine = Programme.objects.readable_by(request.user).select_related("community")
    programme = get_object_or_404(mine, pk=pk)
    may_change = can_change_programme(request.user, programme.community)
    form = CreditForm(programme, request.POST or None)
    if request.method == "POST":
        must(may_change)
        if form.is_valid():
            found = form.cleaned_data
            who = form.person(programme.community, by=request.user)
            credit(programme, who, found["role"], axis=found["axis"], named=found["may_be_named"], by=request.user)
            messages.success(request, _("%(person)s is credited.") % {"person": who})
            return redirect("contributions", pk)
    all_of_them = Contribution.objects.filter(programme=programme).select_related("person__organisation", "axis")
    listing = Listing(
        request,
        _("Credits"),
        all_of_them.filter(may_be_named=True),
        [
            Column("person", _("Who"), lambda one: one.person.name or one.person.role, ["person__name"]),
            Column("structure", _("Structure"), lambda one: str(one.person.organisation or "")),
            Column("role", _("Role"), lambda one: one.role, ["role"]),
            Column("axis", _("Axis"), lambda one: str(one.axis or ""), ["axis__number"]),
        ],
        filters=[
            Filter("role", _("Role"), _roles(programme), lambda rows, chosen: rows.filter(role=chosen)),
        ],
    )
    if file := listing.taken_away():
        return file
    context = {
        "community": programme.community,
        "programme": programme,
        "listing": listing,
        "unnamed": all_of_them.filter(may_be_named=False) if may_change else [],
        "named": all_of_them.filter(may_be_named=True) if may_change else [],
        "form": form if may_change else None,
        "people": Person.objects.filter(community=programme.community).exclude(name="") if may_change else [],
        "crumbs": [*way(programme.community, programme), {"label": _("Credits"), "url": ""}],
    }
    return render(request, "programme/contributions.html", context, status=422 if form.errors else 200)


def _roles(programme: Programme) -> list[tuple[str, str]]:
    found = programme.contributions.filter(may_be_named=True).order_by("role").values_list("role", flat=True)
    return [(role, role) for role in found.distinct()]


@login_required
def edit_contribution(request: MemberRequest, pk: UUID) -> HttpResponse:
    contribution = _one(request, Contribution, pk)
    programme = contribution.programme
    form = CreditForm(programme, request.POST or None, contribution)
    if is_removal(request):
        remove_credit(contribution, by=request.user)
        messages.success(request, _("The credit was removed."))
        return redirect("contributions", programme.pk)
    if request.method == "POST" and form.is_valid():
        change_credit(contribution, by=request.user, **form.cleaned_data)
        return redirect("contributions", programme.pk)
    crumbs = [
        *way(programme.community, programme),
        {"label": _("Credits"), "url": reverse("contributions", args=[programme.pk])},
    ]
    return form_page(request, programme.community, form, str(contribution.person), crumbs, can_go=True)


# What the pages share -------------------------------------------------------------------------------------------------


def must(may: bool) -> None:
    if not may:
        raise PermissionDenied


def _one(request: MemberRequest, model: Any, pk: UUID) -> Any:
    """A row of the programme that this person may change."""
    more = ["community"] if model is Programme else ["community", "programme__community"]
    row = get_object_or_404(model.objects.readable_by(request.user).select_related(*more), pk=pk)
    must(can_change_programme(request.user, row.community))
    return row


def way(community: Community, programme: Programme | None = None) -> list[dict[str, str]]:
    """The way back to the tree, and to the programme in it."""
    crumbs = [{"label": _("Our approach"), "url": reverse("programme", args=[community.slug])}]
    if programme:
        crumbs.append({"label": programme.title, "url": f"{crumbs[0]['url']}#{programme.pk}"})
    return crumbs


def form_page(
    request: MemberRequest,
    community: Community,
    form: forms.BaseForm,
    title: str,
    crumbs: list[dict[str, str]],
    *,
    can_go: bool = False,
    **more: Any,
) -> HttpResponse:
    """A page with one form on it; `can_go`, what it is about can be removed there."""
    context = {
        "community": community,
        "form": form,
        "title": title,
        "can_go": can_go,
        "crumbs": [*crumbs, {"label": title, "url": ""}],
        "structures": [],
        "people": [],
    }
    return render(request, "programme/form.html", context | more, status=422 if form.errors else 200)


def _is(request: MemberRequest, what: str) -> bool:
    return request.method == "POST" and request.POST.get("do") == what


def is_removal(request: MemberRequest) -> bool:
    return _is(request, "remove")


def _removed(request: MemberRequest, row: Programme | Axis | Phase) -> HttpResponseRedirect:
    """To the tree, without the row; or back to it, saying why it must stay."""
    try:
        remove(row, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect(request.path)
    messages.success(request, _("It was removed."))
    return redirect("programme", row.community.slug)
