"""« Où en est-on »: what somebody who arrives understands of a community in a minute."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from recolte.community.models import Community
from recolte.engine.words import fold
from recolte.gatherings.models import FIRST_DAY, AgendaItem, Decision, Gathering, Task
from recolte.gatherings.rules import can_coordinate
from recolte.gatherings.views.opened import community_of
from recolte.ui.requests import MemberRequest

TIMELINE = 12  # gatherings on each side of today
MOST = 5  # of the last decisions, and of the points that wait for one


@login_required
def status(request: MemberRequest, slug: str) -> HttpResponse:
    community = community_of(request, slug)
    today = timezone.localdate()
    those = Gathering.objects.filter(community=community)
    over, undated = those.over(today), those.undated()
    past = list(over.order_by(FIRST_DAY.desc(), "-id")[:TIMELINE])[::-1]
    ahead = those.exclude(pk__in=over.order_by().values("pk")).exclude(pk__in=undated.order_by().values("pk"))
    coming = ahead.order_by(FIRST_DAY, "id")
    page = {
        "community": community,
        "past": past,
        "earlier": over.confirmed().exclude(pk__in=[one.pk for one in past]).count(),
        "next": coming.confirmed().first(),
        "coming": list(coming[:TIMELINE]),
        "undated": undated[:TIMELINE],
        "by_owner": _by_owner(community),
        "decisions": Decision.objects.filter(community=community).select_related("item__gathering")[:MOST],
        "open_points": _open_points(community, today),
        "coordinates": can_coordinate(request.user, community),
    }
    return render(request, "gatherings/status.html", page)


def _by_owner(community: Community) -> list[tuple[str, list[Task]]]:
    """The open tasks, by whose they are; those that are nobody's yet at the end."""
    tasks = Task.objects.filter(community=community).open().select_related("user", "person", "decision")
    of_one: dict[object, list[Task]] = {}
    for task in tasks:
        of_one.setdefault(task.account_id or task.person_id, []).append(task)
    named = [(str(those[0].owner or ""), those) for those in of_one.values()]
    return sorted(named, key=lambda pair: (not pair[0], fold(pair[0])))


def _open_points(community: Community, today: date) -> list[AgendaItem]:
    """Points of gatherings that are over, which neither a decision closed nor anybody put off."""
    held = Gathering.objects.filter(community=community).confirmed().over(today)
    points = AgendaItem.objects.filter(community=community, gathering__in=held).open()
    return list(points.select_related("gathering").order_by("-gathering__starts_on", "position")[:MOST])
