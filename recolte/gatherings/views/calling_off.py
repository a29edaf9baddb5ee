"""What was announced and does not take place: a whole gathering, or one invitation to it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from recolte.gatherings.actions import call_off, invite_again, take_up_gathering, withdraw_invitation
from recolte.gatherings.models import Gathering, Invitation
from recolte.gatherings.rules import why_not_called_off
from recolte.gatherings.views.opened import around, changeable
from recolte.gatherings.visit_forms import BecauseForm
from recolte.ui.requests import MemberRequest


@login_required
def call_off_gathering(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The gathering does not take place after all: why, and whom the house writes to."""
    gathering = changeable(request, pk)
    why_not = why_not_called_off(gathering)
    form = BecauseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not why_not and form.is_valid():
        try:
            told = call_off(gathering, form.cleaned_data["because"], by=request.user)
        except ValidationError as error:  # somebody else did it in the meantime
            messages.warning(request, error.messages[0])
        else:
            messages.success(request, _with_letters(_("Called off."), told))
        return redirect(gathering.landing)
    page = around(request, gathering, _("Call it off"), form=form, why_not=why_not)
    page["invited"] = gathering.invitations.standing().count()
    return render(request, "gatherings/call_off.html", page, status=422 if request.method == "POST" else 200)


@login_required
@require_POST
def take_up(request: MemberRequest, pk: UUID) -> HttpResponse:
    """It takes place after all."""
    gathering = changeable(request, pk)
    asked = take_up_gathering(gathering, by=request.user)
    messages.success(request, _with_letters(_("It takes place after all."), asked))
    return redirect(gathering.landing)


def _with_letters(said: str, n: int) -> str:
    letters = ngettext("%(n)d letter is in the post.", "%(n)d letters are in the post.", n) % {"n": n}
    return f"{said} {letters}" if n else said


@login_required
def invited(request: MemberRequest, pk: UUID) -> HttpResponse:
    """One invitation: withdraw it, or, once withdrawn, send it again (`do=again`)."""
    mine = Invitation.objects.filter(gathering__in=Gathering.objects.readable_by(request.user))
    invited = get_object_or_404(mine.select_related("person"), pk=pk)
    gathering = changeable(request, invited.gathering_id)
    form = BecauseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        try:
            if request.POST.get("do") == "again":
                invite_again(invited, by=request.user)
                messages.success(request, _("Invited again: the letter is in the post."))
                return redirect("invitations", gathering.pk)
            if form.is_valid():
                withdraw_invitation(invited, form.cleaned_data["because"], by=request.user)
                messages.success(request, _("The invitation is withdrawn."))
                return redirect("invitations", gathering.pk)
        except ValidationError as error:
            messages.error(request, error.messages[0])
    page = around(request, gathering, str(invited.person), form=form, invited=invited)
    return render(request, "gatherings/invited.html", page, status=422 if request.method == "POST" else 200)
