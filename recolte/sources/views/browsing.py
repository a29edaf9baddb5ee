"""One's own page, and what there is: all the gatherings, and all that was brought back to a community."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recolte.community.models import Community, Reader
from recolte.gatherings.crumbs import crumbs
from recolte.gatherings.models import FIRST_DAY, UNDATED, Attendance, Gathering, GatheringQuerySet, turnouts
from recolte.gatherings.models import Kind as GatheringKind
from recolte.programme.models import Axis
from recolte.programme.reports import axis_filter
from recolte.sources.board import rows
from recolte.sources.models import NOTE, Kind, Source, State
from recolte.ui.context import awaiting
from recolte.ui.durations import clock
from recolte.ui.listing import Column, Filter, Listing, within
from recolte.ui.requests import MemberRequest

KINDS = [
    (Kind.RECORDING.value, Kind.RECORDING.label),
    (Kind.TRANSCRIPT.value, Kind.TRANSCRIPT.label),
    (NOTE, gettext_lazy("note")),
    (Kind.DOCUMENT.value, gettext_lazy("document")),
    (Kind.PHOTO.value, Kind.PHOTO.label),
]
AGREED = [("yes", gettext_lazy("attested")), ("no", gettext_lazy("to be attested"))]
HELD = [
    ("held", gettext_lazy("held")),
    ("ahead", gettext_lazy("to come")),
    ("option", gettext_lazy("under study")),
]


def home(request: HttpRequest) -> HttpResponse:
    """« Ma page »: the gatherings of my communities, and what waits for me there."""
    if not request.user.is_authenticated:
        return render(request, "sources/welcome.html")
    communities = Community.objects.readable_by(request.user)
    mine = Source.objects.readable_by(request.user).filter(deposit__by=request.user)
    return render(
        request,
        "sources/home.html",
        {
            "communities": communities,
            "plannable": Community.objects.contributed_to_by(request.user),
            "gatherings": _next_first(_gatherings(request.user))[:6],
            "awaiting": awaiting(request),
            "unagreed": Gathering.objects.filter(sources__in=mine.filter(attestation=None)).distinct(),
            "unread": mine.filter(state__in=[State.UNREADABLE, State.DAMAGED]).select_related("gathering")[:10],
            "recent": rows(
                mine.select_related("gathering", "deposit__by", "deposit__person").order_by("-id")[:6], request.user
            ),
        },
    )


def _next_first(those: GatheringQuerySet) -> GatheringQuerySet:
    """What is to come, the next at the top; then what was, the last at the top; then what has no day. Nothing called off."""
    today = timezone.localdate()
    ahead = Q(starts_on__gte=today) | Q(ends_on__gte=today) | Q(starts_on=None, months_to__gte=today)
    place = Case(When(ahead, then=0), When(UNDATED, then=2), default=1)
    coming = Case(When(ahead, then=FIRST_DAY))
    return those.filter(called_off_at=None).order_by(place, coming, FIRST_DAY.desc(), "-created_at")


@login_required
def gatherings(request: MemberRequest) -> HttpResponse:
    """All the gatherings of my communities, and how many people came to them over time."""
    communities = list(Community.objects.readable_by(request.user))
    listing = _list_of_gatherings(request, communities)
    return listing.taken_away() or render(
        request,
        "sources/gatherings.html",
        {
            "communities": communities,
            "plannable": Community.objects.contributed_to_by(request.user),
            "gatherings": not listing.is_empty,
            "listing": listing,
            "turnouts": turnouts(communities),
        },
    )


def _list_of_gatherings(request: MemberRequest, communities: list[Community]) -> Listing:
    present = _how_many(Attendance.objects.filter(gathering=OuterRef("pk")).order_by())
    mine = Gathering.objects.readable_by(request.user)
    firsts = mine.annotate(first_day=FIRST_DAY).exclude(first_day=None).dates("first_day", "year", order="DESC")
    years = [(str(day.year), str(day.year)) for day in firsts]
    axes = [(str(one.pk), str(one)) for one in Axis.objects.readable_by(request.user).order_by("programme", "number")]
    today = timezone.localdate()
    several = [Column("community", _("Community"), lambda one: str(one.community), ["community__name"])]
    of = Filter(
        "community",
        _("Community"),
        [(one.slug, one.name) for one in communities],
        lambda rows, chosen: rows.filter(community__slug=chosen),
    )
    return Listing(
        request,
        _("Gatherings"),
        _gatherings(request.user).annotate(present=present, first_day=FIRST_DAY),
        [
            Column("name", _("Name"), lambda one: one.name, ["name"], url=lambda one: one.get_absolute_url()),
            Column(
                "state",
                _("State"),
                lambda one: _("called off") if one.is_called_off else _("under study") if one.is_option else "",
                ["called_off_at", "is_option"],
                template="gatherings/listed_state.html",
            ),
            Column("kind", _("Kind"), lambda one: one.get_kind_display(), ["kind"]),
            Column("axis", _("Axis"), lambda one: str(one.axis or ""), ["axis__number"]),
            Column("from", _("From"), lambda one: one.starts_on or one.months, ["first_day"]),
            Column("to", _("To"), lambda one: one.ends_on, ["ends_on"]),
            Column("place", _("Place"), lambda one: one.where, ["place"]),
            *(several if len(communities) > 1 else []),
            Column("brought", _("Brought back"), lambda one: one.brought, ["brought"], is_number=True),
            Column("present", _("People there"), lambda one: one.present, ["present"], is_number=True),
        ],
        filters=[
            Filter("kind", _("Kind"), GatheringKind.choices, lambda rows, chosen: rows.filter(kind=chosen)),
            Filter("state", _("State"), HELD, lambda rows, chosen: rows.standing(chosen, today)),
            Filter(
                "axis",
                _("Axis"),
                axes,
                lambda rows, chosen: rows.filter(axis=chosen),
                lambda rows, keys: rows.filter(axis__in=keys),
            ),
            *([of] if len(communities) > 1 else []),
            Filter("year", _("Year"), years, lambda rows, chosen: rows.filter(first_day__year=chosen)),
        ],
        search=lambda rows, words: rows.filter(Q(name__icontains=words) | Q(place__icontains=words)),
        days=lambda rows, since, until: rows.filter(within("starts_on", since, until)),
    )


@login_required
def sources(request: MemberRequest, slug: str) -> HttpResponse:
    """All that was brought back to a community and that this person may read, from every gathering."""
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    listing = Listing(
        request,
        _("All that was brought back"),
        Source.objects.readable_by(request.user)
        .filter(community=community)
        .select_related("gathering", "deposit__by", "deposit__person")
        .order_by(F("gathering__starts_on").desc(nulls_last=True), "name", "id"),
        [
            Column("name", _("Name"), lambda one: one.name, ["name"], url=lambda one: one.get_absolute_url()),
            Column("kind", _("Kind"), lambda one: one.get_kind_display(), ["kind"]),
            Column(
                "gathering",
                _("Gathering"),
                lambda one: one.gathering.name,
                ["gathering__name"],
                url=lambda one: one.gathering.get_absolute_url(),
            ),
            Column(
                "on", _("On"), lambda one: one.gathering.starts_on or one.gathering.months, ["gathering__starts_on"]
            ),
            Column(
                "length",
                _("Length"),
                lambda one: clock(one.duration_ms) if one.duration_ms else "",
                ["duration_ms"],
                is_number=True,
            ),
            Column("who", _("Brought by"), lambda one: one.deposit.who),
            Column("agreed", _("Agreement"), lambda one: _("attested") if one.is_agreed else _("to be attested")),
        ],
        filters=[
            Filter("kind", _("Kind"), KINDS, lambda rows, chosen: rows.of_kind(chosen)),
            Filter(
                "agreed",
                _("Agreement"),
                AGREED,
                lambda rows, chosen: rows.agreed() if chosen == "yes" else rows.filter(attestation=None),
            ),
            axis_filter(community, "gathering__axis"),
        ],
        search=lambda rows, words: rows.filter(Q(name__icontains=words) | Q(gathering__name__icontains=words)),
        days=lambda rows, since, until: rows.filter(within("gathering__starts_on", since, until)),
    )
    recorded = listing.rows.filter(kind=Kind.RECORDING).order_by().aggregate(ms=Sum("duration_ms"))["ms"]
    context = {
        "community": community,
        "listing": listing,
        "lead": _(
            "What came back from the gatherings, as far as you may read it. The days are those of the gathering."
        ),
        "total": _("%(length)s of recordings in this list.") % {"length": clock(recorded)} if recorded else "",
        "empty": _(
            "Recordings, notes and photos stand here once they are brought: open a gathering, and bring them there."
        ),
        "crumbs": crumbs(listing.title),
    }
    return listing.taken_away() or render(request, "ui/list_page.html", context)


def _gatherings(reader: Reader) -> GatheringQuerySet:
    """The gatherings that `reader` may see, the latest first, with how many of its sources: `brought`."""
    sources = Source.objects.readable_by(reader).filter(gathering=OuterRef("pk")).order_by()
    return (
        Gathering.objects.readable_by(reader).select_related("community", "axis").annotate(brought=_how_many(sources))
    )


def _how_many(rows: QuerySet[Any]) -> Coalesce:
    """How many of the rows that belong to the gathering of the query around it."""
    return Coalesce(Subquery(rows.values("gathering").annotate(n=Count("pk", distinct=True)).values("n")), 0)
