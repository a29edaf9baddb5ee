from allauth.account.utils import perform_login
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from recolte.community.actions import accept_invitation, read_invitation, read_sign_in_link
from recolte.community.forms import AcceptForm
from recolte.community.letters import post_again
from recolte.community.models import Community, Letter, User
from recolte.community.rules import can_invite, has_second_step, lacks_second_step
from recolte.ui.listing import Column, Filter, Listing
from recolte.ui.requests import MemberRequest

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@login_required
def letters(request: MemberRequest, slug: str) -> HttpResponse:
    """The letters that were posted, for those who coordinate: what has gone, what waits, what could not be sent."""
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    if not can_invite(request.user, community):
        raise PermissionDenied
    if request.method == "POST":
        given_up = {str(one.pk): one for one in Letter.objects.filter(community=community, state=Letter.State.FAILED)}
        if (letter := given_up.get(request.POST.get("letter", ""))) is None:
            raise Http404
        post_again(letter, by=request.user)
        messages.success(request, _("The letter is in the post again."))
        return redirect("letters", slug)
    listing = Listing(
        request,
        _("Letters"),
        Letter.objects.filter(community=community).select_related("by"),
        [
            Column("written", _("Written"), lambda one: one.written_at, ["written_at"]),
            Column(
                "state", _("State"), lambda one: one.get_state_display(), ["state"], template="community/letter.html"
            ),
            Column("subject", _("Subject"), lambda one: one.subject, ["subject"]),
            Column("to", _("To"), lambda one: one.to, ["to"]),
            Column("by", _("By"), lambda one: str(one.by or "")),
            Column("sent", _("Sent"), lambda one: one.sent_at, ["sent_at"]),
        ],
        filters=[Filter("state", _("State"), Letter.State.choices, lambda rows, chosen: rows.filter(state=chosen))],
    )
    return listing.taken_away() or render(
        request, "community/letters.html", {"community": community, "listing": listing}
    )


@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind an invitation's link. Mail programs open links by themselves: only the button (POST) lets in."""
    invitation = read_invitation(token)
    if invitation is None:
        return render(request, "community/link_over.html", status=410)
    known = User.objects.filter(email=invitation.email).exclude(name="").first()
    form = AcceptForm(request.POST or None, initial={"name": known.name if known else ""})
    if request.method == "POST" and form.is_valid():
        user = accept_invitation(invitation, form.cleaned_data["name"])
        if user is None:
            return render(request, "community/link_over.html", status=410)
        response: HttpResponse = perform_login(request, user)  # who has a second step is asked for it
        return response
    return render(request, "community/invitation.html", {"invitation": invitation, "form": form})


@never_cache
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """A one-time link printed by the command line on the machine itself; confirmed by a button like any other.

    There is no second step: whoever can print it has the whole machine.
    """
    user = read_sign_in_link(token)
    if user is None:
        return render(request, "community/link_over.html", status=410)
    if request.method == "POST":
        login(request, user, backend=BACKEND)
        return redirect("home")
    return render(request, "community/sign_in_link.html", {"person": user})


@login_required
@require_safe
@never_cache
def my_connection(request: MemberRequest) -> HttpResponse:
    """« Ma connexion »: the passkeys, the authenticator and the recovery codes of who reads."""
    mine = Authenticator.objects.filter(user_id=request.user.pk).order_by("created_at", "pk")
    of = {kind: [one for one in mine if one.type == kind] for kind in Authenticator.Type}
    return render(
        request,
        "community/connection.html",
        {
            "passkeys": of[Authenticator.Type.WEBAUTHN],
            "authenticator": next(iter(of[Authenticator.Type.TOTP]), None),
            "codes_left": [len(one.wrap().get_unused_codes()) for one in of[Authenticator.Type.RECOVERY_CODES]],
            "has_second_step": has_second_step(request.user),
            "lacks": lacks_second_step(request.user),
            "must": settings.SECOND_STEP_FOR_COORDINATORS,
        },
    )
