"""What was signed with whom, for the team."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from recolte.community.models import Community, Organisation
from recolte.programme.actions import add_agreement, change_agreement, remove_agreement
from recolte.programme.forms import AgreementForm
from recolte.programme.models import Agreement, FundingLine, Standing
from recolte.programme.rules import can_change_programme, can_read_funding
from recolte.programme.views.plan import form_page, is_removal, must, way
from recolte.ui.listing import Column, Filter, Listing
from recolte.ui.requests import MemberRequest


@login_required
def agreements(request: MemberRequest, slug: str) -> HttpResponse:
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    must(can_read_funding(request.user, community))
    today = timezone.localdate()
    those = Agreement.objects.filter(community=community)
    parties = Organisation.objects.filter(agreements__in=those).distinct()
    listing = Listing(
        request,
        _("Conventions"),
        those.prefetch_related("parties"),
        [
            Column("title", _("Title"), lambda one: one.title, ["title"], url=lambda one: one.get_absolute_url()),
            Column("parties", _("Between"), lambda one: ", ".join(party.name for party in one.parties.all())),
            Column("state", _("State"), lambda one: one.standing(today).label),
            Column("signed", _("Signed on"), lambda one: one.signed_on, ["signed_on"]),
            Column("to", _("Ends on"), lambda one: one.ends_on, ["ends_on"]),
        ],
        filters=[
            Filter("state", _("State"), Standing.choices, lambda rows, chosen: rows.standing(chosen, today)),
            Filter(
                "party",
                _("Between"),
                [(str(one.pk), one.name) for one in parties],
                lambda rows, chosen: rows.filter(parties=chosen),
            ),
        ],
        search=lambda rows, words: rows.filter(Q(title__icontains=words) | Q(terms__icontains=words)),
    )
    context = {
        "community": community,
        "listing": listing,
        "crumbs": [*way(community), {"label": listing.title, "url": ""}],
    }
    return listing.taken_away() or render(request, "programme/agreements.html", context)


@login_required
def agreement(request: MemberRequest, pk: UUID) -> HttpResponse:
    agreement = _agreement(request, pk)
    context = {
        "community": agreement.community,
        "agreement": agreement,
        "standing": agreement.standing(timezone.localdate()),
        "parties": agreement.parties.annotate(funds=Exists(FundingLine.objects.filter(funder=OuterRef("pk")))),
        "may_change": can_change_programme(request.user, agreement.community),
        "crumbs": [*_way(agreement.community), {"label": agreement.title, "url": ""}],
    }
    return render(request, "programme/agreement.html", context)


@login_required
def new_agreement(request: MemberRequest, slug: str) -> HttpResponse:
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    must(can_change_programme(request.user, community))
    form = AgreementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect(add_agreement(community, by=request.user, **form.facts(community, by=request.user)))
    return form_page(request, community, form, _("New convention"), _way(community))


@login_required
def edit_agreement(request: MemberRequest, pk: UUID) -> HttpResponse:
    agreement = _agreement(request, pk)
    community = agreement.community
    must(can_change_programme(request.user, community))
    if is_removal(request):
        remove_agreement(agreement, by=request.user)
        messages.success(request, _("The convention was removed."))
        return redirect("agreements", community.slug)
    form = AgreementForm(request.POST or None, agreement)
    if request.method == "POST" and form.is_valid():
        change_agreement(agreement, by=request.user, **form.facts(community, by=request.user))
        return redirect(agreement)
    return form_page(request, community, form, agreement.title, _way(community), can_go=True)


def _agreement(request: MemberRequest, pk: UUID) -> Agreement:
    return get_object_or_404(Agreement.objects.readable_by(request.user).select_related("community"), pk=pk)


def _way(community: Community) -> list[dict[str, str]]:
    return [*way(community), {"label": _("Conventions"), "url": reverse("agreements", args=[community.slug])}]
