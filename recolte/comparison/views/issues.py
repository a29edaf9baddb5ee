"""Cross-cutting issues: the list, one of them with what bears it, and what became of it."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from recolte.coding.browsing_forms import StanceForm
from recolte.coding.chips import chips
from recolte.coding.choosing import choosable, choosing, tie_ticked
from recolte.coding.models import Code, Excerpt, Stance
from recolte.community.models import Community
from recolte.comparison.actions import (
    bear,
    bear_no_more,
    change_issue,
    give_opinion,
    raise_issue,
    remove_issue,
    take_back_opinion,
    take_to,
)
from recolte.comparison.forms import IssueForm, OpinionForm, UseInIssueForm
from recolte.comparison.models import Bearing, Issue, Opinion
from recolte.comparison.rules import can_give_opinion, can_remove, can_take_back, can_write_issues
from recolte.comparison.standing import EXCERPTS, Standing, standing, standings
from recolte.gatherings.linked import linked
from recolte.gatherings.models import Decision
from recolte.journal.models import Event
from recolte.programme.models import Axis
from recolte.ui.listing import Column, Filter, Listing
from recolte.ui.requests import MemberRequest

PER_PAGE = 30
STATES = {
    "crossing": gettext_lazy("cross-cutting"),
    "not_crossing": gettext_lazy("not cross-cutting yet"),
    "disputed": gettext_lazy("nuanced or contradicted"),
}


@login_required
def issues(request: MemberRequest, slug: str) -> HttpResponse:
    """The issues of a community, with how many structures and passages speak of each; each number leads to them."""
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    every = Issue.objects.filter(community=community).select_related("axis")
    held = standings(every, community=community, reader=request.user)
    structures = {one.pk: one for where in held.values() for one in where.organisations}
    listing = Listing(
        request,
        _("Cross-cutting issues"),
        every,
        [
            Column("title", _("Issue"), lambda one: one.title, ["title"], url=lambda one: one.get_absolute_url()),
            Column("state", _("State"), lambda one: _state(held[one.pk]), template="comparison/issue_state.html"),
            _number("structures", _("Structures"), lambda one: len(held[one.pk].organisations)),
            _number("voices", _("Voices"), lambda one: len(held[one.pk].voices), to="structures"),
            _number("supports", _("Support"), lambda one: held[one.pk].count(Stance.SUPPORTS)),
            _number("nuances", _("Nuance"), lambda one: held[one.pk].count(Stance.NUANCES)),
            _number("contradicts", _("Contradict"), lambda one: held[one.pk].count(Stance.CONTRADICTS)),
            _number("opinions", _("Opinions"), lambda one: len(held[one.pk].opinions), to="sides"),
            Column("axis", _("Axis"), lambda one: str(one.axis or ""), ["axis__number", "axis__title"]),
            Column("changed", _("Changed"), lambda one: one.changed_at.date(), ["changed_at"]),
            Column(
                "address",
                _("Where its words are"),
                lambda one: f"{settings.SITE_URL}{one.get_absolute_url()}",
                only_taken_away=True,
            ),
        ],
        filters=[
            Filter(
                "state",
                _("State"),
                list(STATES.items()),
                lambda rows, chosen: rows.filter(pk__in=[pk for pk, one in held.items() if _is(one, chosen)]),
            ),
            Filter(
                "structure",
                _("Structure"),
                [(str(pk), one.name) for pk, one in sorted(structures.items(), key=lambda pair: pair[1].name)],
                lambda rows, chosen: rows.filter(
                    pk__in=[pk for pk, one in held.items() if chosen in {str(o.pk) for o in one.organisations}]
                ),
            ),
            Filter(
                "code",
                _("Notion"),
                [(str(one.pk), one.name) for one in Code.objects.filter(issues__in=every).distinct()],
                lambda rows, chosen: rows.filter(codes=chosen),
            ),
            Filter(
                "axis",
                _("Axis"),
                [(str(one.pk), str(one)) for one in Axis.objects.filter(issues__in=every).distinct()],
                lambda rows, chosen: rows.filter(axis=chosen),
            ),
        ],
        search=lambda rows, words: rows.naming(words),
    )
    page = {"community": community, "listing": listing, "may_write": can_write_issues(request.user, community)}
    return listing.taken_away() or render(request, "comparison/issues.html", page)


def _number(key: str, label: str, value: Any, *, to: str = "") -> Column:
    """A number that leads to what it counts."""

    def address(one: Issue) -> str:
        return f"{one.get_absolute_url()}#{to or key}" if value(one) else ""

    return Column(key, label, value, is_number=True, url=address)


def _is(one: Standing, state: str) -> bool:
    return {
        "crossing": one.is_cross_cutting,
        "not_crossing": not one.is_cross_cutting,
        "disputed": one.is_disputed,
    }[state]


def _state(one: Standing) -> str:
    return str(STATES["crossing" if one.is_cross_cutting else "not_crossing"])


def _issue(request: MemberRequest, pk: UUID) -> Issue:
    found = Issue.objects.readable_by(request.user).select_related("community", "axis__community", "by")
    return get_object_or_404(found, pk=pk)


def _issue_to_write(request: MemberRequest, pk: UUID) -> Issue:
    issue = _issue(request, pk)
    if not can_write_issues(request.user, issue.community):
        raise PermissionDenied
    return issue


def _crumbs(community: Community, here: str, issue: Issue | None = None) -> list[dict[str, str]]:
    way = [{"label": _("Cross-cutting issues"), "url": reverse("issues", args=[community.slug])}]
    if issue:
        way.append({"label": issue.title, "url": issue.get_absolute_url()})
    return [*way, {"label": here, "url": ""}]


@login_required
def issue(request: MemberRequest, pk: UUID) -> HttpResponse:
    """An issue: the structures that meet it, what supports, nuances and contradicts it, what it calls for."""
    return _issue_page(request, _issue(request, pk), OpinionForm())


def _issue_page(request: MemberRequest, issue: Issue, form: OpinionForm) -> HttpResponse:
    address, where = issue.address, standing(issue, reader=request.user)
    decisions = Decision.objects.readable_by(request.user).filter(supports__kind="issue", supports__target=issue.pk)
    return render(
        request,
        "comparison/issue.html",
        {
            "community": issue.community,
            "crumbs": _crumbs(issue.community, issue.title),
            "issue": issue,
            "standing": where,
            "state": _state(where),
            "codes": issue.codes.all(),
            "dealt_with": linked(request.user, [address]).get(address) if address else None,
            "decisions": decisions,
            "may_write": can_write_issues(request.user, issue.community),
            "form": form if can_give_opinion(request.user, issue.community) else None,
        },
        status=422 if form.is_bound else 200,
    )


@login_required
def new_issue(request: MemberRequest, slug: str) -> HttpResponse:
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    if not can_write_issues(request.user, community):
        raise PermissionDenied
    form = IssueForm(community, request.POST or None)
    if request.method == "POST" and form.is_valid() and (made := _write(request, form, community)):
        return redirect(made)
    page = {"community": community, "crumbs": _crumbs(community, _("New issue")), "form": form}
    return render(request, "comparison/issue_form.html", page, status=422 if form.is_bound else 200)


@login_required
def edit_issue(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Other words, another axis, where it is dealt with; with `remove`, it goes, as long as nobody has answered to it."""
    issue = _issue_to_write(request, pk)
    if "remove" in request.POST:
        if not can_remove(request.user, issue):
            raise PermissionDenied
        remove_issue(issue, by=request.user)
        messages.success(request, _("The issue is removed. The passages that bore it stay where they are."))
        return redirect("issues", issue.community.slug)
    crumbs, address = _crumbs(issue.community, _("Change"), issue), issue.address
    dealt_with = linked(request.user, [address]).get(address) if address else None
    form = IssueForm(issue.community, request.POST or None, instance=issue, dealt_with=dealt_with)
    if request.method == "POST" and form.is_valid() and _write(request, form, issue.community, issue):
        return redirect(issue)
    page = {
        "community": issue.community,
        "crumbs": crumbs,
        "form": form,
        "issue": issue,
        "may_remove": can_remove(request.user, issue),
    }
    return render(request, "comparison/issue_form.html", page, status=422 if form.is_bound else 200)


def _write(request: MemberRequest, form: IssueForm, community: Community, issue: Issue | None = None) -> Issue | None:
    """Keep what the form says, all of it or nothing; None when where the issue is dealt with is to be corrected."""
    facts = dict(form.cleaned_data)
    address = facts.pop("address")
    try:
        with transaction.atomic():
            if issue is None:
                issue = raise_issue(community, by=request.user, **facts)
            else:
                change_issue(issue, by=request.user, **facts)
            take_to(issue, address, by=request.user)
    except ValidationError as error:
        form.add_error("address", error)
        return None
    return issue


@login_required
def issue_evidence(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Choose, among the passages that somebody marked, those that bear an issue, for it or against it."""
    issue = _issue_to_write(request, pk)
    community = issue.community
    if request.method == "POST":
        tie_ticked(request, community, lambda excerpt, stance: bear(issue, excerpt, stance=stance, by=request.user))
        return redirect(request.get_full_path())
    untied = choosable(request, community).exclude(bearings__issue=issue)
    return render(
        request,
        "comparison/issue_evidence.html",
        {
            "community": community,
            "crumbs": _crumbs(community, _("Words"), issue),
            "issue": issue,
            **choosing(request, community, untied, notions=issue.codes.all()),
        },
    )


@login_required
def use_in_issue(request: MemberRequest, pk: UUID) -> HttpResponse:
    """From a passage to the issue that it bears: one that is there, or a new one."""
    excerpts = Excerpt.objects.readable_by(request.user).filter(struck_at=None).select_related(*EXCERPTS)
    excerpt = get_object_or_404(excerpts, pk=pk)
    community = get_object_or_404(Community.objects.readable_by(request.user), pk=excerpt.community_id)
    if not can_write_issues(request.user, community):
        raise PermissionDenied
    form = UseInIssueForm(community, request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        issue = facts["issue"] or raise_issue(community, facts["title"], by=request.user)
        bear(issue, excerpt, stance=facts["stance"], by=request.user)
        return redirect(issue)
    ((_passage, shown),) = chips([excerpt], reader=request.user, community=community)
    page = {"community": community, "crumbs": _crumbs(community, _("Use a passage")), "chip": shown, "form": form}
    return render(request, "comparison/use_in_issue.html", page, status=422 if form.is_bound else 200)


@login_required
@require_POST
def issue_bearing(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Give a passage another stance, or take it off the issue."""
    bearings = Bearing.objects.filter(issue__in=Issue.objects.readable_by(request.user))
    bearing = get_object_or_404(bearings.select_related("issue__community", "excerpt"), pk=pk)
    if not can_write_issues(request.user, bearing.issue.community):
        raise PermissionDenied
    form = StanceForm(request.POST)
    if "remove" in request.POST:
        bear_no_more(bearing, by=request.user)
    elif form.is_valid():
        bear(bearing.issue, bearing.excerpt, stance=form.cleaned_data["stance"], by=request.user)
    return redirect(bearing.issue)


@login_required
@require_POST
def issue_opinion(request: MemberRequest, pk: UUID) -> HttpResponse:
    """What I think of an issue, under my name."""
    issue = _issue(request, pk)
    if not can_give_opinion(request.user, issue.community):
        raise PermissionDenied
    form = OpinionForm(request.POST)
    if not form.is_valid():
        return _issue_page(request, issue, form)
    opinion = give_opinion(issue, form.cleaned_data["stance"], form.cleaned_data["text"], by=request.user)
    return redirect(f"{issue.get_absolute_url()}#{opinion.stance}")


@login_required
@require_POST
def own_opinion(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take back what I said of an issue."""
    opinions = Opinion.objects.filter(issue__in=Issue.objects.readable_by(request.user))
    opinion = get_object_or_404(opinions.select_related("issue"), pk=pk)
    if not can_take_back(request.user, opinion):
        raise PermissionDenied
    take_back_opinion(opinion, by=request.user)
    messages.success(request, _("What you said is taken back: nobody reads it any more."))
    return redirect(opinion.issue)


HAPPENED = {
    "issue.raised": gettext_lazy("raised the issue"),
    "issue.changed": gettext_lazy("changed its words"),
    "issue.placed": gettext_lazy("changed its axis or its notions"),
    "issue.taken_to": gettext_lazy("said where it is dealt with"),
    "issue.loosened": gettext_lazy("took a passage off"),
    "issue.opinion_given": gettext_lazy("said what they think of it"),
    "issue.opinion_taken_back": gettext_lazy("took back what they had said"),
}
BORNE = {
    Stance.SUPPORTS: gettext_lazy("tied a passage that supports it"),
    Stance.NUANCES: gettext_lazy("tied a passage that nuances it"),
    Stance.CONTRADICTS: gettext_lazy("tied a passage that contradicts it"),
}


@login_required
def issue_history(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Who changed what of an issue, when, and what it said before."""
    issue = _issue(request, pk)
    events = Event.objects.filter(subject=Issue._meta.label_lower, subject_id=str(issue.pk)).select_related("by")
    page = Paginator(events.order_by("-id"), PER_PAGE).get_page(request.GET.get("page"))
    wordings = {str(one.pk): one for one in issue.wordings.all()}
    excerpts = [("excerpt", UUID(one.data["excerpt"])) for one in page if "excerpt" in one.data]
    shown = {str(target): one for (_kind, target), one in linked(request.user, excerpts).items()}
    happened = [
        {
            "event": one,
            "what": BORNE[Stance(one.data["stance"])]
            if one.verb == "issue.borne"
            else HAPPENED.get(one.verb, one.verb),
            "passage": shown.get(one.data.get("excerpt", "")),
            "former": wordings.get(one.data.get("wording", "")),
        }
        for one in page
    ]
    context = {
        "community": issue.community,
        "crumbs": _crumbs(issue.community, _("History"), issue),
        "issue": issue,
        "happened": happened,
        "page_obj": page,
    }
    return render(request, "comparison/issue_history.html", context)
