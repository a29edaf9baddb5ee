from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from recolte.sources.models import Source
from recolte.ui.context import Stop, waits_for


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
    gathering = waiting.order_by("id").values_list("gathering", flat=True)[0]
    return Stop(_("To attest"), reverse("gathering", args=[gathering]) + "#agreement", "lock", count)
