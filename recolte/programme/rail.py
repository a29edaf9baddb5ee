from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from recolte.community.models import Membership, Role, User
from recolte.programme.models import Agreement, Programme, Standing
from recolte.ui.context import Awaiting, Stop, awaits_me, waits_for
from recolte.ui.dates import date_format

OURS = ("/demarches/", "/axes/", "/phases/", "/contributions/", "/financements/", "/financeurs/", "/conventions/")


@waits_for(5)
def programme(request: HttpRequest) -> Stop | None:
    """Where there is a programme; before that, for those who coordinate, who write it."""
    if not isinstance(request.user, User):
        return None
    is_there = Exists(Programme.objects.filter(community=OuterRef("community")))
    mine = Membership.objects.filter(user=request.user).annotate(is_there=is_there).order_by("community__name")
    found = list(mine.values_list("community__slug", "role", "is_there"))
    slugs = [slug for slug, _role, there in found if there]
    slugs += [slug for slug, role, there in found if role == Role.COORDINATOR and not there]
    if not slugs:
        return None
    urls = [reverse("programme", args=[slug]) for slug in slugs]
    pages = [reverse(name, args=[slug]) for name in ("funding", "agreements") for slug in slugs]
    here = request.path.startswith((*urls, *pages, *OURS))
    return Stop(_("Our approach"), urls[0], "layers", current=here)


MOST = 5  # on somebody's page


@awaits_me(40)
def agreements_to_renew(request: HttpRequest) -> Iterator[Awaiting]:
    """For those who coordinate: what ends soon."""
    mine = Membership.objects.filter(user=request.user.pk, role=Role.COORDINATOR).values("community")
    waiting = Agreement.objects.filter(community__in=mine).standing(Standing.TO_RENEW, timezone.localdate())
    for agreement in waiting[:MOST]:
        day = date_format(agreement.ends_on, "j F Y") if agreement.ends_on else ""
        why = _("ends on %(day)s: to be renewed, or let go") % {"day": day}
        yield Awaiting(agreement.title, agreement.get_absolute_url(), "handshake", why)
