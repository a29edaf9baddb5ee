"""Without an account: the page of a call, the form, and what a collective sees of its own application."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from recolte.accompaniment.actions.applications import apply as send
from recolte.accompaniment.actions.applications import complete, read_application_link, token_of, withdraw
from recolte.accompaniment.forms import ApplicationForm
from recolte.accompaniment.models import Call, Standing
from recolte.accompaniment.rules import can_complete, why_closed
from recolte.accompaniment.sentences import told
from recolte.ui.quietly import quietly


@quietly
def apply(request: HttpRequest, code: str) -> HttpResponse:
    """The call and its form; a call that is being prepared has no page yet."""
    call = get_object_or_404(Call.objects.select_related("community"), code=code)
    if call.standing == Standing.PREPARED:
        raise Http404
    form = ApplicationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            application = send(call, **form.facts)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            words = _(
                "Thank you: it has arrived. Keep the address of this page; a letter with it is on its way to you."
            )
            messages.success(request, words)
            return redirect("my_application", token_of(application))
    page = {
        "call": call,
        "community": call.community,
        "criteria": call.criteria.all(),
        "form": form,
        "closed": "" if form.errors else why_closed(call),
    }
    return render(request, "accompaniment/apply.html", page, status=422 if form.errors else 200)


@quietly
def my_application(request: HttpRequest, token: str) -> HttpResponse:
    """Where an application stands, for the collective; and where it is withdrawn."""
    application = read_application_link(token)
    if application is None:
        return render(request, "community/link_over.html", status=410)
    if request.method == "POST":
        if request.POST.get("do") != "withdraw":
            raise Http404
        withdraw(application)
        messages.success(request, _("Your application is withdrawn, and what you wrote is erased."))
        return redirect("my_application", token)
    page = {
        "application": application,
        "call": application.call,
        "community": application.community,
        "status": told(application.state),
        "choice": None if application.is_withdrawn else application.choices.first(),
        "can_complete": can_complete(application),
        "token": token,
    }
    return render(request, "accompaniment/my_application.html", page)


@quietly
def complete_application(request: HttpRequest, token: str) -> HttpResponse:
    application = read_application_link(token)
    if application is None:
        return render(request, "community/link_over.html", status=410)
    if not can_complete(application):
        return redirect("my_application", token)
    form = ApplicationForm(request.POST if request.method == "POST" else None, application)
    if request.method == "POST" and form.is_valid():
        try:
            complete(application, **form.facts)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Kept: those who read your application see it as it is now."))
            return redirect("my_application", token)
    page = {"application": application, "community": application.community, "form": form, "token": token}
    return render(request, "accompaniment/complete.html", page, status=422 if form.errors else 200)
