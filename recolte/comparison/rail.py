from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from recolte.coding.models import Coding
from recolte.community.models import Community
from recolte.comparison.models import Issue
from recolte.ui.context import Stop, waits_for


@waits_for(60)
def mirror(request: HttpRequest) -> Stop | None:
    """Once there are codings, or issues, in one of my communities."""
    here = {"community": OuterRef("pk")}
    held = Exists(Coding.objects.filter(**here)) | Exists(Issue.objects.filter(**here))
    slug = (
        Community.objects.readable_by(request.user).filter(held).order_by("id").values_list("slug", flat=True).first()
    )
    if not slug:
        return None
    current = any(part in request.path for part in ("/miroir/", "/enjeux/")) or request.path.endswith("/enjeu/")
    return Stop(_("Mirror"), reverse("mirror", args=[slug]), "grid", current=current)
