from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from recolte.cards.models import Card
from recolte.community.models import Community
from recolte.ui.context import Stop, waits_for


@waits_for(90)
def public_site(request: HttpRequest) -> Stop | None:
    """Once there is a card."""
    there = Card.objects.filter(community__in=Community.objects.readable_by(request.user))
    slug = there.order_by("id").values_list("community__slug", flat=True).first()
    if not slug:
        return None
    return Stop(_("Public site"), reverse("public_site", args=[slug]), "globe", current=request.path.endswith("/site/"))
