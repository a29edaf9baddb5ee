from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recolte.community.models import Community, Membership, Role, User
from recolte.gatherings.actions import answer_link
from recolte.gatherings.models import Gathering, Invitation, Task
from recolte.ui.context import Awaiting, Stop, awaits_me, waits_for
from recolte.ui.dates import date_format

SOON = timedelta(days=3)
MOST = 10  # tasks on somebody's page: the others come as these are done


@waits_for(2)
def where_we_are(request: HttpRequest) -> Stop | None:
    slugs = list(Community.objects.readable_by(request.user).order_by("name").values_list("slug", flat=True))
    if not slugs:
        return None
    urls = [reverse("status", args=[slug]) for slug in slugs]
    here = next((url for url in urls if url == request.path), None)
    return Stop(_("Where we are"), here or urls[0], "path", current=here is not None)


@awaits_me(5)
def my_tasks(request: HttpRequest) -> Iterator[Awaiting]:
    """What I am to do, what is due first at the top."""
    assert isinstance(request.user, User)
    mine = Task.objects.readable_by(request.user).owned_by(request.user).open()
    for task in mine.select_related("community", "decision").distinct()[:MOST]:
        why = _("a task of yours")
        if task.due_on:
            day = date_format(task.due_on, "l j F Y")
            why = (_("late: it was for %(day)s") if task.is_late else _("for %(day)s")) % {"day": day}
        url = task.decision.get_absolute_url() if task.decision else reverse("tasks", args=[task.community.slug])
        yield Awaiting(task.what, url, "flag", why, button=_("Done"), post=reverse("task", args=[task.pk]))


@awaits_me(5)
def invited(request: HttpRequest) -> Iterator[Awaiting]:
    """The gatherings to come that I was invited to, and have not answered."""
    today = timezone.localdate()
    to_come = Q(gathering__ends_on__gte=today) | Q(gathering__ends_on=None, gathering__starts_on__gte=today)
    mine = Invitation.objects.unanswered().filter(
        to_come, person__user=request.user.pk, gathering__in=Gathering.objects.confirmed()
    )
    mine = mine.filter(community__memberships__user=request.user.pk)
    for one in mine.select_related("gathering").order_by("gathering__starts_on")[:5]:
        path = "/" + answer_link(one).split("/", 3)[3]
        yield Awaiting(one.gathering.name, path, "calendar", _("you are invited: say whether you will come"))


@awaits_me(6)
def answers_missing(request: HttpRequest) -> Iterator[Awaiting]:
    """For those who organise: who has not answered, from three days before the day by which answers are awaited."""
    today = timezone.localdate()
    mine = Q(by=request.user.pk) | Q(community__memberships__in=_coordinating(request))
    awaited = (
        Gathering.objects.readable_by(request.user)
        .confirmed()
        .filter(mine, answer_by__lte=today + SOON, starts_on__gte=today)
    )
    silent = Count("invitations", filter=Q(invitations__answer="", invitations__withdrawn_at=None), distinct=True)
    asked = awaited.annotate(silent=silent).filter(silent__gt=0).order_by("answer_by", "id")
    for pk, name, day, count in asked.values_list("pk", "name", "answer_by", "silent")[:5]:
        why = ngettext(
            "%(n)d person has not answered; answers are awaited by %(day)s",
            "%(n)d people have not answered; answers are awaited by %(day)s",
            count,
        )
        said = why % {"n": count, "day": date_format(day, "l j F") if day else ""}
        yield Awaiting(name, reverse("invitations", args=[pk]), "calendar", said)


def _coordinating(request: HttpRequest) -> QuerySet[Membership]:
    return Membership.objects.filter(user=request.user.pk, role=Role.COORDINATOR)
