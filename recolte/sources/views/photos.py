"""The photo journal of a gathering."""

from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recolte.community.people import find_or_make_person
from recolte.gatherings.views.opened import around, readable
from recolte.sources.actions import say_who_is_seen, tell_moment
from recolte.sources.forms import SeenForm
from recolte.sources.models import Kind, Source
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


@login_required
@require_POST
def seen(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Who can be recognised on a photo."""
    those = Source.objects.readable_by(request.user).filter(kind=Kind.PHOTO)
    photo = get_object_or_404(those.select_related("community", "gathering", "deposit__by"), pk=pk)
    if not can_tell_moment(request.user, photo):
        raise PermissionDenied
    form = SeenForm(photo, request.POST)
    if form.is_valid():
        people = form.seen
        if form.cleaned_data["other"]:
            people.append(find_or_make_person(photo.community, name=form.cleaned_data["other"], by=request.user))
        say_who_is_seen(photo, people, by=request.user)
        messages.success(request, _("Noted. Ask those who have not said yet whether they agree to be seen."))
    else:
        messages.error(request, _("This did not arrive whole: tick again who can be recognised."))
    return redirect(f"{reverse('source', args=[photo.pk])}#seen")
