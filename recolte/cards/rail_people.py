from django.db.models import Count, Exists, OuterRef, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from recolte.community.models import Community, Person, User
from recolte.community.rules import TEAM
from recolte.consent.models import Consent, Purpose
from recolte.sources.models import Source
from recolte.ui.context import Stop


def agreements(request: HttpRequest) -> Stop | None:
    """For the team: who is heard in what was brought, and was never asked whether the community may hear it."""
    if not isinstance(request.user, User):
        return None
    people = Person.objects.filter(community=OuterRef("pk")).order_by()
    asked = Consent.objects.filter(person=OuterRef("pk"), purpose=Purpose.GROUP)
    heard = people.filter(Exists(Source.objects.filter(people=OuterRef("pk"))), ~Exists(asked))
    waiting = Subquery(heard.values("community").annotate(n=Count("pk")).values("n"))
    communities = Community.objects.filter(memberships__user=request.user, memberships__role__in=TEAM)
    found = list(
        communities.filter(Exists(people)).annotate(waiting=waiting).order_by("name").values_list("slug", "waiting")
    )
    if not found:
        return None
    urls = [reverse("persons", args=[slug]) for slug, _waiting in found]
    first = next((url for url, (_slug, waits) in zip(urls, found, strict=True) if waits), urls[0])
    here = request.path in urls or request.path.startswith("/personnes/")
    return Stop(_("Agreements"), first, "consent", sum(waits or 0 for _slug, waits in found), current=here)
