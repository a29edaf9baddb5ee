from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from recolte.coding.models import Code
from recolte.community.models import Membership
from recolte.community.rules import TEAM
from recolte.sources.models import Kind, Source
from recolte.transcripts.models import Turn
from recolte.ui.context import Stop, waits_for


@waits_for(40)
def listening(request: HttpRequest) -> Stop | None:
    """The recordings with turns that nobody has listened to, for those who may mark them; the oldest one first."""
    team = Membership.objects.filter(user=request.user.pk, role__in=TEAM).values("community")
    unheard = Turn.objects.filter(transcript__source=OuterRef("pk"), transcript__is_complete=True, listened_at=None)
    mine = Source.objects.readable_by(request.user).filter(Q(community__in=team) | Q(deposit__by=request.user.pk))
    waiting = list(
        mine.filter(Exists(unheard), kind=Kind.RECORDING).order_by("received_at", "id").values_list("pk", flat=True)
    )
    if not waiting:
        return None
    url = reverse("listen", args=[waiting[0]])
    return Stop(_("Listening"), url, "listen", len(waiting), current=request.path.startswith("/ecoute/"))


@waits_for(50)
def codes(request: HttpRequest) -> Stop | None:
    """The codes of my first community that has any."""
    slugs = Code.objects.readable_by(request.user).order_by("community__name").values_list("community__slug", flat=True)
    slug = slugs.first()
    if slug is None:
        return None
    url = reverse("codes", args=[slug])
    return Stop(_("Coding"), url, "tags", current=request.path.startswith((url, "/codes/", "/extraits/")))
