"""The photo journal of a gathering."""

from itertools import groupby
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from recolte.gatherings.views.opened import around, readable
from recolte.sources.actions import tell_moment
from recolte.sources.photos import photos_of, shots
from recolte.sources.rules import can_tell_moment
from recolte.ui.ids import is_uuid
from recolte.ui.requests import MemberRequest

PHOTOS = 40  # of the journal, on a page


@login_required
def photos(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The photos in order of time, day by day, each with what the moment was; posting says it of one (`photo`)."""
    gathering = readable(request, pk)
    those = photos_of(gathering, request.user)
    if request.method == "POST":
        chosen = request.POST.get("photo", "")
        photo = get_object_or_404(those, pk=chosen if is_uuid(chosen) else None)
        if not can_tell_moment(request.user, photo):
            raise PermissionDenied
        tell_moment(photo, request.POST.get("moment", ""), by=request.user)
        page = request.GET.get("page", "")
        return redirect(f"{request.path}?page={page if page.isdigit() else 1}#photo-{photo.pk}")
    page_obj = Paginator(those, PHOTOS).get_page(request.GET.get("page"))
    taken = shots(page_obj, gathering, request.user)
    days = [(day, list(some)) for day, some in groupby(taken, key=lambda shot: shot.day)]
    return render(
        request, "sources/photos.html", around(request, gathering, _("Photo journal"), days=days, page_obj=page_obj)
    )
