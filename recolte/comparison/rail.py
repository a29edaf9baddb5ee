from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from recolte.coding.models import Coding
from recolte.community.models import Community
from recolte.ui.context import Stop, waits_for


@waits_for(60)
def mirror(request: HttpRequest) -> Stop | None:
    """Once there are codings in one of my communities."""
    coded = Coding.objects.filter(community__in=Community.objects.readable_by(request.user))
    slug = coded.values_list("community__slug", flat=True).first()
    if not slug:
        return None
    url = reverse("mirror", args=[slug])
    return Stop(_("Mirror"), url, "grid", current="/miroir/" in request.path)
