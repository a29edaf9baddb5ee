"""Dossiers of a gathering: for its committee, for a public restitution, for the host."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from recolte.cards.naming import names_said
from recolte.gatherings.models import Gathering, Kind
from recolte.gatherings.views.opened import around, readable
from recolte.publishing.actions import (
    close_to_host,
    host_address,
    host_token,
    open_to_host,
    read_host_token,
    send_to_host,
    tell_host,
)
from recolte.publishing.dossier_forms import HostForm, OthersForm, SendForm
from recolte.publishing.dossiers.committee import committee_dossier
from recolte.publishing.dossiers.host import host_dossier, told_to
from recolte.publishing.dossiers.odt import ODT, made, odt
from recolte.publishing.dossiers.paper import Dossier
from recolte.publishing.dossiers.restitution import open_door_of, restitution_dossier
from recolte.publishing.models import HostLink, Reaction
from recolte.publishing.rules import can_read_committee_dossier, can_read_reactions, can_write_to_hosts
from recolte.ui.quietly import quietly
from recolte.ui.requests import MemberRequest


@login_required
def dossiers(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The dossiers that can be made of a gathering; what is posted opens one to a host."""
    gathering = readable(request, pk)
    community = gathering.community
    may_write = can_write_to_hosts(request.user, community)
    form = HostForm(gathering, request.POST or None) if may_write else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid():
            return redirect(open_to_host(gathering, form.cleaned_data["organisation"], by=request.user))
    more = {
        "is_committee": gathering.kind == Kind.COMMITTEE or gathering.agenda.exists(),
        "is_told": gathering.kind != Kind.COMMITTEE,
        "may_read_committee": can_read_committee_dossier(request.user, community),
        "may_read_reactions": can_read_reactions(request.user, community),
        "reactions": Reaction.objects.filter(gathering=gathering, hidden_at=None).count(),
        "hosts": HostLink.objects.filter(gathering=gathering).select_related("organisation") if may_write else [],
        "form": form,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "publishing/dossiers.html", around(request, gathering, _("Dossiers"), **more), status=status)


@login_required
@require_safe
def committee(request: MemberRequest, pk: UUID, *, as_odt: bool = False) -> HttpResponse:
    gathering = readable(request, pk)
    if not can_read_committee_dossier(request.user, gathering.community):
        raise PermissionDenied
    dossier = committee_dossier(gathering, request.user)
    return _file(dossier) if as_odt else _page(request, gathering, dossier, "publishing/dossier_committee.html")


@login_required
@require_safe
def restitution(request: MemberRequest, pk: UUID, *, as_odt: bool = False) -> HttpResponse:
    """All of it may be public: every member may take it along. `?avec=` names other gatherings that it tells of too."""
    gathering = readable(request, pk)
    form = OthersForm(gathering, request.GET)
    others = list(form.cleaned_data["avec"]) if form.is_valid() else []
    dossier = restitution_dossier(gathering, others)
    if as_odt:
        return _file(dossier)
    more: dict[str, Any] = {
        "form": form,
        "door": open_door_of(gathering),
        "may_read_reactions": can_read_reactions(request.user, gathering.community),
        "reactions": Reaction.objects.filter(gathering=gathering, hidden_at=None).count(),
    }
    return _page(request, gathering, dossier, "publishing/dossier_restitution.html", **more)


@login_required
def host(request: MemberRequest, pk: UUID, *, as_odt: bool = False) -> HttpResponse:
    """What the host reads, as those who coordinate see it before; they send the address, or end it."""
    links = HostLink.objects.select_related("gathering__community", "gathering__axis", "organisation", "community")
    link = get_object_or_404(links.readable_by(request.user), pk=pk)
    if not can_write_to_hosts(request.user, link.community):
        raise PermissionDenied
    if as_odt:
        return _file(host_dossier(link))
    form = SendForm(request.POST if request.POST.get("do") == "send" else None)
    if request.method == "POST":
        do = request.POST.get("do", "")
        if do == "close":
            close_to_host(link, by=request.user)
            messages.success(request, _("The address opens nothing any more."))
            return redirect("dossiers", link.gathering_id)
        if do == "tell":
            tell_host(link, by=request.user)
            return redirect(link)
        if do != "send":
            raise Http404
        if form.is_valid():
            send_to_host(link, form.cleaned_data["email"], by=request.user)
            messages.success(request, _("The letter is in the post."))
            return redirect(link)
    told, waiting = told_to(link)
    more = {
        "link": link,
        "address": host_address(link),
        "form": form,
        "names_said": names_said([*told, *waiting]),
        "waiting": len(waiting),
    }
    status = 422 if request.method == "POST" else 200
    return _page(request, link.gathering, host_dossier(link), "publishing/dossier_host.html", status=status, **more)


@quietly
@require_safe
def host_reads(request: HttpRequest, token: str, *, as_odt: bool = False) -> HttpResponse:
    """The page behind the address that a host was given, made anew: what was taken back is not in it."""
    link = read_host_token(token)
    if link is None:
        return render(request, "gatherings/link_over.html", status=410)
    dossier = host_dossier(link)
    if as_odt:
        return _file(dossier)
    page = {"community": link.community, "dossier": dossier, "made": made(dossier), "token": host_token(link)}
    return render(request, "publishing/dossier_read.html", page)


def _page(
    request: MemberRequest, gathering: Gathering, dossier: Dossier, template: str, *, status: int = 200, **more: Any
) -> HttpResponse:
    page = around(request, gathering, dossier.title, dossier=dossier, made=made(dossier), **more)
    page["crumbs"].insert(2, {"label": _("Dossiers"), "url": reverse("dossiers", args=[gathering.pk])})
    return render(request, template, page, status=status)


def _file(dossier: Dossier) -> HttpResponse:
    name = slugify(f"{dossier.title} {dossier.about}")[:80] or "dossier"
    headers = {"Content-Disposition": f'attachment; filename="{name}.odt"'}
    return HttpResponse(odt(dossier), content_type=ODT, headers=headers)
