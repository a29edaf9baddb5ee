"""Asking people to come, and the calendars that gatherings go into."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from recolte.community.models import Community, User
from recolte.gatherings.actions import (
    answer_invitation,
    await_answers,
    close_feed,
    feed_link,
    invite_to,
    open_feed,
    read_answer_link,
    read_feed_link,
    remind,
)
from recolte.gatherings.calendars import feed as calendar_of_all
from recolte.gatherings.calendars import published
from recolte.gatherings.models import Answer, CalendarFeed, Gathering, Invitation
from recolte.gatherings.views.opened import around, changeable, readable
from recolte.gatherings.visit_forms import AnswerForm, InviteForm
from recolte.ui.listing import Column, Filter, Listing
from recolte.ui.quietly import quietly
from recolte.ui.requests import MemberRequest
from recolte.ui.sorting import Folded

CALENDAR = "text/calendar; charset=utf-8"


@login_required
def invitations(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Who was asked to come and what they answered, for who plans and coordinates; and the form to ask others."""
    gathering = changeable(request, pk)
    asked = gathering.invitations.standing().values("person__user")
    members = User.objects.filter(memberships__community=gathering.community, is_active=True)
    those = members.exclude(pk__in=asked.exclude(person__user=None)).order_by(Folded("name"), "email")
    form = InviteForm(gathering, those, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            await_answers(gathering, form.cleaned_data["answer_by"], by=request.user)
            made = invite_to(gathering, form.chosen, form.cleaned_data["others"], by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            sent = ngettext("%(n)d invitation is in the post.", "%(n)d invitations are in the post.", len(made))
            messages.success(request, sent % {"n": len(made)} if form.invites else _("Saved."))
            return redirect("invitations", pk)
    counts = gathering.invitations.standing().aggregate(
        **{answer.value: Count("pk", filter=Q(answer=answer)) for answer in Answer},
        none=Count("pk", filter=Q(answer="")),
    )
    listing = _answers(request, gathering)
    return listing.taken_away() or render(
        request,
        "gatherings/invitations.html",
        around(request, gathering, _("Invitations"), form=form, counts=counts, listing=listing, may_change=True),
    )


def _answers(request: HttpRequest, gathering: Gathering) -> Listing:
    def answered(rows: QuerySet[Invitation], chosen: str) -> QuerySet[Invitation]:
        if chosen == "withdrawn":
            return rows.exclude(withdrawn_at=None)
        return rows.filter(withdrawn_at=None, answer="" if chosen == "none" else chosen)

    def words(one: Invitation) -> Any:
        if one.is_withdrawn:
            return _("invitation withdrawn")
        return one.get_answer_display() if one.answer else _("no answer yet")

    def change(one: Invitation) -> str:
        return reverse("invited", args=[one.pk])

    choices: list[tuple[str, str | Promise]] = [
        *Answer.choices,
        ("none", _("no answer yet")),
        ("withdrawn", _("invitation withdrawn")),
    ]

    return Listing(
        request,
        _("Answers"),
        gathering.invitations.select_related("person"),
        [
            Column("name", _("Name"), lambda one: str(one.person), ["person__name"], url=change),
            Column("answer", _("Answer"), words, ["answer"]),
            Column("remark", _("Remark"), lambda one: one.remark),
            Column("email", _("E-mail address"), lambda one: one.email, ["email"]),
            Column("sent", _("Invited"), lambda one: one.sent_at, ["sent_at"]),
            Column("answered", _("Answered"), lambda one: one.answered_at, ["answered_at"]),
            Column("reminded", _("Reminded"), lambda one: one.reminded_at, ["reminded_at"]),
        ],
        filters=[Filter("answer", _("Answer"), choices, answered)],
        search=lambda rows, q: rows.filter(Q(person__name__icontains=q) | Q(email__icontains=q)),
    )


@login_required
@require_POST
def reminder(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Write again to those who have not answered."""
    gathering = changeable(request, pk)
    try:
        sent = remind(gathering, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        if sent:
            words = ngettext("%(n)d reminder is in the post.", "%(n)d reminders are in the post.", sent)
            messages.success(request, words % {"n": sent})
        else:
            messages.info(request, _("Everybody has answered: there is nobody to remind."))
    return redirect("invitations", pk)


@quietly
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind an invitation's link. Mail programs open links by themselves: only the button (POST) answers."""
    invited = read_answer_link(token)
    if invited is None:
        return render(request, "gatherings/link_over.html", status=410)
    gathering = invited.gathering
    is_closed = gathering.is_over or gathering.is_called_off or invited.is_withdrawn
    form = AnswerForm(request.POST or None, initial={"answer": invited.answer, "remark": invited.remark})
    if request.method == "POST" and not is_closed and form.is_valid():
        answer_invitation(invited, Answer(form.cleaned_data["answer"]), form.cleaned_data["remark"])
        messages.success(request, _("Thank you, your answer is noted. You can change it here until the day."))
        return redirect("answer_invitation", token)
    return render(
        request,
        "gatherings/answer.html",
        {
            "invited": invited,
            "gathering": gathering,
            "community": gathering.community,
            "form": form,
            "is_closed": is_closed,
        },
    )


# Calendars -----------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def calendar(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The gathering as a file for one's own calendar."""
    gathering = readable(request, pk)
    try:
        return _calendar(published(gathering), "rencontre.ics")
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect(gathering)


@login_required
def calendars(request: MemberRequest) -> HttpResponse:
    """The address at which my calendar program follows the gatherings of a community; given, replaced, taken back."""
    communities = Community.objects.readable_by(request.user).order_by("name")
    feeds = {one.community_id: one for one in CalendarFeed.objects.readable_by(request.user)}
    if request.method == "POST":
        community = communities.filter(slug=request.POST.get("community", "")).first()
        if community is None:
            raise Http404
        if request.POST.get("do") == "open":
            open_feed(community, by=request.user)
        elif (feed := feeds.get(community.pk)) is not None:
            close_feed(feed, by=request.user)
            messages.success(request, _("The address no longer works."))
        return redirect("calendars")
    rows = [(one, feed_link(feeds[one.pk]) if one.pk in feeds else "") for one in communities]
    return render(
        request,
        "gatherings/calendars.html",
        {
            "rows": rows,
            "crumbs": [
                {"label": _("Gatherings"), "url": reverse("gatherings")},
                {"label": _("My calendar"), "url": ""},
            ],
        },
    )


@quietly
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """What a calendar program fetches: the confirmed gatherings of the community with their sessions; and what is called off."""
    feed = read_feed_link(token)
    if feed is None:
        raise Http404
    gatherings = Gathering.objects.filter(community=feed.community).announced().dated()
    those = gatherings.select_related("community").prefetch_related("sessions__place")
    return _calendar(calendar_of_all(feed.community.name, those), "recolte.ics")


def _calendar(content: str, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=CALENDAR, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
