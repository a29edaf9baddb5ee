"""The file of a visit: its facts, its places, its programme."""

from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recolte.community.models import Person
from recolte.community.rules import can_contribute
from recolte.gatherings.actions import (
    add_place,
    add_session,
    add_speaker,
    change_gathering,
    change_place,
    change_session,
    confirm_gathering,
    copy_gathering,
    first_day_of,
    move_earlier,
    remove_place,
    remove_session,
    remove_speaker,
    settle_speaker,
)
from recolte.gatherings.forms import GatheringForm
from recolte.gatherings.models import Gathering, Place, Session, SessionSpeaker
from recolte.gatherings.rules import can_plan
from recolte.gatherings.views.opened import around, changeable, readable
from recolte.gatherings.visit_forms import CopyForm, PlaceForm, SessionForm, SpeakerForm
from recolte.ui.requests import MemberRequest


@login_required
def change(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Say otherwise what the gathering is; new dates move the programme, and are told to those invited."""
    gathering = changeable(request, pk)
    form = GatheringForm(gathering.community, request.POST or None, instance=readable(request, pk))
    if request.method == "POST" and form.is_valid():
        change_gathering(gathering, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(gathering.landing)
    return render(request, "gatherings/change.html", around(request, gathering, _("Change"), form=form))


@login_required
@require_POST
def confirm(request: MemberRequest, pk: UUID) -> HttpResponse:
    """An option that was under study takes place."""
    gathering = changeable(request, pk)
    confirm_gathering(gathering, by=request.user)
    messages.success(request, _("Confirmed: from now on this gathering is shown as a fact, and stands in calendars."))
    return redirect(gathering.landing)


@login_required
def copy(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A new gathering with the programme of this one."""
    gathering = readable(request, pk)
    if not can_plan(request.user, gathering.community):
        raise PermissionDenied
    form = CopyForm(gathering.community, request.POST or None)
    if request.method == "POST" and form.is_valid():
        new = copy_gathering(gathering, by=request.user, **form.cleaned_data)
        messages.success(request, _("Here is the copy: its speakers are to be confirmed, and nobody is invited yet."))
        return redirect("gathering_programme", new.pk)
    return render(
        request,
        "gatherings/copy.html",
        around(
            request,
            gathering,
            _("Copy"),
            form=form,
            first_day=first_day_of(gathering),
            sessions=gathering.sessions.count(),
        ),
    )


@login_required
def programme(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Day by day, in order: what happens, where, and who speaks; then the places. While it goes on, today comes first, with
    the way to bring something; the days that are past come after those ahead.
    """
    gathering = readable(request, pk)
    sessions = gathering.sessions.select_related("place").prefetch_related("speakers__person")
    days = [(day, list(those)) for day, those in groupby(sessions, key=lambda session: session.day)]
    today = gathering.today
    days.sort(key=lambda pair: pair[0] < today)
    page = around(request, gathering, _("Programme"), days=days, places=gathering.places.all())
    page |= {"today": today, "may_bring": gathering.is_on and can_contribute(request.user, gathering.community)}
    return render(request, "gatherings/programme.html", page)


# Places --------------------------------------------------------------------------------------------------------------


@login_required
def new_place(request: MemberRequest, pk: UUID) -> HttpResponse:
    gathering = changeable(request, pk)
    form = PlaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        add_place(gathering, by=request.user, **form.cleaned_data)
        return redirect(f"{reverse('gathering_programme', args=[pk])}#places")
    return render(request, "gatherings/place.html", around(request, gathering, _("New place"), form=form, place=None))


@login_required
def place(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Say otherwise where it is, or take the place away (`do=remove`)."""
    place, gathering = _place(request, pk)
    form = PlaceForm(request.POST or None, instance=_place(request, pk)[0])
    programme = f"{reverse('gathering_programme', args=[gathering.pk])}#places"
    if request.POST.get("do") == "remove":
        remove_place(place, by=request.user)
        messages.success(request, _("The place was removed; its sessions are still in the programme."))
        return redirect(programme)
    if request.method == "POST" and form.is_valid():
        change_place(place, by=request.user, **form.cleaned_data)
        return redirect(programme)
    return render(request, "gatherings/place.html", around(request, gathering, place.name, form=form, place=place))


def _place(request: HttpRequest, pk: UUID) -> tuple[Place, Gathering]:
    mine = Place.objects.filter(gathering__in=Gathering.objects.readable_by(request.user))
    place = get_object_or_404(mine, pk=pk)
    return place, changeable(request, place.gathering_id)


# Sessions ------------------------------------------------------------------------------------------------------------


@login_required
def new_session(request: MemberRequest, pk: UUID) -> HttpResponse:
    gathering = changeable(request, pk)
    last = gathering.sessions.last()
    following = {"day": last.day, "starts": last.ends.time(), "place": last.place_id} if last else {}
    form = SessionForm(gathering, request.POST or None, initial=following)
    if request.method == "POST" and form.is_valid():
        session = add_session(gathering, by=request.user, **form.facts)
        for who in form.named:
            add_speaker(session, who, by=request.user)
        return redirect(_in_programme(session))
    return render(
        request, "gatherings/session.html", around(request, gathering, _("New session"), form=form, session=None)
    )


@login_required
def session(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Change a session and its outline, and say who speaks; or take it away (`do=remove`)."""
    session = _session(request, pk)
    gathering = session.gathering
    form = SessionForm(gathering, request.POST or None, instance=_session(request, pk))
    if request.POST.get("do") == "remove":
        remove_session(session, by=request.user)
        messages.success(request, _("The session was removed from the programme."))
        return redirect("gathering_programme", gathering.pk)
    if request.method == "POST" and form.is_valid():
        change_session(session, by=request.user, **form.facts)
        return redirect(_in_programme(session))
    return render(
        request,
        "gatherings/session.html",
        around(
            request,
            gathering,
            session.title,
            form=form,
            session=session,
            speakers=session.speakers.select_related("person"),
            speaker=SpeakerForm(),
            people=Person.objects.filter(community=gathering.community_id).exclude(name=""),
        ),
    )


@login_required
@require_POST
def earlier(request: MemberRequest, pk: UUID) -> HttpResponse:
    session = _session(request, pk)
    move_earlier(session, by=request.user)
    return redirect(_in_programme(session))


@login_required
@require_POST
def new_speaker(request: MemberRequest, pk: UUID) -> HttpResponse:
    session = _session(request, pk)
    form = SpeakerForm(request.POST)
    if form.is_valid():
        add_speaker(session, form.cleaned_data["who"], by=request.user)
    else:
        messages.error(request, _("Nobody was added: write a name, or a few words that say who speaks."))
    return redirect(f"{reverse('session', args=[pk])}#speakers")


@login_required
@require_POST
def speaker(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The speaker is confirmed, to be confirmed after all, or does not speak (`do`)."""
    mine = SessionSpeaker.objects.filter(session__gathering__in=Gathering.objects.readable_by(request.user))
    speaker = get_object_or_404(mine.select_related("session"), pk=pk)
    changeable(request, speaker.session.gathering_id)
    match request.POST.get("do"):
        case "remove":
            remove_speaker(speaker, by=request.user)
        case "confirm" | "reopen" as what:
            settle_speaker(speaker, what == "confirm", by=request.user)
    return redirect(f"{reverse('session', args=[speaker.session_id])}#speakers")


def _session(request: HttpRequest, pk: UUID) -> Session:
    mine = Session.objects.filter(gathering__in=Gathering.objects.readable_by(request.user))
    session = get_object_or_404(mine, pk=pk)
    session.gathering = changeable(request, session.gathering_id)
    return session


def _in_programme(session: Session) -> str:
    return f"{reverse('gathering_programme', args=[session.gathering_id])}#session-{session.pk}"
