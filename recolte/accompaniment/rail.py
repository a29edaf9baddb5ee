from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from recolte.accompaniment.models import READERS, Application, Call, Standing
from recolte.community.models import Membership, Role, User
from recolte.programme.models import Programme
from recolte.ui.context import Awaiting, Stop, awaits_me, waits_for
from recolte.ui.dates import date_format

OURS = ("/appels/", "/candidatures/", "/financements/appels/")


@waits_for(95)
def accompaniment(request: HttpRequest) -> Stop | None:
    """Where there is a call; before that, for those who coordinate, once it is written what the community set out to do.

    With the number of applications that wait for a reading by this person.
    """
    if not isinstance(request.user, User):
        return None
    here = OuterRef("community")
    unread = Application.objects.filter(community=here).unread_by(request.user).order_by()
    found = list(
        Membership.objects.filter(user=request.user)
        .filter(
            Exists(Call.objects.filter(community=here))
            | Q(role=Role.COORDINATOR) & Exists(Programme.objects.filter(community=here))
        )
        .annotate(unread=Subquery(unread.values("community").annotate(n=Count("pk")).values("n")))
        .order_by("community__name")
        .values_list("community__slug", "role", "unread")
    )
    if not found:
        return None
    counts = {reverse("calls", args=[slug]): (unread or 0) * (role in READERS) for slug, role, unread in found}
    first = next((url for url, count in counts.items() if count), next(iter(counts)))
    current = request.path.startswith((*counts, *OURS))
    return Stop(_("Accompany"), first, "accompany", sum(counts.values()), current=current)


MOST = 5  # of a kind, on somebody's page
SOON = timedelta(days=7)


@awaits_me(32)
def applications_to_read(request: HttpRequest) -> Iterator[Awaiting]:
    assert isinstance(request.user, User)
    waiting = Application.objects.readable_by(request.user).unread_by(request.user).select_related("call")
    for one in waiting.order_by("received_on", "id")[:MOST]:
        why = _("an application to read: %(call)s") % {"call": one.call}
        yield Awaiting(str(one), one.get_absolute_url(), "accompany", why)


@awaits_me(33)
def calls_about_to_close(request: HttpRequest) -> Iterator[Awaiting]:
    """For those who coordinate: the days that are left to make a call known."""
    today = timezone.localdate()
    mine = Membership.objects.filter(user=request.user.pk, role=Role.COORDINATOR).values("community")
    open_now = Call.objects.filter(community__in=mine, closes_on__lte=today + SOON)
    for call in open_now.standing(Standing.OPEN, today).order_by("closes_on")[:MOST]:
        day = date_format(call.closes_on, "l j F") if call.closes_on else ""
        why = _("this call closes on %(day)s") % {"day": day}
        yield Awaiting(call.title, call.get_absolute_url(), "clock", why)
