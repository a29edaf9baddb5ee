"""A gathering: planned, then the page of what came in for it, where one brings more and attests the agreement."""

from pathlib import Path
from uuid import UUID
from zlib import crc32

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import condition, require_POST
from django.views.decorators.vary import vary_on_headers

from recolte.community.models import Community, User
from recolte.engine.problems import Problem
from recolte.gatherings.actions import plan_gathering
from recolte.gatherings.crumbs import crumbs
from recolte.gatherings.forms import GatheringForm
from recolte.gatherings.models import Gathering
from recolte.gatherings.rules import can_change, can_plan
from recolte.gatherings.views.opened import readable
from recolte.jobs.models import Job
from recolte.sources.actions import agree, open_deposit, receive
from recolte.sources.board import board
from recolte.sources.forms import AgreementForm, DepositForm
from recolte.sources.lacking import lacking
from recolte.sources.models import Deposit, Refusal, Source
from recolte.sources.rules import can_agree, can_deposit
from recolte.sources.sentences import sentence
from recolte.sources.uploads import was_full
from recolte.ui.live import live_topic
from recolte.ui.requests import MemberRequest


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
            "may_bring": can_deposit(request.user, gathering) and not gathering.is_called_off,
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
