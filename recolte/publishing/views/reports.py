"""The interim reports of a community: the list, the draft with its figures of now, the editions with theirs of then."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recolte.community.models import Community
from recolte.community.rules import is_of_the_team
from recolte.jobs import actions as jobs
from recolte.programme.reports import Scope, figures
from recolte.publishing.actions import (
    begin_report,
    change_report,
    names_said_in,
    own_address,
    own_folder,
    propose_report,
    publish_report,
    remove_report,
    scope_of,
    withdraw_report,
    wrong_words,
)
from recolte.publishing.figured import asked_for, frozen, live, parts
from recolte.publishing.models import Edition, Report
from recolte.publishing.report_forms import NewReportForm, ReportForm
from recolte.publishing.rules import can_publish_report, can_write_report
from recolte.publishing.site import manifest
from recolte.ui.listing import Column, Filter, Listing
from recolte.ui.requests import MemberRequest

STATES = [
    ("published", gettext_lazy("published")),
    ("proposed", gettext_lazy("waits to be published")),
    ("draft", gettext_lazy("draft")),
]


@login_required
def reports(request: MemberRequest, slug: str) -> HttpResponse:
    """The reports of a community: for the team drafts too, for the other members those that are published."""
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    may_write = can_write_report(request.user, community)
    listing = Listing(
        request,
        _("Interim reports"),
        Report.objects.readable_by(request.user)
        .filter(community=community)
        .select_related("published", "by")
        .annotate(count=Count("editions"))
        .order_by("-id"),
        [
            Column("title", _("Title"), lambda one: one.title, ["title"], url=lambda one: one.get_absolute_url()),
            Column("state", _("State"), _state, template="publishing/report_state.html"),
            Column("from", _("From"), lambda one: one.starts_on, ["starts_on"]),
            Column("to", _("To"), lambda one: one.ends_on, ["ends_on"]),
            Column(
                "on",
                _("Published on"),
                lambda one: timezone.localdate(one.published.at) if one.published else None,
                ["published__at"],
            ),
            Column("editions", _("Editions"), lambda one: one.count, ["count"], is_number=True),
        ],
        filters=[Filter("state", _("State"), STATES, _in_state)] if may_write else [],
        search=lambda rows, words: rows.filter(title__icontains=words),
    )
    context = {
        "community": community,
        "listing": listing,
        "may_write": may_write,
        "crumbs": _crumbs(community)[:1] + [{"label": listing.title, "url": ""}],
    }
    return listing.taken_away() or render(request, "publishing/reports.html", context)


def _state(report: Report) -> str:
    state = "published" if report.published_id else "proposed" if report.proposed_at else "draft"
    return str(dict(STATES)[state])


def _in_state(rows: Any, state: str) -> Any:
    if state == "published":
        return rows.filter(published__isnull=False)
    return rows.filter(published=None, proposed_at__isnull=state == "draft")


def _crumbs(community: Community, report: Report | None = None, here: str = "") -> list[dict[str, str]]:
    way = [
        {"label": _("Public site"), "url": reverse("public_site", args=[community.slug])},
        {"label": _("Interim reports"), "url": reverse("reports", args=[community.slug])},
    ]
    if report and here:
        way.append({"label": report.title, "url": report.get_absolute_url()})
    return [*way, {"label": here or (report.title if report else ""), "url": ""}]


@login_required
def new_report(request: MemberRequest, slug: str) -> HttpResponse:
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    if not can_write_report(request.user, community):
        raise PermissionDenied
    form = NewReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        report = begin_report(community, by=request.user, **form.cleaned_data)
        messages.success(request, _("The report is begun, with words that ask for the usual figures: make them yours."))
        return redirect("edit_report", report.pk)
    context = {"community": community, "form": form, "crumbs": _crumbs(community, here=_("New report"))}
    return render(request, "publishing/report_new.html", context, status=422 if form.errors else 200)


def _written(request: MemberRequest, pk: UUID) -> Report:
    """A report, for who may write it."""
    mine = Report.objects.readable_by(request.user).select_related("community", "published", "by")
    report = get_object_or_404(mine, pk=pk)
    if not can_write_report(request.user, report.community):
        raise PermissionDenied
    return report


@login_required
def edit_report(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The words, and beside them the figures that can be put in, as they are now; “see it first” and moving save nothing."""
    report = _written(request, pk)
    counted = figures(scope_of(report))
    form = ReportForm(request.POST or None, report, {one.key for one in counted})
    shown = None
    if request.method == "POST" and form.is_valid() and "swap" not in request.POST:
        facts = {name: form.cleaned_data[name] for name in form.Meta.fields}
        if "preview" not in request.POST:
            change_report(report, by=request.user, sections=form.sections, **facts)
            messages.success(request, _("The report was saved."))
            return redirect(report)
        now = figures(Scope(report.community, facts["starts_on"], facts["ends_on"]))
        told = live(now, is_team=True)
        shown = {"title": facts["title"], "parts": parts(form.sections, told)}
    context = {
        "community": report.community,
        "report": report,
        "form": form,
        "figures": counted,
        "shown": shown,
        "crumbs": _crumbs(report.community, report, _("Write")),
    }
    return render(request, "publishing/report_edit.html", context, status=422 if form.errors else 200)


@login_required
def report(request: MemberRequest, pk: UUID) -> HttpResponse:
    """For the team, the draft with its figures of now, and what becomes of it; the other members are led to what is
    published."""
    mine = Report.objects.readable_by(request.user).select_related("community", "published")
    report = get_object_or_404(mine, pk=pk)
    if not can_write_report(request.user, report.community):
        if request.method == "POST":
            raise PermissionDenied
        assert report.published
        return redirect(report.published)
    if request.method == "POST":
        do = {"publish": _publish, "propose": _propose, "withdraw": _withdraw, "remove": _remove}.get(
            request.POST.get("do", "")
        )
        return (do(request, report) if do else None) or redirect(report)
    counted = figures(scope_of(report))
    told = live(counted, is_team=True)
    may_publish = can_publish_report(request.user, report.community)
    editions = list(report.editions.select_related("by"))
    context = {
        "community": report.community,
        "report": report,
        "parts": parts(report.sections, told),
        "figures": [told[key] for key in asked_for(report.sections) if key in told],
        "wrong": wrong_words(report.sections, {one.key: one for one in counted}),
        "names_said": names_said_in(report),
        "editions": editions,
        "taken_back": editions[0] if editions and editions[0].taken_back_at else None,
        "may_publish": may_publish,
        "crumbs": _crumbs(report.community, report),
    }
    return render(request, "publishing/report.html", context)


def _publish(request: MemberRequest, report: Report) -> HttpResponse | None:
    if not can_publish_report(request.user, report.community):
        raise PermissionDenied
    try:
        edition = publish_report(report, by=request.user, names_may_be_public="anyway" in request.POST)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return None
    messages.success(request, _("The report is published, with its figures of now; the public site is being written."))
    _write_site(request, report)
    return redirect(edition)


def _propose(request: MemberRequest, report: Report) -> HttpResponse | None:
    propose_report(report, by=request.user)
    messages.success(request, _("Those who coordinate find it on their page: they read it and publish it."))
    return None


def _withdraw(request: MemberRequest, report: Report) -> HttpResponse | None:
    if not can_publish_report(request.user, report.community):
        raise PermissionDenied
    withdraw_report(report, by=request.user)
    messages.success(request, _("The report is taken back: the public site is being written without it."))
    _write_site(request, report)
    return None


def _remove(request: MemberRequest, report: Report) -> HttpResponse | None:
    slug = report.community.slug
    try:
        remove_report(report, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return None
    messages.success(request, _("The draft was removed."))
    return redirect("reports", slug)


def _write_site(request: MemberRequest, report: Report) -> None:
    jobs.start("publishing.write", report.community_id, community=report.community, by=request.user)


@login_required
def edition(request: MemberRequest, pk: UUID, number: int) -> HttpResponse:
    """One edition: its figures as they were frozen, beside those of today where they are others."""
    mine = Edition.objects.readable_by(request.user).select_related("report__published", "community", "by")
    edition = get_object_or_404(mine, report=pk, number=number)
    community, report = edition.community, edition.report
    is_team = is_of_the_team(request.user, community)
    told = frozen(edition.figures, figures(scope_of(edition)), is_team=is_team)
    context = {
        "community": community,
        "report": report,
        "edition": edition,
        "parts": parts(edition.sections, told),
        "figures": told.values(),
        "is_other_now": any(one.today is not None for one in told.values()),
        "is_current": report.published_id == edition.pk,
        "public_url": _public_url(edition) if report.published_id == edition.pk else "",
        "others": Edition.objects.readable_by(request.user).filter(report=report).exclude(pk=edition.pk),
        "is_team": is_team,
        "crumbs": _crumbs(community, report, _("Edition %(n)d") % {"n": edition.number}),
    }
    return render(request, "publishing/report_edition.html", context)


def _public_url(edition: Edition) -> str:
    """Where everybody reads it, once the house's own site was written with it."""
    said = manifest(own_folder(edition.community)) or {}
    pages = {one["version"]: one["page"] for one in said.get("reports", [])}
    page = pages.get(edition.sha256, "")
    return own_address(edition.community) + page.removesuffix("index.html") if page else ""
