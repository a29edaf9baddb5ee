from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID
from zlib import crc32

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.paginator import Paginator
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import condition, require_POST
from django.views.decorators.vary import vary_on_headers

from recolte.community.models import Community, Reader, User
from recolte.engine.problems import Problem
from recolte.gatherings.actions import plan_gathering
from recolte.gatherings.crumbs import crumbs
from recolte.gatherings.forms import GatheringForm
from recolte.gatherings.models import Attendance, Gathering, GatheringQuerySet, turnouts
from recolte.gatherings.models import Kind as GatheringKind
from recolte.gatherings.rules import can_change, can_plan
from recolte.gatherings.views.opened import around, changeable, readable
from recolte.jobs import actions as jobs
from recolte.jobs.models import Job
from recolte.programme.models import Axis
from recolte.programme.reports import axis_filter
from recolte.sources.actions import (
    agree,
    close_door,
    deposit_link,
    leave,
    look_into,
    open_deposit,
    open_door,
    read_deposit_link,
    receive,
    tell_moment,
)
from recolte.sources.board import board, rows
from recolte.sources.forms import AgreementForm, DepositForm, DoorForm, LeaveForm
from recolte.sources.lacking import lacking
from recolte.sources.media import send
from recolte.sources.models import NOTE, Deposit, DepositDoor, Kind, Refusal, Source, State
from recolte.sources.photos import photos_of, shots
from recolte.sources.rules import can_agree, can_deposit, can_steer, can_tell_moment, why_no_deposit
from recolte.sources.sentences import sentence
from recolte.sources.uploads import was_full
from recolte.ui.context import awaiting
from recolte.ui.durations import clock
from recolte.ui.ids import is_uuid
from recolte.ui.listing import Column, Filter, Listing, within
from recolte.ui.live import live_topic
from recolte.ui.quietly import quietly
from recolte.ui.requests import MemberRequest

PHOTOS = 40  # of the journal, on a page
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
            "gatherings": _gatherings(request.user)[:6],
            "awaiting": awaiting(request),
            "unagreed": Gathering.objects.filter(sources__in=mine.filter(attestation=None)).distinct(),
            "unread": mine.filter(state__in=[State.UNREADABLE, State.DAMAGED]).select_related("gathering")[:10],
            "recent": rows(
                mine.select_related("gathering", "deposit__by", "deposit__person").order_by("-id")[:6], request.user
            ),
        },
    )


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
    years = [(str(day.year), str(day.year)) for day in mine.dates("starts_on", "year", order="DESC")]
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
        _gatherings(request.user).annotate(present=present),
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
            Column("from", _("From"), lambda one: one.starts_on, ["starts_on"]),
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
            Filter("year", _("Year"), years, lambda rows, chosen: rows.filter(starts_on__year=chosen)),
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
            Column("on", _("On"), lambda one: one.gathering.starts_on, ["gathering__starts_on"]),
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


@login_required
def plan(request: MemberRequest, slug: str) -> HttpResponse:
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    if not can_plan(request.user, community):
        raise PermissionDenied
    form = GatheringForm(community, request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect(plan_gathering(community, by=request.user, **form.cleaned_data))
    return render(
        request, "sources/plan.html", {"community": community, "form": form, "crumbs": crumbs(_("New gathering"))}
    )


def _board_version(request: HttpRequest, pk: UUID) -> str | None:
    """For the page's own polling: unchanged while no job of the gathering, and nothing that came in, has changed."""
    if not request.headers.get("HX-Request") or not request.user.is_authenticated:
        return None
    changed = Job.objects.filter(topic=pk).order_by("-changed_at").values_list("changed_at", flat=True).first()
    sources = Source.objects.filter(gathering=pk)
    facts = (request.user.pk, request.LANGUAGE_CODE, changed, sources.count(), sources.filter(attestation=None).count())
    return f'"{crc32(repr(facts).encode()):x}"'


@login_required
@vary_on_headers("HX-Request")
@condition(etag_func=_board_version)
def gathering(request: MemberRequest, pk: UUID) -> HttpResponse:
    """What came in for a gathering, and the form to bring more. htmx asks for the list alone, while work goes on."""
    return _gathering_page(request, readable(request, pk), DepositForm())


def _gathering_page(request: MemberRequest, gathering: Gathering, form: DepositForm, status: int = 200) -> HttpResponse:
    part = "#brought" if request.headers.get("HX-Request") else ""
    return render(
        request,
        "sources/gathering.html" + part,
        {
            "gathering": gathering,
            "community": gathering.community,
            "crumbs": crumbs(gathering.name),
            "board": board(gathering, request.user),
            "refusals": _refusals(request.user, gathering),
            "form": form,
            "may_bring": can_deposit(request.user, gathering),
            "agreement": AgreementForm(auto_id="agreement-%s"),
            "guests_agreement": AgreementForm(auto_id="guests-agreement-%s"),
            "live": live_topic(gathering.pk),
            "may_change": can_change(request.user, gathering),
            "lacking": lambda: lacking(gathering, request.user),
        },
        status=status,
    )


def _refusals(user: User, gathering: Gathering) -> QuerySet[Refusal]:
    """What could not come in of what I brought; and of what guests left, for who organises."""
    mine = Q(deposit__by=user)
    seen = mine | Q(deposit__by=None) if can_change(user, gathering) else mine
    return Refusal.objects.filter(seen, deposit__gathering=gathering)


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
def deposit(request: MemberRequest, pk: UUID) -> HttpResponse:
    gathering = readable(request, pk)
    if not can_deposit(request.user, gathering):
        raise PermissionDenied
    form = DepositForm(request.POST, request.FILES)
    if was_full(request):
        messages.error(request, sentence(Problem.DISK_FULL))
        return redirect(gathering)
    if not form.is_valid():
        return _gathering_page(request, gathering, form, status=422)
    try:
        opened = open_deposit(
            gathering,
            by=request.user,
            agreed=form.cleaned_data["statement"],
            language=form.cleaned_data["language"],
            resume=True,
        )
    except ValidationError as error:
        form.add_error("statement", error)
        return _gathering_page(request, gathering, form, status=422)
    known = set(Source.objects.filter(gathering=gathering).values_list("pk", flat=True))
    received = [_receive(opened, file) for file in form.cleaned_data["brought"]]
    came = sum(1 for one in received if isinstance(one, Source) and one.pk not in known)
    there = sum(1 for one in received if isinstance(one, Source) and one.pk in known)
    refused = sum(1 for one in received if isinstance(one, Refusal))
    if came:
        messages.success(request, ngettext("%(n)d file came in.", "%(n)d files came in.", came) % {"n": came})
    if there:
        messages.info(
            request,
            ngettext("%(n)d file was already here.", "%(n)d files were already here.", there) % {"n": there},
        )
    if refused:
        messages.warning(
            request,
            ngettext(
                "%(n)d file could not come in: see why below.", "%(n)d files could not come in: see why below.", refused
            )
            % {"n": refused},
        )
    return redirect(gathering)


def _receive(deposit: Deposit, file: TemporaryUploadedFile) -> Source | Refusal:
    return receive(deposit, Path(file.temporary_file_path()), file.name or "?")


@login_required
@require_POST
def agree_gathering(request: MemberRequest, pk: UUID, *, guests: bool = False) -> HttpResponse:
    """Attest the agreement for all that I brought to a gathering, or that guests left there, and that waits for it."""
    gathering = readable(request, pk)
    waiting = Source.objects.filter(gathering=gathering, attestation=None, deposit__by__isnull=guests)
    waiting = waiting.select_related("community", "gathering__community", "deposit__by")
    mine = [source for source in waiting if can_agree(request.user, source)]
    form = AgreementForm(request.POST)
    if form.is_valid():
        try:
            agreed = agree(mine, form.cleaned_data["statement"], by=request.user)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            if agreed:
                messages.success(request, _("Noted. The recordings are now being transcribed."))
    else:
        messages.error(request, _("Say who was informed, how and when: one sentence is enough."))
    return redirect(gathering)


@login_required
@require_POST
def steer(request: MemberRequest, pk: UUID, what: str) -> HttpResponse:
    """Cancel the work on a source, or start again what failed or was cancelled."""
    source = get_object_or_404(Source.objects.readable_by(request.user).select_related("deposit__by"), pk=pk)
    if not can_steer(request.user, source):
        raise PermissionDenied
    job = Job.objects.filter(subject=source.pk).order_by("-id").first()
    if what == "cancel" and job:
        jobs.cancel(job)
    elif what == "again" and job and not job.is_active:
        jobs.start(job.name, source.pk, community=source.community, by=request.user, topic=source.gathering_id)
    elif what == "again" and source.state == State.RECEIVED:
        look_into(source, by=request.user)
    return redirect("gathering", source.gathering_id)


def original(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The file as it was brought. A photo's original carries its place: only who brought it gets it."""
    source = get_object_or_404(Source.objects.readable_by(request.user).select_related("deposit"), pk=pk)
    if source.kind == "photo" and source.deposit.by != request.user:
        raise Http404
    return send(
        request,
        source.community_id,
        source.sha256,
        size=source.size,
        media_type=source.media_type,
        name=source.name,
    )


def rendition(request: HttpRequest, pk: UUID, role: str) -> HttpResponseBase:
    source = get_object_or_404(Source.objects.readable_by(request.user), pk=pk)
    made = get_object_or_404(source.renditions, role=role)
    stem = source.name.rsplit(".", 1)[0]
    return send(
        request,
        made.community_id,
        made.sha256,
        size=made.size,
        media_type=made.media_type,
        name=f"{stem}.{made.media_type.rsplit('/')[-1]}",
    )


# Without an account --------------------------------------------------------------------------------------------------


@login_required
def deposit_door(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The sheet with the QR code at which guests leave things; open its address, exchange it for another, close it."""
    gathering = changeable(request, pk)
    door = DepositDoor.objects.filter(gathering=gathering).first()
    form = DoorForm(request.POST or None, initial={"days": door.days} if door else None)
    if request.method == "POST" and door and "close" in request.POST:
        close_door(door, by=request.user)
        messages.success(request, _("Closed: the address no longer works. What was left stays."))
        return redirect("deposit_door", pk)
    if request.method == "POST" and form.is_valid():
        open_door(gathering, form.cleaned_data["days"], by=request.user)
        messages.success(request, _("The address is open. Any sheet printed before no longer works."))
        return redirect("deposit_door", pk)
    link = code = ""
    if door:
        door.gathering = gathering
        link = deposit_link(door)
        made = segno.make(link, error="m")
        code = made.svg_inline(scale=6, omitsize=True, border=2, light="#fff", svgclass="code-qr")
    return render(
        request,
        "sources/deposit_door.html",
        around(
            request,
            gathering,
            _("Collect without an account"),
            door=door,
            form=form,
            link=link,
            code=mark_safe(code),
            closed=why_no_deposit(door) if door else "",
        ),
    )


@quietly
def leave_here(request: HttpRequest, token: str) -> HttpResponse:
    """What a guest's phone opens: they leave a word, a photo, a recording, and read what becomes of it."""
    door = read_deposit_link(token)
    if door is None:
        return render(request, "gatherings/link_over.html", status=410)
    form, left = LeaveForm(request.POST, request.FILES) if request.method == "POST" else LeaveForm(), None
    if form.is_bound and was_full(request):
        form.full_clean()
        form.add_error(None, sentence(Problem.DISK_FULL))
    elif form.is_valid():
        said = form.cleaned_data
        files = [(Path(file.temporary_file_path()), file.name or "?") for file in form.given]
        try:
            left = leave(door, said["name"], said["structure"], said["words"], files, has_ticked=said["has_ticked"])
        except ValidationError as error:
            form.add_error(None, error)
    return render(
        request,
        "sources/leave.html",
        {
            "gathering": door.gathering,
            "community": door.gathering.community,
            "form": form,
            "came": [one for one in left or [] if isinstance(one, Source)],
            "refused": [one for one in left or [] if isinstance(one, Refusal)],
            "is_over": left is not None,
            "closed": "" if left is not None or form.errors else why_no_deposit(door),
        },
        status=422 if form.errors else 200,
    )
