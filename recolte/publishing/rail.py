from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from recolte.cards.models import Card
from recolte.community.models import Community, Membership, Role
from recolte.community.rules import TEAM
from recolte.gatherings.models import Gathering, Kind
from recolte.publishing.models import Report
from recolte.ui.context import Awaiting, Stop, awaits_me, waits_for
from recolte.ui.dates import date_format

SOON = timedelta(days=14)
MOST = 5  # on somebody's page


@waits_for(90)
def public_site(request: HttpRequest) -> Stop | None:
    """Once there is a card or a report; for the team, once a gathering was held that a report could tell of."""
    here = Q(Exists(Card.objects.filter(community=OuterRef("pk"))))
    here |= Q(Exists(Report.objects.readable_by(request.user).filter(community=OuterRef("pk"))))
    team = Membership.objects.filter(community=OuterRef("pk"), user=request.user.pk, role__in=TEAM)
    held = Gathering.objects.held(timezone.localdate()).filter(community=OuterRef("pk"))
    here |= Q(Exists(held)) & Q(Exists(team))
    slug = (
        Community.objects.readable_by(request.user).filter(here).order_by("pk").values_list("slug", flat=True).first()
    )
    if not slug:
        return None
    is_here = request.path.endswith(("/site/", "/points-d-etape/")) or request.path.startswith("/points-d-etape/")
    return Stop(_("Public site"), reverse("public_site", args=[slug]), "globe", current=is_here)


@awaits_me(40)
def reports_that_wait(request: HttpRequest) -> Iterator[Awaiting]:
    """For those who coordinate: reports that who wrote them would publish; and those that left the public with a name that
    was taken back, until their words change."""
    mine = Community.objects.filter(memberships__user=request.user.pk, memberships__role=Role.COORDINATOR)
    proposed = Q(proposed_at__isnull=False)
    gone = Q(published=None, changed_at__lt=F("editions__taken_back_at"))
    waiting = Report.objects.filter(proposed | gone, community__in=mine).order_by("proposed_at", "pk").distinct()
    for report in waiting[:MOST]:
        if report.proposed_at:
            yield Awaiting(report.title, report.get_absolute_url(), "flag", _("a report waits to be published"))
        else:
            why = _("left the public site: somebody whom it names took their agreement back")
            yield Awaiting(report.title, report.get_absolute_url(), "withdrawn", why)


@awaits_me(45)
def committees_soon(request: HttpRequest) -> Iterator[Awaiting]:
    """For those who coordinate: a committee that meets within two weeks wants its dossier."""
    mine = Membership.objects.filter(user=request.user.pk, role=Role.COORDINATOR).values("community")
    today = timezone.localdate()
    soon = Gathering.objects.filter(community__in=mine, kind=Kind.COMMITTEE).confirmed()
    for one in soon.filter(starts_on__range=(today, today + SOON)).order_by("starts_on", "id")[:MOST]:
        day = date_format(one.starts_on, "l j F") if one.starts_on else ""
        why = _("meets on %(day)s: look at its dossier, and send it") % {"day": day}
        yield Awaiting(one.name, reverse("committee_dossier", args=[one.pk]), "printer", why)
