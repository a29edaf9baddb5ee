from collections.abc import Iterator
from datetime import timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from recolte.cards.models import Card
from recolte.community.models import Community, Membership, Role
from recolte.gatherings.models import Gathering, Kind
from recolte.ui.context import Awaiting, Stop, awaits_me, waits_for

SOON = timedelta(days=14)
MOST = 5  # on somebody's page


@waits_for(90)
def public_site(request: HttpRequest) -> Stop | None:
    """Once there is a card."""
    there = Card.objects.filter(community__in=Community.objects.readable_by(request.user))
    slug = there.order_by("id").values_list("community__slug", flat=True).first()
    if not slug:
        return None
    return Stop(_("Public site"), reverse("public_site", args=[slug]), "globe", current=request.path.endswith("/site/"))


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
