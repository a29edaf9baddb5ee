"""The agenda of a gathering, which reads as its minutes; decisions; tasks."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recolte.community.models import User
from recolte.gatherings.actions.committee import (
    add_item,
    decide,
    finish,
    give_task,
    lean_no_more,
    lean_on,
    move_up,
    postpone,
    remove_item,
    take_up_again,
    write_item,
)
from recolte.gatherings.committee_forms import (
    DecisionForm,
    ItemForm,
    MinutesForm,
    PostponeForm,
    SupportForm,
    TaskForm,
)
from recolte.gatherings.linked import linked, read_address
from recolte.gatherings.models import AgendaItem, Decision, Gathering, Task
from recolte.gatherings.owners import owner_choices
from recolte.gatherings.rules import can_change, can_coordinate, can_finish
from recolte.gatherings.views.opened import around, community_of, readable
from recolte.ui.listing import Column, Filter, Listing
from recolte.ui.requests import MemberRequest


@login_required
def agenda(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The points of a gathering with what was said, decided and given to do: the agenda before, the minutes after."""
    gathering = readable(request, pk)
    page = around(request, gathering, _("Agenda and decisions"))
    form = ItemForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not page["may_change"]:
            raise PermissionDenied
        if form.is_valid():
            return redirect(add_item(gathering, by=request.user, **form.cleaned_data))
    page |= {"points": _points(request.user, gathering), "form": form}
    page["coordinates"] = can_coordinate(request.user, gathering.community)
    return render(request, "gatherings/agenda.html", page, status=422 if form.is_bound else 200)


def _points(user: User, gathering: Gathering) -> list[dict[str, Any]]:
    """Each point of the agenda with its decisions, their tasks and supports, and what was said of it in other gatherings."""
    items = list(
        gathering.agenda.select_related("followed_by__gathering").prefetch_related(
            "decisions__supports", "decisions__tasks__user", "decisions__tasks__person"
        )
    )
    decisions = [decision for item in items for decision in item.decisions.all()]
    shown = linked(user, [one.address for decision in decisions for one in decision.supports.all()])
    threads = AgendaItem.objects.filter(thread__in=[item.thread for item in items]).exclude(gathering=gathering)
    earlier = threads.select_related("gathering").order_by("created_at")
    return [
        {
            "item": item,
            "earlier": [one for one in earlier if one.thread == item.thread and one.created_at < item.created_at],
            "later": getattr(item, "followed_by", None),
            "decisions": [
                {
                    "decision": decision,
                    "supports": [shown.get(one.address) for one in decision.supports.all()],
                    "tasks": decision.tasks.all(),
                }
                for decision in item.decisions.all()
            ],
        }
        for item in items
    ]


@login_required
def item(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Where those who prepare a gathering write down what was said on a point, close it or put it off."""
    item = get_object_or_404(
        AgendaItem.objects.readable_by(request.user).select_related("gathering__community", "gathering__by"), pk=pk
    )
    if not can_change(request.user, item.gathering):
        raise PermissionDenied
    do = request.POST.get("do", "")
    minutes = MinutesForm(request.POST if do == "write" else None, instance=item)
    decided_on = item.gathering.starts_on or timezone.localdate()
    decision = DecisionForm(request.POST if do == "decide" else None, initial={"decided_on": decided_on})
    later = PostponeForm(item, request.POST if do == "postpone" else None)
    if request.method == "POST":
        if do not in ("write", "decide", "postpone", "up", "remove"):
            raise Http404
        if done := _do_with_item(request, AgendaItem.objects.get(pk=item.pk), do, minutes, decision, later):
            return done
    page = around(request, item.gathering, item.title)
    page["crumbs"].insert(2, {"label": _("Agenda and decisions"), "url": reverse("agenda", args=[item.gathering_id])})
    page |= {"item": item, "minutes": minutes, "decision": decision, "later": later}
    page["is_put_off"] = AgendaItem.objects.filter(follows=item).exists()
    page["is_decided"] = item.decisions.exists()
    return render(request, "gatherings/item.html", page, status=422 if request.method == "POST" else 200)


def _do_with_item(
    request: MemberRequest, item: AgendaItem, do: str, minutes: MinutesForm, decision: DecisionForm, later: PostponeForm
) -> HttpResponse | None:
    """What was asked, and where one goes then; None when something is to be corrected first."""
    try:
        if do == "write" and minutes.is_valid():
            write_item(item, by=request.user, **minutes.cleaned_data)
            return redirect(item)
        if do == "decide" and decision.is_valid():
            return redirect(decide(item, by=request.user, **decision.cleaned_data))
        if do == "postpone" and later.is_valid():
            put = postpone(item, later.cleaned_data["to"], by=request.user)
            messages.success(request, _("The point now stands in “%(gathering)s”.") % {"gathering": put.gathering})
            return redirect(item)
        if do == "up":
            move_up(item, by=request.user)
            return redirect(item)
        if do == "remove":
            remove_item(item, by=request.user)
            return redirect("agenda", item.gathering_id)
    except ValidationError as error:
        if do == "decide" and hasattr(error, "error_dict"):
            decision.add_error(None, error)
            return None
        messages.error(request, error.messages[0])
        return redirect("agenda_item", item.pk)
    return None


@login_required
def decision(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A decision: what it rests on, and who does what. Those who prepare the gathering add to both."""
    decision = get_object_or_404(
        Decision.objects.readable_by(request.user).select_related("item__gathering__community", "item__gathering__by"),
        pk=pk,
    )
    gathering = decision.item.gathering
    page = around(request, gathering, _("Decision"))
    page["crumbs"].insert(2, {"label": _("Agenda and decisions"), "url": reverse("agenda", args=[gathering.pk])})
    do = request.POST.get("do", "")
    support = SupportForm(request.POST if do == "support" else None)
    task = TaskForm(gathering.community, request.POST if do == "task" else None) if page["may_change"] else None
    if request.method == "POST":
        if task is None:
            raise PermissionDenied
        if do == "support" and support.is_valid():
            try:
                lean_on(decision, read_address(support.cleaned_data["address"]), by=request.user)
            except ValidationError as error:
                support.add_error("address", error)
            else:
                return redirect(decision)
        elif do == "loosen":
            by_id = {str(one.pk): one for one in decision.supports.all()}
            if (chosen := by_id.get(request.POST.get("support", ""))) is None:
                raise Http404
            lean_no_more(chosen, by=request.user)
            return redirect(decision)
        elif do == "task" and task.is_valid():
            give_task(gathering.community, decision=decision, by=request.user, **task.cleaned_data)
            return redirect(decision)
        elif do not in ("support", "task"):
            raise Http404
    supports = list(decision.supports.all())
    shown = linked(request.user, [one.address for one in supports])
    page |= {
        "decision": decision,
        "supports": [(one, shown.get(one.address)) for one in supports],
        "tasks": decision.tasks.select_related("user", "person"),
        "coordinates": can_coordinate(request.user, gathering.community),
        "support_form": support,
        "task_form": task,
    }
    return render(request, "gatherings/decision.html", page, status=422 if request.method == "POST" else 200)


@login_required
def decisions(request: MemberRequest, slug: str) -> HttpResponse:
    """All that a community decided."""
    community = community_of(request, slug)
    rows = Decision.objects.filter(community=community).select_related("item__gathering")
    gatherings = Gathering.objects.filter(pk__in=rows.order_by().values("item__gathering"))
    listing = Listing(
        request,
        _("Decisions"),
        rows,
        [
            Column("text", _("Decision"), lambda one: one.text, ["text"], url=lambda one: one.get_absolute_url()),
            Column("on", _("Of"), lambda one: one.decided_on, ["decided_on"]),
            Column("point", _("Point"), lambda one: one.item.title, ["item__title"]),
            Column(
                "gathering",
                _("Gathering"),
                lambda one: one.item.gathering.label,
                ["item__gathering__starts_on", "item__gathering__name"],
                url=lambda one: one.item.get_absolute_url(),
            ),
        ],
        filters=[
            Filter(
                "gathering",
                _("Gathering"),
                [(str(one.pk), one.label) for one in gatherings],
                lambda rows, chosen: rows.filter(item__gathering=chosen),
            )
        ],
        search=lambda rows, words: rows.filter(Q(text__icontains=words) | Q(item__title__icontains=words)),
    )
    page = {"community": community, "listing": listing}
    return listing.taken_away() or render(request, "gatherings/decisions.html", page)


@login_required
def tasks(request: MemberRequest, slug: str) -> HttpResponse:
    """Who does what in a community; those who coordinate add tasks that come from no decision."""
    community = community_of(request, slug)
    may_give = can_coordinate(request.user, community)
    form = TaskForm(community, request.POST or None) if may_give else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid():
            give_task(community, by=request.user, **form.cleaned_data)
            return redirect("tasks", slug)
    rows = Task.objects.filter(community=community)
    today = timezone.localdate()
    listing = Listing(
        request,
        _("Tasks"),
        rows.select_related("user", "person", "decision").order_by(
            F("done_at").asc(nulls_first=True), *(Task._meta.ordering or [])
        ),
        [
            Column(
                "what",
                _("Task"),
                lambda one: one.what,
                ["what"],
                url=lambda one: one.decision.get_absolute_url() if one.decision else "",
            ),
            Column("owner", _("Who"), lambda one: str(one.owner or ""), ["user__name", "person__name"]),
            Column("due", _("For"), lambda one: one.due_on, ["due_on"]),
            Column("state", _("State"), _state, template="gatherings/task_state.html"),
        ],
        filters=[
            Filter(
                "owner",
                _("Who"),
                owner_choices(community),
                lambda rows, chosen: rows.filter(Q(user=chosen) | Q(person=chosen) | Q(person__user=chosen)),
            ),
            Filter(
                "state",
                _("State"),
                [("open", _("open")), ("late", _("late")), ("done", _("done"))],
                lambda rows, chosen: _in_state(rows, chosen, today),
            ),
        ],
        search=lambda rows, words: rows.filter(what__icontains=words),
    )
    page = {"community": community, "listing": listing, "form": form, "coordinates": may_give}
    status = 422 if request.method == "POST" else 200
    return listing.taken_away() or render(request, "gatherings/tasks.html", page, status=status)


def _state(task: Task) -> str:
    return _("done") if task.is_done else _("late") if task.is_late else _("open")


def _in_state(rows: Any, chosen: str, today: date) -> Any:
    return {"open": rows.open(), "late": rows.late(today), "done": rows.exclude(done_at=None)}[chosen]


@login_required
@require_POST
def task(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Say that a task is done, or not yet; back to the page that one came from."""
    found = Task.objects.readable_by(request.user).select_related("community", "person", "decision")
    task = get_object_or_404(found, pk=pk)
    if not can_finish(request.user, task):
        raise PermissionDenied
    if request.POST.get("again"):
        take_up_again(task, by=request.user)
    else:
        finish(task, by=request.user)
        messages.success(request, _("Done: “%(task)s”.") % {"task": task})
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = reverse("tasks", args=[task.community.slug])
    return redirect(back)
