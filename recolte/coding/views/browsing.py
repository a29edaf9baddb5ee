"""The codes of a community, what each holds, and each passage on a page of its own."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from recolte.coding.actions import accept_drift, make_code, read_back, say_whose
from recolte.coding.browsing_forms import CodeForm, WhoseForm
from recolte.coding.chips import chips
from recolte.coding.models import Code, Coding, Excerpt, Facet
from recolte.coding.passages import Passage
from recolte.coding.rules import can_edit_code, can_read_back, can_strike_for, can_take_strike_back
from recolte.community.models import Community
from recolte.community.people import find_or_make_person
from recolte.community.rules import is_of_the_team
from recolte.gatherings.crumbs import crumbs
from recolte.journal.actions import record
from recolte.programme.reports import axis_filter
from recolte.sources.models import Source
from recolte.sources.rules import works_on
from recolte.transcripts.rules import can_correct
from recolte.ui.listing import Column, Filter, Listing, days_asked, within
from recolte.ui.requests import MemberRequest

PER_PAGE = 30
EXCERPTS = ("source__gathering", "source__deposit", "person", "transcript")
STRUCK = ("struck_by", "struck_noted_by")


@login_required
def codes(request: MemberRequest, slug: str) -> HttpResponse:
    """The community's words for what is said, facet by facet, with how many passages each holds."""
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    form = CodeForm(community, request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = make_code(community, form.cleaned_data["name"], facet=form.cleaned_data["facet"], by=request.user)
        if form.cleaned_data["definition"] and not code.definition:
            code.definition = form.cleaned_data["definition"]
            code.save(update_fields=["definition"])
        return redirect("codes", slug)
    every, is_narrowed = _counted(request, community)
    groups = [(str(facet.label), [code for code in every if code.facet == facet]) for facet in Facet]
    return render(
        request,
        "coding/codes.html",
        {
            "community": community,
            "groups": [(title, members) for title, members in groups if members],
            "form": form,
            "is_narrowed": is_narrowed,
        },
    )


def _counted(request: MemberRequest, community: Community) -> tuple[QuerySet[Code], bool]:
    """The codes with how many passages each `held`; where the address asks for those used (`?used=yes`, with `from`, `to`
    and `axis` as in lists), these alone.
    """
    every = Code.objects.filter(community=community)
    if request.GET.get("used") != "yes":
        readable = Q(codings__excerpt__source__in=Source.objects.readable_by(request.user))
        return every.annotate(held=Count("codings", filter=readable)), False
    those = Coding.objects.readable_by(request.user).standing()
    those = those.filter(within("at__date", *days_asked(request)))
    by_axis = axis_filter(community, "excerpt__source__gathering__axis")
    if keys := by_axis.keys(request.GET.get("axis", "")):
        those = by_axis.narrow(those, keys)
    return every.annotate(held=Count("codings", filter=Q(codings__in=those))).filter(held__gt=0), True


@login_required
def codings(request: MemberRequest, slug: str) -> HttpResponse:
    """Each code that was put on words: on which, by whom, when. The words stand on the page of the passage."""
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    facts = ("code", "excerpt__source__gathering", "by")
    listing = Listing(
        request,
        _("What was marked"),
        Coding.objects.readable_by(request.user)
        .standing()
        .filter(community=community)
        .select_related(*facts)
        .order_by("-at", "-id"),
        [
            Column(
                "code",
                _("Code"),
                lambda one: one.code.name,
                ["code__name"],
                url=lambda one: one.code.get_absolute_url(),
            ),
            Column("facet", _("Facet"), lambda one: one.code.get_facet_display(), ["code__facet"]),
            Column(
                "passage",
                pgettext("of a text", "Passage"),
                lambda one: one.excerpt.source.name,
                ["excerpt__source__name"],
                url=lambda one: one.excerpt.get_absolute_url(),
            ),
            Column(
                "gathering",
                _("Gathering"),
                lambda one: one.excerpt.source.gathering.name,
                ["excerpt__source__gathering__name"],
                url=lambda one: one.excerpt.source.gathering.get_absolute_url(),
            ),
            Column("by", _("By"), lambda one: str(one.by or ""), ["by__name"]),
            Column("at", _("On"), lambda one: timezone.localdate(one.at), ["at"]),
        ],
        filters=[
            Filter("facet", _("Facet"), Facet.choices, lambda rows, chosen: rows.filter(code__facet=chosen)),
            axis_filter(community, "excerpt__source__gathering__axis"),
        ],
        search=lambda rows, words: rows.filter(
            Q(code__name__icontains=words) | Q(excerpt__source__gathering__name__icontains=words)
        ),
        days=lambda rows, since, until: rows.filter(within("at__date", since, until)),
    )
    context = {
        "community": community,
        "listing": listing,
        "lead": _("Every code that somebody put on a passage that you may read, the latest first."),
        "empty": _("Nothing is marked yet: open a recording or a note, select words, and give them a code."),
        "crumbs": [{"label": _("Codes"), "url": reverse("codes", args=[slug])}, {"label": listing.title, "url": ""}],
    }
    return listing.taken_away() or render(request, "ui/list_page.html", context)


@login_required
def code(request: MemberRequest, pk: UUID) -> HttpResponse:
    """What was said under one code; those who work on it give it another name, facet or meaning."""
    code = get_object_or_404(Code.objects.readable_by(request.user).select_related("community"), pk=pk)
    may_edit = can_edit_code(request.user, code)
    form = CodeForm(code.community, request.POST or None, instance=code) if may_edit else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid():
            form.save()
            record("code.changed", code, by=request.user)
            return redirect(code)
        code.refresh_from_db()
    held = Excerpt.objects.readable_by(request.user).filter(codings__code=code).select_related(*EXCERPTS)
    page = Paginator(held, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "coding/code.html",
        {
            "community": code.community,
            "crumbs": [
                {"label": _("Codes"), "url": redirect("codes", code.community.slug).url},
                {"label": code.name, "url": ""},
            ],
            "code": code,
            "form": form,
            "page_obj": page,
            "chips": chips(page.object_list, reader=request.user, community=code.community),
        },
    )


@login_required
def excerpt(request: MemberRequest, pk: UUID) -> HttpResponse:
    """One passage: its words, who speaks, its codes, who found it right."""
    excerpt = get_object_or_404(Excerpt.objects.readable_by(request.user).select_related(*EXCERPTS, *STRUCK), pk=pk)
    gathering = excerpt.source.gathering
    ((passage, chip),) = chips([excerpt], reader=request.user, community=gathering.community)
    return render(
        request,
        "coding/excerpt.html",
        {
            "community": gathering.community,
            "gathering": gathering,
            "crumbs": [
                *crumbs(excerpt.source.name, gathering)[:-1],
                {"label": excerpt.source.name, "url": excerpt.source.get_absolute_url()},
                {"label": pgettext("of a text", "Passage"), "url": ""},
            ],
            "excerpt": excerpt,
            "passage": passage,
            "chip": chip,
            "codings": excerpt.codings.select_related("code", "by"),
            "whose": WhoseForm(gathering.community) if _may_say_whose(request, excerpt) else None,
            "now": _words_there(passage) if excerpt.is_drifted and can_correct(request.user, excerpt.source) else "",
            "is_team": is_of_the_team(request.user, gathering.community),
            "may_read_back": passage.is_note and can_read_back(request.user, excerpt),
            "sees_struck": works_on(request.user, excerpt.source),
            "may_strike": excerpt.struck_at is None and can_strike_for(request.user, excerpt.source),
            "may_take_strike_back": can_take_strike_back(request.user, excerpt),
        },
    )


def _words_there(passage: Passage) -> str:
    """What stands now where a drifted passage had its words."""
    return "\n".join(line.text for line in passage.lines if line.text).strip()


@login_required
@require_POST
def confirm_words(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Put a drifted passage on the words that stand there now."""
    drifted = Excerpt.objects.readable_by(request.user).filter(is_drifted=True, transcript__isnull=False)
    excerpt = get_object_or_404(drifted.select_related(*EXCERPTS), pk=pk)
    if not can_correct(request.user, excerpt.source):
        raise PermissionDenied
    try:
        accept_drift(excerpt, excerpt.start or 0, excerpt.end or 0, by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect(excerpt)


def _may_say_whose(request: MemberRequest, excerpt: Excerpt) -> bool:
    """Where turns do not say it: those who work on it, and who made the excerpt."""
    apart = excerpt.transcript_id is None
    return apart and (excerpt.by == request.user or is_of_the_team(request.user, excerpt.source.gathering.community))


@login_required
@require_POST
def attribute(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Say whose words a passage holds."""
    excerpt = get_object_or_404(Excerpt.objects.readable_by(request.user).select_related(*EXCERPTS), pk=pk)
    if not _may_say_whose(request, excerpt):
        raise PermissionDenied
    community = excerpt.source.gathering.community
    form = WhoseForm(community, request.POST)
    if form.is_valid():
        try:
            facts = form.cleaned_data
            person = facts["person"] or find_or_make_person(
                community, name=facts["name"], role=facts["role"], by=request.user
            )
            say_whose(excerpt, person, by=request.user)
        except ValidationError as error:
            messages.error(request, error.messages[0])
    return redirect(excerpt)


@login_required
@require_POST
def confirm_note(request: MemberRequest, pk: UUID) -> HttpResponse:
    """I was there, and this is what was said."""
    excerpt = get_object_or_404(Excerpt.objects.readable_by(request.user).select_related(*EXCERPTS), pk=pk)
    if not can_read_back(request.user, excerpt):
        raise PermissionDenied
    if request.POST.get("present"):
        read_back(excerpt, by=request.user)
        messages.success(request, _("Noted: you were there, and found this note right."))
    else:
        messages.error(request, _("Only somebody who was there can read a note back: tick that you were."))
    return redirect(excerpt)
