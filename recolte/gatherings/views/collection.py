"""What is to be brought back from a gathering, and by whom."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from recolte.community.models import Person
from recolte.gatherings.actions.collection import begin_collection, plan_collection
from recolte.gatherings.collection_forms import CollectionForm
from recolte.gatherings.views.opened import around, readable
from recolte.ui.requests import MemberRequest
from recolte.ui.sorting import Folded


@login_required
def collection(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The plan, session by session. What is posted: `do=begin` for what is usual, or the whole form."""
    gathering = readable(request, pk)
    page = around(request, gathering, _("The plan"))
    if not page["may_change"]:
        raise PermissionDenied
    if request.POST.get("do") == "begin":
        begin_collection(gathering, by=request.user)
        return redirect("coverage", pk)
    sessions = gathering.sessions.select_related("gathering")
    planned = gathering.collection.select_related("person")
    form = CollectionForm(request.POST if request.method == "POST" else None, sessions, planned)
    if request.method == "POST" and form.is_valid():
        plan_collection(gathering, form.wanted, by=request.user)
        messages.success(request, _("Noted: this is what is to be brought back."))
        return redirect("coverage", pk)
    page["crumbs"].insert(2, {"label": _("To collect"), "url": reverse("coverage", args=[pk])})
    people = Person.objects.filter(community=gathering.community).exclude(name="").order_by(Folded("name"))
    page |= {"form": form, "people": sorted(set(people.values_list("name", flat=True)))}
    return render(request, "gatherings/collection.html", page, status=422 if form.errors else 200)
