from collections.abc import Iterator

from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recolte.gatherings.models import Gathering
from recolte.sources.models import Source
from recolte.ui.context import Awaiting, Stop, awaits_me, waits_for


@waits_for(0)
def my_page(request: HttpRequest) -> Stop:
    return Stop(_("My page"), reverse("home"), "home", current=request.path == reverse("home"))


@waits_for(10)
def gatherings(request: HttpRequest) -> Stop:
    url = reverse("gatherings")
    here = request.path.startswith((url, "/sequences/", "/lieux/", "/agenda/", "/dossiers/"))
    return Stop(_("Gatherings"), url, "calendar", current=here)


@waits_for(28)
def unattested(request: HttpRequest) -> Stop | None:
    """What I brought, or guests left where I organise, and nobody has attested to be agreed yet."""
    waiting = Source.objects.readable_by(request.user).filter(attestation=None)
    count = waiting.count()
    if not count:
        return None
    gathering, by = waiting.order_by("id").values_list("gathering", "deposit__by")[0]
    where = "#agreement" if by else "#guests-agreement"
    return Stop(_("To attest"), reverse("gathering", args=[gathering]) + where, "lock", count)


@awaits_me(6)
def left_by_guests(request: HttpRequest) -> Iterator[Awaiting]:
    """Where I organise: what guests left, and nobody has attested yet; the latest gathering first."""
    waiting = Source.objects.left_to_attest(request.user).order_by()
    counts = dict(waiting.values_list("gathering").annotate(Count("deposit", distinct=True)))
    for one in Gathering.objects.filter(pk__in=counts):
        n = counts[one.pk]
        why = ngettext(
            "%(n)d deposit by guests waits for you to attest the agreement",
            "%(n)d deposits by guests wait for you to attest the agreement",
            n,
        )
        yield Awaiting(one.name, f"{one.get_absolute_url()}#guests-agreement", "lock", why % {"n": n})
