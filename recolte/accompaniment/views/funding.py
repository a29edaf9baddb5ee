"""What may pay for what a call opens, for the team: probable is not secured."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from recolte.accompaniment.actions.funding import add_option, change_option, tie_line, untie_line
from recolte.accompaniment.forms import OptionForm, TieLineForm
from recolte.accompaniment.models import Call, FundingOption
from recolte.accompaniment.views.calls import call_for, way
from recolte.community.models import Organisation
from recolte.programme.models import FundingLine, Sure
from recolte.programme.rules import can_read_funding
from recolte.ui.listing import Column, Filter, Listing
from recolte.ui.requests import MemberRequest


@login_required
def call_funding(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The options of a call, with one total a state over all of them, and the form to add one."""
    call = call_for(request.user, pk)
    if not can_read_funding(request.user, call.community):
        raise PermissionDenied
    is_tying = request.POST.get("do") == "tie"
    form = OptionForm(call, request.POST if request.method == "POST" and not is_tying else None)
    tying = TieLineForm(call, request.POST if is_tying else None)
    if is_tying and tying.is_valid():
        tie_line(call, by=request.user, **tying.cleaned_data)
        messages.success(request, _("The line is tied to the call."))
        return redirect("call_funding", pk)
    if form.is_valid():
        add_option(call, by=request.user, **form.facts(call.community, by=request.user))
        messages.success(request, _("The line was added."))
        return redirect("call_funding", pk)
    options = FundingOption.objects.filter(call=call)
    listing = Listing(
        request,
        _("Funding of the call"),
        options.select_related("line__funder", "application"),
        [
            Column(
                "purpose",
                _("What for"),
                lambda one: one.line.purpose,
                ["line__purpose"],
                url=lambda one: one.get_absolute_url(),
            ),
            Column("funder", _("Funder"), lambda one: one.line.funder.name, ["line__funder__name"]),
            Column(
                "amount",
                _("Amount"),
                lambda one: one.line.amount,
                ["line__amount"],
                template="accompaniment/amount.html",
                is_number=True,
            ),
            Column(
                "state",
                _("State"),
                lambda one: one.line.get_state_display(),
                ["line__state"],
                template="accompaniment/sure.html",
            ),
            Column("as_of", _("As of"), lambda one: one.as_of, ["as_of"]),
            Column("source", _("According to"), lambda one: one.source, ["source"]),
            Column("site", _("For which site"), lambda one: str(one.application or ""), ["application__name"]),
        ],
        filters=[
            Filter("state", _("State"), Sure.choices, lambda rows, chosen: rows.filter(line__state=chosen)),
        ],
        search=lambda rows, words: rows.filter(
            Q(line__purpose__icontains=words) | Q(line__funder__name__icontains=words) | Q(source__icontains=words)
        ),
    )
    page = {
        "community": call.community,
        "call": call,
        "listing": listing,
        "totals": FundingLine.objects.filter(option__call=call).totals(),
        "whole": reverse("call_funding", args=[pk]),
        "form": form,
        "tying": tying if FundingLine.objects.filter(community=call.community, option=None).exists() else None,
        "structures": Organisation.objects.filter(community=call.community),
        "crumbs": way(call.community, (call.title, call.get_absolute_url()), (_("Funding of the call"), "")),
    }
    status = 422 if request.method == "POST" else 200
    return listing.taken_away() or render(request, "accompaniment/funding.html", page, status=status)


@login_required
def funding_option(request: MemberRequest, pk: UUID) -> HttpResponse:
    mine = FundingOption.objects.readable_by(request.user).select_related("call__community", "line__funder")
    option = get_object_or_404(mine, pk=pk)
    call: Call = option.call
    if request.method == "POST" and request.POST.get("do") == "remove":
        untie_line(option, by=request.user)
        messages.success(request, _("The line is no longer tied to the call."))
        return redirect("call_funding", call.pk)
    form = OptionForm(call, request.POST or None, option)
    if request.method == "POST" and form.is_valid():
        change_option(option, by=request.user, **form.facts(call.community, by=request.user))
        messages.success(request, _("The line was changed."))
        return redirect("call_funding", call.pk)
    page = {
        "community": call.community,
        "form": form,
        "title": option.line.purpose,
        "can_go": _("The line is no longer tied to the call; it stays in the funding of the community."),
        "structures": Organisation.objects.filter(community=call.community),
        "crumbs": way(
            call.community,
            (call.title, call.get_absolute_url()),
            (_("Funding of the call"), reverse("call_funding", args=[call.pk])),
            (option.line.purpose, ""),
        ),
    }
    return render(request, "accompaniment/form.html", page, status=422 if request.method == "POST" else 200)
