"""Without an account: the sheet at which guests leave things, and the page that their phones open."""

from pathlib import Path
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from recolte.engine.problems import Problem
from recolte.gatherings.views.opened import around, changeable
from recolte.sources.actions import close_door, deposit_link, leave, open_door, read_deposit_link
from recolte.sources.forms import DoorForm, LeaveForm
from recolte.sources.models import DepositDoor, Refusal, Source
from recolte.sources.rules import why_no_deposit
from recolte.sources.sentences import sentence
from recolte.sources.uploads import was_full
from recolte.ui import qr
from recolte.ui.quietly import quietly
from recolte.ui.requests import MemberRequest


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
        again = _("The address is open. Any sheet printed before no longer works.")
        messages.success(request, again if door else _("The address is open."))
        return redirect("deposit_door", pk)
    link = code = ""
    if door:
        door.gathering = gathering
        link = deposit_link(door)
        code = qr.svg(link)
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
            code=code,
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
