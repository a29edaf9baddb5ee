"""Who was there: the list that the team ticks, and the door at which people say it themselves."""

from uuid import UUID

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recolte.community.models import Person, User
from recolte.gatherings.actions import come_in, door_link, note_guests, note_presence, read_door_link
from recolte.gatherings.models import Answer, Gathering
from recolte.gatherings.rules import can_change, why_door_is_closed
from recolte.gatherings.views.opened import around, changeable, readable
from recolte.gatherings.visit_forms import DoorForm, GuestsForm, PresenceForm
from recolte.ui.ids import is_uuid
from recolte.ui.quietly import quietly
from recolte.ui.requests import MemberRequest

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
    return render(
        request,
        "gatherings/participants.html",
        around(
            request,
            gathering,
            _("Participants"),
            may_change=may_change,
            attendances=gathering.attendances.select_related("person__organisation"),
            coming=gathering.invitations.standing().filter(answer=Answer.YES).select_related("person"),
            form=_presence(gathering, request) if may_change else None,
            many=gathering.community.memberships.count() > MOST,
            q=request.GET.get("qui", ""),
            guests=GuestsForm() if may_change else None,
        ),
    )


def _presence(gathering: Gathering, request: HttpRequest) -> PresenceForm:
    """The list to tick: who was there, who was invited, and members — those whom one looks for (`?qui=`), or who come often."""
    community, sent = gathering.community, request.POST if request.method == "POST" else None
    there = list(Person.objects.filter(attendances__gathering=gathering))
    members = User.objects.filter(memberships__community=community, is_active=True)
    those = Person.objects.filter(community=community)
    if sent is None:
        words = request.GET.get("qui", "").strip()[:80]
        invited = list(those.filter(invitations__gathering=gathering))
        often = those.filter(user__in=members, name__icontains=words).annotate(times=Count("attendances"))
        people = [*there, *invited, *often.order_by("-times", "name", "id")[:MOST]]
        unknown = members.filter(name__icontains=words).exclude(persons__community=community).order_by("name")[:MOST]
    else:  # whoever was on the list that was sent
        named = [UUID(one) for one in {*sent.getlist("there"), *sent.getlist("was")} if is_uuid(one)]
        people = [*there, *those.filter(pk__in=named)]
        unknown = members.filter(pk__in=named).exclude(persons__community=community)
    return PresenceForm({one.pk: one for one in people}.values(), unknown, there, sent)


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
    code = segno.make(link, error="m").svg_inline(scale=6, omitsize=True, border=2, light="#fff", svgclass="code-qr")
    return render(
        request,
        "gatherings/door.html",
        around(
            request, gathering, _("At the door"), link=link, code=mark_safe(code), closed=why_door_is_closed(gathering)
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
