"""Who was there: the list that the team ticks, and the door at which people say it themselves."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recolte.community.models import Community, Person, User
from recolte.gatherings.actions import come_in, door_link, note_guests, note_presence, read_door_link
from recolte.gatherings.crumbs import crumbs
from recolte.gatherings.models import OFTEN, Answer, Gathering, attendees, presences, turnout
from recolte.gatherings.rules import can_change, why_door_is_closed
from recolte.gatherings.views.opened import around, changeable, readable
from recolte.gatherings.visit_forms import DoorForm, GuestsForm, PresenceForm
from recolte.programme.models import Axis
from recolte.ui import qr
from recolte.ui.ids import is_uuid
from recolte.ui.listing import Column, Filter, Listing, days_asked
from recolte.ui.quietly import quietly
from recolte.ui.requests import MemberRequest
from recolte.ui.sorting import Folded

MOST = 60  # members on the list to tick; others are looked for by name


@login_required
def participants(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Who was there, who means to come; for who plans and coordinates, the list to tick (POST)."""
    gathering = readable(request, pk)
    may_change = can_change(request.user, gathering)
    if request.method == "POST":
        changeable(request, pk)
        form = _presence(gathering, request)
        if form.is_valid():
            note_presence(gathering, form.came, absent=form.absent, members=form.members_who_came, by=request.user)
            messages.success(request, _("Saved."))
        else:
            messages.error(request, _("The list had changed meanwhile: look at it again, then save it."))
        return redirect("participants", pk)
    listing = _was_there(request, gathering, may_change=may_change)
    return listing.taken_away() or render(
        request,
        "gatherings/participants.html",
        around(
            request,
            gathering,
            _("Participants"),
            may_change=may_change,
            listing=listing,
            coming=gathering.invitations.standing().filter(answer=Answer.YES).select_related("person"),
            form=_presence(gathering, request) if may_change and not gathering.is_called_off else None,
            many=gathering.community.memberships.count() > MOST,
            q=request.GET.get("qui", ""),
            guests=GuestsForm() if may_change else None,
        ),
    )


def _was_there(request: MemberRequest, gathering: Gathering, *, may_change: bool) -> Listing:
    return Listing(
        request,
        _("Was there"),
        gathering.attendances.select_related("person__organisation"),
        [
            Column("name", _("Name or role"), lambda one: str(one.person), ["person__name", "person__role"]),
            Column(
                "structure",
                _("Structure"),
                lambda one: str(one.person.organisation or ""),
                ["person__organisation__name"],
            ),
            Column("how", _("How we know"), lambda one: one.get_how_display(), ["how"]),
        ],
        search=lambda rows, words: rows.filter(
            Q(person__name__icontains=words)
            | Q(person__role__icontains=words)
            | Q(person__organisation__name__icontains=words)
        ),
        can_take_away=may_change,
    )


def _presence(gathering: Gathering, request: HttpRequest) -> PresenceForm:
    """The list to tick: who was there, who was invited, and members — those whom one looks for (`?qui=`), or who come often."""
    community, sent = gathering.community, request.POST if request.method == "POST" else None
    there = list(Person.objects.filter(attendances__gathering=gathering))
    members = User.objects.filter(memberships__community=community, is_active=True)
    those = Person.objects.filter(community=community)
    if sent is None:
        words = request.GET.get("qui", "").strip()[:80]
        invited = list(those.filter(invitations__in=gathering.invitations.standing()))
        often = those.filter(user__in=members, name__icontains=words).annotate(times=Count("attendances"))
        people = [*there, *invited, *often.order_by("-times", Folded("name"), "id")[:MOST]]
        unknown = (
            members.filter(name__icontains=words).exclude(persons__community=community).order_by(Folded("name"))[:MOST]
        )
    else:  # whoever was on the list that was sent
        named = [UUID(one) for one in {*sent.getlist("there"), *sent.getlist("was")} if is_uuid(one)]
        people = [*there, *those.filter(pk__in=named)]
        unknown = members.filter(pk__in=named).exclude(persons__community=community)
    return PresenceForm({one.pk: one for one in people}.values(), unknown, there, sent)


@login_required
def attendee_list(request: MemberRequest, slug: str) -> HttpResponse:
    """Who came to the gatherings of a community, and how many times; as a whole, or on the days that the address asks for."""
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    axes = list(Axis.objects.filter(community=community).select_related("programme"))
    by_axis = Filter("axis", _("Axis"), [(str(one.pk), str(one)) for one in axes], _kept, _kept)
    asked = by_axis.keys(request.GET.get("axis", ""))
    scope = (*days_asked(request), [one for one in axes if str(one.pk) in asked] if asked else None)
    here = turnout(community, *scope)
    came: QuerySet[Any] = attendees(presences(community, *scope))
    half = [(OFTEN, _("to at least half of the gatherings, and twice or more"))]
    listing = Listing(
        request,
        _("Who came"),
        came.select_related("organisation").order_by("-times", Folded("name"), "id"),
        [
            Column("name", _("Name"), str, ["name"], url=lambda one: reverse("person", args=[one.pk])),
            Column("structure", _("Structure"), lambda one: str(one.organisation or ""), ["organisation__name"]),
            Column("times", _("Gatherings"), lambda one: one.times, ["times"], is_number=True),
        ],
        filters=[
            Filter("often", _("How often"), half, lambda rows, chosen: rows.filter(times__gte=here.often)),
            by_axis,
        ],
        search=lambda rows, words: rows.filter(name__icontains=words),
        days=_kept,
    )
    lead = _("Everybody who was noted as there at a gathering, with the number of gatherings that they came to.")
    empty = _("Nobody was noted as there yet: open a gathering, then “Participants”, and tick who came.")
    context = {"community": community, "listing": listing, "lead": lead, "empty": empty}
    context["crumbs"] = crumbs(listing.title)
    return listing.taken_away() or render(request, "ui/list_page.html", context)


def _kept(rows: Any, *asked: object) -> Any:
    """The rows are made for what is asked."""
    return rows


@login_required
@require_POST
def guests(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Guests without an account who were there, by their names."""
    gathering = changeable(request, pk)
    form = GuestsForm(request.POST)
    if form.is_valid():
        note_guests(gathering, form.cleaned_data["guests"], by=request.user)
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("Nobody was added: write one name a line."))
    return redirect("participants", pk)


@login_required
def door(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The sheet to print and put at the door: a QR code that leads guests to say that they are there."""
    gathering = changeable(request, pk)
    link = door_link(gathering)
    return render(
        request,
        "gatherings/door.html",
        around(
            request, gathering, _("At the door"), link=link, code=qr.svg(link), closed=why_door_is_closed(gathering)
        ),
    )


@quietly
def come(request: HttpRequest, token: str) -> HttpResponse:
    """What a guest's phone opens at the door: a name, and they are noted as there. No account is needed."""
    gathering = read_door_link(token)
    if gathering is None:
        return render(request, "gatherings/link_over.html", status=410)
    form, name = DoorForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            name = str(come_in(gathering, form.cleaned_data["name"], form.cleaned_data["structure"]))
        except ValidationError as error:
            form.add_error(None, error)
    return render(
        request,
        "gatherings/come.html",
        {
            "gathering": gathering,
            "community": gathering.community,
            "form": form,
            "name": name,
            "closed": why_door_is_closed(gathering),
        },
    )
