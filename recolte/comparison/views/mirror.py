from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from recolte.coding.chips import chips
from recolte.coding.models import Facet
from recolte.community.models import Community, Organisation
from recolte.comparison.mirror import FACETS, cell, mirror
from recolte.ui.requests import MemberRequest


@login_required
def mirror_page(request: MemberRequest, slug: str) -> HttpResponse:
    """The grid of structures and facets: each cell opens what was said; an empty one says that nobody observed it."""
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    context = {"community": community, "mirror": mirror(community, reader=request.user)}
    return render(request, "comparison/mirror.html", context)


@login_required
def cell_page(request: MemberRequest, slug: str, organisation: UUID, facet: str) -> HttpResponse:
    """The passages of one cell of the mirror."""
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    row = get_object_or_404(Organisation, pk=organisation, community=community)
    if facet not in FACETS:
        raise Http404
    held = cell(community, row, Facet(facet), reader=request.user)
    return render(
        request,
        "comparison/cell.html",
        {
            "community": community,
            "crumbs": [
                {"label": _("Mirror"), "url": reverse("mirror", args=[slug])},
                {"label": held.label, "url": ""},
            ],
            "cell": held,
            "chips": chips([one.excerpt for one in held.passages], reader=request.user, community=community),
        },
    )
