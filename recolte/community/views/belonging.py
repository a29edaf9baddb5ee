"""Circles, functions as of a day, structures within structures, and each one's definitions of notions."""

from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from recolte.community.belonging import enter_circle, make_circle, person_of
from recolte.community.ecosystem import nesting_on, relate
from recolte.community.models import (
    Circle,
    CircleMember,
    Community,
    Definition,
    Mandate,
    Organisation,
    Relation,
    RelationKind,
    User,
)
from recolte.community.people import find_or_make_person, same
from recolte.community.people_forms import CircleForm, DayForm, DefinitionForm, NewcomerForm, WithinForm, names_of
from recolte.community.profiles import define, share_definition
from recolte.community.rules import can_say_who, is_of_the_team
from recolte.ui.listing import Column, Filter, Listing
from recolte.ui.requests import MemberRequest
from recolte.ui.sorting import Folded


def _day(request: MemberRequest) -> tuple[DayForm, Any]:
    """The day that the address asks for (`?le=`), today without one."""
    today = timezone.localdate()
    form = DayForm(request.GET if request.GET.get("le") else None, initial={"le": today})
    return form, (form.is_bound and form.is_valid() and form.cleaned_data["le"]) or today


@login_required
def circles(request: MemberRequest, slug: str) -> HttpResponse:
    """The circles of a community, with how many people each holds on a day."""
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    may_say = can_say_who(request.user, community)
    form = CircleForm(request.POST or None)
    if request.method == "POST":
        if not may_say:
            raise PermissionDenied
        if form.is_valid():
            try:
                made = make_circle(
                    community, Circle.Kind(form.cleaned_data["kind"]), form.cleaned_data["name"], by=request.user
                )
            except ValidationError as error:
                form.add_error(None, error)
            else:
                return redirect("circle", made.pk)
    day_form, day = _day(request)
    counts: dict[UUID, set[UUID]] = {}
    members = CircleMember.objects.filter(community=community).standing_on(day)
    for circle, person in members.values_list("circle", "person"):
        counts.setdefault(circle, set()).add(person)
    return render(
        request,
        "community/circles.html",
        {
            "community": community,
            "rows": [(one, len(counts.get(one.pk, ()))) for one in community.circles.all()],
            "in_any": len(set().union(*counts.values())) if counts else 0,
            "day": day,
            "day_form": day_form,
            "form": form if may_say else None,
        },
        status=422 if form.errors else 200,
    )


@login_required
def circle(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Who is in a circle on a day, and, for the team, who enters it."""
    here = Circle.objects.filter(community__in=Community.objects.readable_by(request.user))
    circle = get_object_or_404(here.select_related("community"), pk=pk)
    community = circle.community
    may_say = can_say_who(request.user, community)
    form = NewcomerForm(request.POST or None)
    if request.method == "POST":
        if not may_say:
            raise PermissionDenied
        if form.is_valid() and _enters(circle, form, request):
            return redirect("circle", pk)
    day_form, day = _day(request)
    members = CircleMember.objects.filter(circle=circle).standing_on(day).select_related("person__organisation")
    listing = Listing(
        request,
        circle.name,
        members.order_by(Folded("person__name"), "person__role", "pk"),
        [
            Column(
                "name",
                _("Name"),
                lambda one: str(one.person),
                ["person__name", "person__role"],
                url=lambda one: reverse("member", args=[community.slug, one.person_id]),
            ),
            Column("structure", _("Structure"), lambda one: str(one.person.organisation or "")),
            Column("from", _("From"), lambda one: one.starts_on, ["starts_on"]),
            Column("until", _("Until"), lambda one: one.ends_on, ["ends_on"]),
        ],
        can_take_away=is_of_the_team(request.user, community),
    )
    return listing.taken_away() or render(
        request,
        "community/circle.html",
        {
            "community": community,
            "circle": circle,
            "count": circle.people_on(day).count(),
            "day": day,
            "day_form": day_form,
            "listing": listing,
            "form": form if may_say else None,
            "names": names_of(community) if may_say else [],
            "crumbs": [{"label": _("Circles"), "url": reverse("circles", args=[community.slug])}, {"label": circle}],
        },
        status=422 if form.errors else 200,
    )


def _enters(circle: Circle, form: NewcomerForm, request: MemberRequest) -> bool:
    """By name: a member of the community first, then whoever bears it, made if nobody does."""
    name = " ".join(form.cleaned_data["name"].split())
    members = User.objects.filter(memberships__community=circle.community)
    member = next((one for one in members if same(one.name, name)), None)
    try:
        person = (
            person_of(circle.community, member, by=request.user)
            if member
            else find_or_make_person(circle.community, name=name, by=request.user)
        )
        enter_circle(circle, person, span=form.span, by=request.user)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


@login_required
def mandates(request: MemberRequest, slug: str) -> HttpResponse:
    """Who held which function on a day, rights included."""
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    day_form, day = _day(request)
    listing = Listing(
        request,
        _("Functions"),
        Mandate.objects.filter(community=community)
        .standing_on(day)
        .select_related("user", "person__user", "organisation")
        .order_by("role", "pk"),
        [
            Column(
                "who",
                _("Name"),
                lambda one: str(one.who),
                ["user__name", "person__name"],
                # who has left has no page of their account
                url=lambda one: reverse("member", args=[community.slug, one.person_id]) if one.person_id else "",
            ),
            Column("role", _("Function"), lambda one: one.title, ["role"]),
            Column("scope", _("For what"), lambda one: one.scope, ["scope"]),
            Column("structure", _("Structure"), lambda one: str(one.organisation or ""), ["organisation__name"]),
            Column("rights", _("Rights"), lambda one: _("gives rights here") if one.gives_rights else ""),
            Column("from", _("From"), lambda one: one.starts_on, ["starts_on"]),
            Column("until", _("Until"), lambda one: one.ends_on, ["ends_on"]),
        ],
        can_take_away=is_of_the_team(request.user, community),
    )
    return listing.taken_away() or render(
        request,
        "community/mandates.html",
        {"community": community, "listing": listing, "day": day, "day_form": day_form},
    )


@login_required
def nesting(request: MemberRequest, slug: str) -> HttpResponse:
    """Which structure is a part of which, on a day; one may be a part of several."""
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    may_say = can_say_who(request.user, community)
    form = WithinForm(community, request.POST or None)
    if request.method == "POST":
        if not may_say:
            raise PermissionDenied
        if form.is_valid():
            facts = dict(form.cleaned_data)
            inner, outer = facts.pop("organisation"), facts.pop("within")
            try:
                relate(inner, RelationKind.PART_OF, outer, by=request.user, **facts)
            except ValidationError as error:
                form.add_error("within", error.messages)
            else:
                return redirect("nesting", slug)
    day_form, day = _day(request)
    return render(
        request,
        "community/nesting.html",
        {
            "community": community,
            "rows": _tree(community, day),
            "day": day,
            "day_form": day_form,
            "form": form if may_say else None,
        },
        status=422 if form.errors else 200,
    )


def _tree(community: Community, day: date) -> list[tuple[Organisation, list[Relation], list[Organisation]]]:
    """The structures that are a part of others: each with what says so, and what it is within through those."""
    nested = nesting_on(community, day)
    known = {one.pk: one for one in Organisation.objects.filter(community=community)}
    rows = []
    for pk, one in known.items():
        if direct := nested.direct.get(pk):
            around = nested.around(pk)[len({relation.object_id for relation in direct}) :]
            rows.append((one, direct, [known[outer] for outer in around]))
    return rows


@never_cache
@login_required
def definitions(request: MemberRequest, slug: str) -> HttpResponse:
    """What notions mean to me, from the first time to now; and to the others, once they shared it."""
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    mine = Definition.objects.filter(community=community, user=request.user).order_by("notion", "id")
    form = DefinitionForm(request.POST if request.POST.get("do") == "define" else None)
    if request.method == "POST":
        if form.is_bound and form.is_valid():
            define(community, by=request.user, **form.cleaned_data)
            messages.success(request, _("Kept. Nobody else reads it before you share it."))
            return redirect("definitions", slug)
        if not form.is_bound:
            one = get_object_or_404(mine, pk=_id(request.POST.get("definition", "")))
            share_definition(one, shared=request.POST.get("do") == "share", by=request.user)
            return redirect("definitions", slug)
    shared = Definition.objects.readable_by(request.user).filter(community=community, shared_at__isnull=False)
    listing = Listing(
        request,
        _("Definitions that were shared"),
        shared.select_related("user"),
        [
            Column("notion", _("Notion"), lambda one: one.notion, ["notion", "user__name"]),
            Column("who", _("Name"), lambda one: str(one.user), ["user__name", "notion"]),
            Column("when", _("When"), lambda one: _("at the start") if one.is_first else _("later")),
            Column("text", _("What it means"), lambda one: one.text),
            Column("given", _("Given on"), lambda one: timezone.localdate(one.given_at), ["given_at"]),
            Column("where", _("At which gathering"), lambda one: one.where, ["where"]),
        ],
        filters=[
            Filter(
                "when",
                _("When"),
                [("first", _("at the start")), ("later", _("later"))],
                lambda rows, chosen: rows.filter(is_first=chosen == "first"),
            )
        ],
        search=lambda rows, words: rows.filter(
            Q(notion__icontains=words) | Q(text__icontains=words) | Q(user__name__icontains=words)
        ),
    )
    return listing.taken_away() or render(
        request,
        "community/definitions.html",
        {
            "community": community,
            "mine": [(notion, list(those)) for notion, those in groupby(mine, key=lambda one: one.notion)],
            "listing": listing,
            "form": form,
            "notions": sorted({*shared.values_list("notion", flat=True)[:500]}),
        },
        status=422 if form.errors else 200,
    )


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
