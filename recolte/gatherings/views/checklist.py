"""What is to be thought of before, during and after a gathering; and the letter of its evening."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recolte.gatherings.actions.checklist import add_to_checklist, begin_checklist, take_off_checklist, tick
from recolte.gatherings.actions.digest import HOUR, day_to_tell, draft, send_digest, tell_evenings, was_sent
from recolte.gatherings.checklist_forms import ChecklistForm, DigestForm
from recolte.gatherings.models import ChecklistItem
from recolte.gatherings.rules import why_no_evening
from recolte.gatherings.views.opened import around, readable
from recolte.ui.requests import MemberRequest


@login_required
def checklist(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The list, moment by moment. What is posted: `do=begin`, `add`, `tick` and `remove` of an `item`; or whether the letter
    of the evening goes out by itself (`by_itself`, `by_hand`).
    """
    gathering = readable(request, pk)
    page = around(request, gathering, _("To think of"))
    items = list(gathering.checklist.select_related("done_by"))
    do = request.POST.get("do", "")
    form = ChecklistForm(request.POST if do == "add" else None)
    if request.method == "POST":
        if not page["may_change"]:
            raise PermissionDenied
        chosen = next((item for item in items if str(item.pk) == request.POST.get("item")), None)
        if do == "begin":
            begin_checklist(gathering, by=request.user)
        elif do == "add" and form.is_valid():
            add_to_checklist(gathering, by=request.user, **form.cleaned_data)
        elif do == "tick" and chosen:
            tick(chosen, by=request.user)
        elif do == "remove" and chosen:
            take_off_checklist(chosen, by=request.user)
        elif do in ("by_itself", "by_hand"):
            tell_evenings(gathering, do == "by_itself", by=request.user)
            messages.success(request, _("Saved."))
        elif do != "add":
            raise Http404
        if not form.errors:
            return redirect("checklist", pk)
    moments = [(moment.label, [item for item in items if item.moment == moment]) for moment in ChecklistItem.Moment]
    page |= {
        "moments": [(label, those) for label, those in moments if those],
        "left": sum(item.done_at is None for item in items),
        "form": form,
        "hour": HOUR,
        "has_letter": not why_no_evening(gathering),
    }
    return render(request, "gatherings/checklist.html", page, status=422 if form.errors else 200)


@login_required
def digest(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The letter of the evening: drafted from what came in today, completed by hand, sent to all members."""
    gathering = readable(request, pk)
    page = around(request, gathering, _("Letter of the evening"))
    if not page["may_change"]:
        raise PermissionDenied
    why_not, day = why_no_evening(gathering), day_to_tell(gathering)
    body = {"body": draft(gathering, day, by=request.user)}
    form = DigestForm(request.POST if request.method == "POST" else None, initial=body)
    if request.method == "POST" and not why_not and form.is_valid():
        try:
            body_now, again = form.cleaned_data["body"], form.cleaned_data["again"]
            count = send_digest(gathering, body_now, by=request.user, again=again)
        except ValidationError as error:
            messages.warning(request, error.messages[0])
        else:
            said = ngettext("%(n)d letter is in the post.", "%(n)d letters are in the post.", count) % {"n": count}
            messages.success(request, said)
            return redirect("checklist", pk)
    page["crumbs"].insert(2, {"label": _("To think of"), "url": reverse("checklist", args=[pk])})
    page |= {"form": form, "day": day, "was_sent": was_sent(gathering, day), "why_not": why_not}
    return render(request, "gatherings/digest.html", page, status=422 if request.method == "POST" else 200)
