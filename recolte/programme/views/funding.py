"""The money, for the team: what is secured, probable and sought, never added together; and the report to each funder."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from recolte.community.models import Community, Organisation
from recolte.programme.actions import add_funding, change_funding, remove_funding
from recolte.programme.forms import FundingForm
from recolte.programme.models import Agreement, Axis, FundingLine, Sure
from recolte.programme.reports import Scope, figures
from recolte.programme.rules import can_change_programme, can_read_funding
from recolte.programme.views.plan import form_page, is_removal, must, way
from recolte.ui.listing import Column, Filter, Listing
from recolte.ui.requests import MemberRequest


@login_required
def funding(request: MemberRequest, slug: str) -> HttpResponse:
    """Every line of funding, with one total a state over all of them."""
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    must(can_read_funding(request.user, community))
    lines = FundingLine.objects.filter(community=community)
    funders = Organisation.objects.filter(pk__in=lines.values("funder"))
    axes = Axis.objects.filter(community=community)
    listing = Listing(
        request,
        _("Funding"),
        lines.select_related("funder", "axis"),
        [
            Column(
                "purpose", _("What for"), lambda one: one.purpose, ["purpose"], url=lambda one: one.get_absolute_url()
            ),
            Column(
                "funder",
                _("Funder"),
                lambda one: one.funder.name,
                ["funder__name"],
                url=lambda one: reverse("funder", args=[one.funder_id]),
            ),
            Column(
                "amount",
                _("Amount"),
                lambda one: one.amount,
                ["amount"],
                template="programme/amount.html",
                is_number=True,
            ),
            Column("state", _("State"), lambda one: one.get_state_display(), ["state"], template="programme/sure.html"),
            Column("axis", _("Axis"), lambda one: str(one.axis or ""), ["axis__number"]),
            Column("from", _("Starts on"), lambda one: one.starts_on, ["starts_on"]),
            Column("to", _("Ends on"), lambda one: one.ends_on, ["ends_on"]),
        ],
        filters=[
            Filter("state", _("State"), Sure.choices, lambda rows, chosen: rows.filter(state=chosen)),
            Filter(
                "funder",
                _("Funder"),
                [(str(one.pk), one.name) for one in funders],
                lambda rows, chosen: rows.filter(funder=chosen),
            ),
            Filter(
                "axis",
                _("Axis"),
                [(str(one.pk), str(one)) for one in axes],
                lambda rows, chosen: rows.filter(axis=chosen),
                lambda rows, keys: rows.filter(axis__in=keys),
            ),
        ],
        days=lambda rows, since, until: rows.running(since, until),
        search=lambda rows, words: rows.filter(
            Q(purpose__icontains=words) | Q(note__icontains=words) | Q(funder__name__icontains=words)
        ),
    )
    context = {
        "community": community,
        "listing": listing,
        "totals": lines.totals(),
        "whole": reverse("funding", args=[slug]),
        "crumbs": [*way(community), {"label": listing.title, "url": ""}],
    }
    return listing.taken_away() or render(request, "programme/funding.html", context)


@login_required
def new_funding(request: MemberRequest, slug: str) -> HttpResponse:
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    must(can_change_programme(request.user, community))
    form = FundingForm(community, request.POST or None)
    if request.method == "POST" and form.is_valid():
        add_funding(community, by=request.user, **form.facts(community, by=request.user))
        messages.success(request, _("The line was added."))
        return redirect("funding", slug)
    return _form(request, community, form, _("New line of funding"))


@login_required
def edit_funding(request: MemberRequest, pk: UUID) -> HttpResponse:
    mine = FundingLine.objects.readable_by(request.user).select_related("community", "funder")
    line = get_object_or_404(mine, pk=pk)
    community = line.community
    must(can_change_programme(request.user, community))
    if is_removal(request):
        remove_funding(line, by=request.user)
        messages.success(request, _("The line was removed."))
        return redirect("funding", community.slug)
    form = FundingForm(community, request.POST or None, line)
    if request.method == "POST" and form.is_valid():
        change_funding(line, by=request.user, **form.facts(community, by=request.user))
        messages.success(request, _("The line was changed."))
        return redirect("funding", community.slug)
    return _form(request, community, form, line.purpose, can_go=True)


def _form(
    request: MemberRequest, community: Community, form: FundingForm, title: str, *, can_go: bool = False
) -> HttpResponse:
    crumbs = [*way(community), {"label": _("Funding"), "url": reverse("funding", args=[community.slug])}]
    structures = Organisation.objects.filter(community=community)
    return form_page(request, community, form, title, crumbs, can_go=can_go, structures=structures)


@login_required
def funder(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The report to a structure that funds: every figure is counted as the page is opened, and leads to what it counts."""
    communities = Community.objects.readable_by(request.user)
    those = Organisation.objects.filter(community__in=communities).select_related("community")
    funder = get_object_or_404(those.filter(funding_lines__isnull=False).distinct(), pk=pk)
    community = funder.community
    must(can_read_funding(request.user, community))
    lines = FundingLine.objects.filter(funder=funder)
    axes = list(Axis.objects.filter(funding_lines__in=lines).select_related("community").distinct())
    today = timezone.localdate()
    agreements = list(Agreement.objects.filter(parties=funder, signed_on__lte=today))
    context = {
        "community": community,
        "funder": funder,
        "today": today,
        "lines": lines.select_related("axis"),
        "totals": lines.totals(),
        "whole": f"{reverse('funding', args=[community.slug])}?funder={funder.pk}",
        "axes": axes,
        "agreements": [(one, one.standing(today)) for one in agreements],
        "agreements_url": f"{reverse('agreements', args=[community.slug])}?party={funder.pk}",
        "figures": figures(Scope(community, axes=axes)) if axes else [],
        "crumbs": [
            *way(community),
            {"label": _("Funding"), "url": reverse("funding", args=[community.slug])},
            {"label": funder.name, "url": ""},
        ],
    }
    return render(request, "programme/funder.html", context)
