"""One application as those who read it see it: its words, their readings, the choice."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from recolte.accompaniment.actions.applications import application_link, renew_link, withdraw
from recolte.accompaniment.actions.applications import apply as note
from recolte.accompaniment.actions.choosing import choose as make_choice
from recolte.accompaniment.actions.reading import say_tied, write_reading
from recolte.accompaniment.forms import ChoiceForm, NotedForm, ReadingForm, TieForm
from recolte.accompaniment.models import Application, Choice, Criterion, Reading, State
from recolte.accompaniment.rules import (
    apparent_tie,
    can_call,
    sees_readings,
    tie_of,
    why_not_choose,
    why_not_read,
    why_set_aside,
)
from recolte.accompaniment.sentences import departure
from recolte.accompaniment.views.calls import coordinated, way
from recolte.community.models import User
from recolte.ui.requests import MemberRequest


def application_for(user: User, pk: UUID) -> Application:
    found = Application.objects.readable_by(user).select_related("call__community", "community", "by")
    return get_object_or_404(found, pk=pk)


@login_required
def note_application(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Note an application that came otherwise than by the form."""
    call = coordinated(request.user, pk)
    form = NotedForm(request.POST or None, call)
    if request.method == "POST" and form.is_valid():
        application = note(call, by=request.user, **form.facts)
        messages.success(request, _("The application is noted."))
        return redirect(application)
    page = {
        "community": call.community,
        "form": form,
        "title": _("Note an application that came otherwise"),
        "can_go": "",
        "crumbs": way(call.community, (call.title, call.get_absolute_url()), (_("Note an application"), "")),
    }
    return render(request, "accompaniment/form.html", page, status=422 if request.method == "POST" else 200)


@login_required
def application(request: MemberRequest, pk: UUID) -> HttpResponse:
    """What is posted: a tie (`do=tied`, `do=untied`), a reading (`do=read`), or what coordination does (`link`, `erase`)."""
    application = application_for(request.user, pk)
    me = request.user
    do = request.POST.get("do", "")
    may_call = can_call(me, application.community)
    criteria = list(application.call.criteria.all())
    readings = list(application.readings.select_related("by").prefetch_related("appreciations"))
    mine = next((one for one in readings if one.by_id == me.pk), None)
    tie = TieForm(request.POST if do in ("tied", "untied") else None)
    reading = ReadingForm(criteria, request.POST if do == "read" else None, mine)
    if request.method == "POST":
        try:
            if do in ("tied", "untied") and tie.is_valid():
                say_tied(application, do == "tied", tie.cleaned_data["word"], by=me)
                messages.success(request, _("Said. Those who read this application see it."))
                return redirect(application)
            if do == "read" and reading.is_valid():
                write_reading(application, reading.cleaned_data["words"], reading.found, by=me)
                messages.success(request, _("Your reading is kept. What the others think is shown from now on."))
                return redirect(application)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        if do in ("link", "erase"):
            return _coordinate(request, application, do, may_call=may_call)
        if do not in ("tied", "untied", "read"):
            raise Http404
    said, sees = tie_of(me, application), sees_readings(me, application)
    page = {
        "application": application,
        "call": application.call,
        "community": application.community,
        "crumbs": way(
            application.community,
            (application.call.title, application.call.get_absolute_url()),
            (str(application), ""),
        ),
        "mine": mine,
        "reading": None if why_not_read(me, application) else reading,
        "set_aside": why_set_aside(me, application),
        "tie": None if application.is_withdrawn or (said and said.is_tied) else tie,
        "apparent": None if said else apparent_tie(me, application),
        "ties": application.ties.select_related("user"),
        "by_criterion": _by_criterion(criteria, readings) if sees else [],
        "whole": [one for one in readings if sees and one.words],
        "sees": sees,
        "hidden": len([one for one in readings if not sees and one is not mine]),
        "choices": _choices(application, criteria),
        "may_call": may_call,
        "may_choose": may_call and not why_not_choose(me, application),
        "link": application_link(application) if may_call and not application.email else "",
    }
    return render(request, "accompaniment/application.html", page, status=422 if request.method == "POST" else 200)


def _coordinate(request: MemberRequest, application: Application, do: str, *, may_call: bool) -> HttpResponse:
    if not may_call:
        raise PermissionDenied
    if application.is_withdrawn:
        raise Http404
    if do == "link":
        renew_link(application, by=request.user)
        messages.success(request, _("The collective has another link; the one before opens nothing any more."))
    else:
        withdraw(application, by=request.user)
        messages.success(request, _("What the collective wrote is erased; that it had applied stays."))
    return redirect(application)


def _by_criterion(criteria: list[Criterion], readings: list[Reading]) -> list[dict[str, Any]]:
    """For each criterion what each reader found, in the order of the call."""
    found: dict[UUID, list[dict[str, Any]]] = {one.pk: [] for one in criteria}
    for reading in readings:
        for one in reading.appreciations.all():
            found[one.criterion_id].append({"reading": reading, "row": one})
    return [{"criterion": one, "found": found[one.pk]} for one in criteria]


def _choices(application: Application, criteria: list[Criterion]) -> list[dict[str, Any]]:
    """Every choice that was made, the last first, with what it departs from."""
    names = {one.pk: one.name for one in criteria}
    rows = list(
        Choice.objects.filter(application=application)
        .select_related("by", "decision")
        .prefetch_related("took_part", "set_aside")
    )
    return [{"row": one, "departures": [departure(code, names) for code in one.deviates_from]} for one in rows]


@login_required
def choose(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The choice of an application, for those who coordinate."""
    application = application_for(request.user, pk)
    if not can_call(request.user, application.community):
        raise PermissionDenied
    if why := why_not_choose(request.user, application):
        messages.warning(request, why)
        return redirect(application)
    form = ChoiceForm(application, request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            make_choice(application, State(facts.pop("outcome")), by=request.user, **facts)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The choice is kept, and the collective is told."))
            return redirect(application)
    criteria = list(application.call.criteria.all())
    readings = list(application.readings.select_related("by").prefetch_related("appreciations"))
    page = {
        "application": application,
        "community": application.community,
        "form": form,
        "by_criterion": _by_criterion(criteria, readings),
        "ties": application.ties.filter(is_tied=True).select_related("user"),
        "crumbs": way(
            application.community,
            (application.call.title, application.call.get_absolute_url()),
            (str(application), application.get_absolute_url()),
            (_("Choice"), ""),
        ),
    }
    return render(request, "accompaniment/choose.html", page, status=422 if request.method == "POST" else 200)
