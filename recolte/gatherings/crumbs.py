from django.urls import reverse
from django.utils.translation import gettext as _

from recolte.gatherings.models import Gathering


def crumbs(here: str, gathering: Gathering | None = None) -> list[dict[str, str]]:
    """The way back from a page called `here`: the gatherings, and the one that it belongs to."""
    way = [{"label": _("Gatherings"), "url": reverse("gatherings")}]
    if gathering:
        way.append({"label": gathering.name, "url": gathering.landing})
    return [*way, {"label": here, "url": ""}]
