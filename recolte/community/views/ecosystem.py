"""Structures: their list, their pages, what ties them, and their map."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from recolte.community.ecosystem import (
    add_organisation,
    change_organisation,
    end_relation,
    merge_organisations,
    missing_facts,
    pointing_to,
    relate,
    remove_relation,
)
from recolte.community.ecosystem_forms import DayForm, EndForm, MergeForm, OrganisationForm, RelationForm
from recolte.community.map import ecosystem_map
from recolte.community.models import ActorKind, Community, Organisation, Relation
from recolte.community.rules import can_describe
from recolte.engine.territories import (
    CREDIT,
    CREDIT_OVERSEAS,
    OVERSEAS,
    REGIONS,
    department_name,
    departments_of,
    region_of,
)
from recolte.ui.listing import Column, Filter, Listing
from recolte.ui.requests import MemberRequest


@login_required
def organisations(request: MemberRequest, slug: str) -> HttpResponse:
    """The structures of the community and around it."""
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    known = Organisation.objects.filter(community=community)
    listing = Listing(
        request,
        _("Structures"),
        known,
        [
            Column("name", _("Name"), lambda one: one.name, ["name"], url=lambda one: one.get_absolute_url()),
            Column("kind", _("Kind"), lambda one: one.get_kind_display(), ["kind"]),
            Column("municipality", _("Municipality"), lambda one: one.municipality, ["municipality"]),
            Column("department", _("Department"), lambda one: one.department_name, ["department"]),
            Column("since", _("Since"), lambda one: one.starts_on, ["starts_on"]),
            Column("until", _("Until"), lambda one: one.ends_on, ["ends_on"]),
        ],
        filters=[
            Filter("kind", _("Kind"), ActorKind.choices, lambda rows, chosen: rows.filter(kind=chosen)),
            Filter(
                "territory",
                _("Territory"),
                _territories(known.exclude(department="").values_list("department", flat=True).distinct().order_by()),
                lambda rows, chosen: rows.within_territory(chosen),
            ),
        ],
        search=lambda rows, words: rows.naming(words),
    )
    return listing.taken_away() or render(
        request,
        "community/organisations.html",
        {"community": community, "listing": listing, "may_describe": can_describe(request.user, community)},
    )


def _territories(departments: Iterable[str]) -> list[tuple[str, str]]:
    """Each region that one of them lies in, and the departments of it after it."""
    found = sorted(departments, key=lambda code: (REGIONS.get(region_of(code), ""), code))
    choices: dict[str, str] = {}
    for code in found:
        region = choices[f"r{region_of(code)}"] = REGIONS.get(region_of(code), "")
        if department_name(code) != region:  # overseas, a region is one department
            choices[f"d{code}"] = f"– {department_name(code)} ({code})"
    return list(choices.items())


@login_required
def new_organisation(request: MemberRequest, slug: str) -> HttpResponse:
    community = _described_by(request, slug)
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = add_organisation(community, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The structure is in the list."))
            return redirect(made)
    crumbs = _crumbs(community, _("Add a structure"))
    words = {"community": community, "form": form, "title": _("Add a structure"), "crumbs": crumbs}
    return _form_page(request, "community/organisation_form.html", words, form)


@login_required
def organisation(request: MemberRequest, pk: UUID) -> HttpResponse:
    """What is known of a structure: its facts, its people, what ties it to others on a day."""
    organisation = _readable(request, pk)
    form = DayForm(request.GET or None)
    day = _day(form)
    ties = list(Relation.objects.touching(organisation).select_related("subject", "object"))
    rows = [
        {
            "relation": tie,
            "reading": tie.reading_from(organisation),
            "other": tie.other_than(organisation),
            "now": tie.was_in_force_on(day),
        }
        for tie in ties
    ]
    return render(
        request,
        "community/organisation.html",
        {
            "community": organisation.community,
            "organisation": organisation,
            "crumbs": _crumbs(organisation.community, organisation.name),
            "people": organisation.people.all(),
            "origins": organisation.origins.all(),
            "form": form if form.is_bound else DayForm(initial={"le": day}),
            "day": day,
            "relations": [row for row in rows if row["now"]],
            "others": [row for row in rows if not row["now"]],
            "may_describe": can_describe(request.user, organisation.community),
        },
    )


@login_required
def edit_organisation(request: MemberRequest, pk: UUID) -> HttpResponse:
    organisation = _describable(request, pk)
    form = OrganisationForm(request.POST) if request.method == "POST" else OrganisationForm.of(organisation)
    if form.is_valid():
        try:
            change_organisation(organisation, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("What is known of this structure was changed."))
            return redirect("organisation", pk)
    known = _readable(request, pk)  # as it is, not as the form would have it
    crumbs = _crumbs(known.community, _("Change"), known)
    words = {"community": known.community, "form": form, "title": known.name, "crumbs": crumbs}
    return _form_page(request, "community/organisation_form.html", words, form)


@login_required
def add_relation(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Note what ties this structure to another one."""
    organisation = _describable(request, pk)
    form = RelationForm(organisation, request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        ends = (organisation, facts["other"])
        subject, object = reversed(ends) if form.is_reversed else ends
        dates = {"starts_on": facts["starts_on"], "ends_on": facts["ends_on"]}
        try:
            relate(subject, form.kind, object, by=request.user, source=facts["source"], **dates)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The relation was noted."))
            return redirect(organisation)
    words = {
        "community": organisation.community,
        "organisation": organisation,
        "form": form,
        "crumbs": _crumbs(organisation.community, _("Add a relation"), organisation),
    }
    return _form_page(request, "community/relation_form.html", words, form)


@login_required
def relation(request: MemberRequest, pk: UUID) -> HttpResponse:
    """One relation: when it held and who says so; for the team, to end it, or to take it away."""
    found = Relation.objects.readable_by(request.user).select_related("community", "subject", "object")
    relation = get_object_or_404(found, pk=pk)
    may_describe = can_describe(request.user, relation.community)
    is_ending = request.POST.get("do") == "end"
    form = EndForm(request.POST if is_ending else None, initial={"ends_on": relation.ends_on or timezone.localdate()})
    if request.method == "POST":
        if not may_describe:
            raise PermissionDenied
        if request.POST.get("do") == "remove":
            remove_relation(relation, by=request.user)
            messages.success(request, _("The relation was taken away."))
            return redirect(relation.subject)
        if form.is_valid():
            try:
                end_relation(relation, form.cleaned_data["ends_on"], by=request.user)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(
                    request, _("The end of the relation was noted: whoever looks at an earlier day sees it.")
                )
                return redirect(relation.subject)
    words = {
        "community": relation.community,
        "relation": get_object_or_404(found, pk=pk),
        "form": form,
        "may_describe": may_describe,
        "crumbs": _crumbs(relation.community, _("Relation"), relation.subject),
    }
    return _form_page(request, "community/relation.html", words, form)


@login_required
def merge_organisation(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Two structures that are one: first what would happen, then the button that does it."""
    kept = _describable(request, pk)
    asked = request.POST if request.method == "POST" else request.GET
    form = MergeForm(kept, asked if "avec" in asked else None)
    gone = form.cleaned_data["avec"] if form.is_valid() else None
    if request.method == "POST" and gone:
        name = gone.name
        merge_organisations(kept, gone, by=request.user)
        messages.success(
            request, _("“%(gone)s” and “%(kept)s” are one structure from now on.") % {"gone": name, "kept": kept.name}
        )
        return redirect(kept)
    words = {
        "community": kept.community,
        "kept": kept,
        "gone": gone,
        "form": form,
        "moving": pointing_to(gone) if gone else None,
        "learning": [Organisation.label_of(name) for name in missing_facts(kept, gone)] if gone else [],
        "crumbs": _crumbs(kept.community, _("Merge"), kept),
    }
    return _form_page(request, "community/merge.html", words, form)


@login_required
def ecosystem(request: MemberRequest, slug: str) -> HttpResponse:
    """The map of the structures and of what ties them, as of a day (`?le=2021-09-16`)."""
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    form = DayForm(request.GET if "le" in request.GET else None)
    day = _day(form)
    zone = request.GET.get("zone", "")
    shown = ecosystem_map(community, day, zone)
    overseas = shown.insets or set(departments_of(zone)) & set(OVERSEAS)
    return render(
        request,
        "community/ecosystem.html",
        {
            "community": community,
            "crumbs": _crumbs(community, _("Ecosystem")),
            "form": form if form.is_bound else DayForm(initial={"le": day}),
            "zone": zone,
            "map": shown,
            "credit": f"{CREDIT} ; {CREDIT_OVERSEAS}" if overseas else CREDIT,
            "has_any": Organisation.objects.filter(community=community).exists(),
            "may_describe": can_describe(request.user, community),
        },
    )


def _form_page(request: MemberRequest, template: str, words: dict[str, Any], form: BaseForm) -> HttpResponse:
    wrong = request.method == "POST" and bool(form.errors)
    return render(request, template, words, status=422 if wrong else 200)


def _day(form: DayForm) -> date:
    """The day asked for; today, where none was, or where it is none."""
    asked = form.cleaned_data["le"] if form.is_valid() else None
    return asked or timezone.localdate()


def _readable(request: MemberRequest, pk: UUID) -> Organisation:
    return get_object_or_404(Organisation.objects.readable_by(request.user).select_related("community"), pk=pk)


def _describable(request: MemberRequest, pk: UUID) -> Organisation:
    organisation = _readable(request, pk)
    if not can_describe(request.user, organisation.community):
        raise PermissionDenied
    return organisation


def _described_by(request: MemberRequest, slug: str) -> Community:
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    if not can_describe(request.user, community):
        raise PermissionDenied
    return community


def _crumbs(community: Community, here: str, organisation: Organisation | None = None) -> list[dict[str, str]]:
    way = [
        {"label": community.name, "url": reverse("people", args=[community.slug])},
        {"label": _("Structures"), "url": reverse("organisations", args=[community.slug])},
    ]
    if organisation:
        way.append({"label": organisation.name, "url": organisation.get_absolute_url()})
    return [*way, {"label": here, "url": ""}]
