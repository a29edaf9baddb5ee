from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from recolte.community.actions import accept_invitation, invite, read_invitation, read_sign_in_link
from recolte.community.forms import AcceptForm, InvitationForm
from recolte.community.models import Community, Invitation, Role, User
from recolte.community.rules import can_invite
from recolte.ui.requests import MemberRequest

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@login_required
def people(request: MemberRequest, slug: str) -> HttpResponse:
    """Who is in the community, and, for those who coordinate, the letters that invite others."""
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    may_invite = can_invite(request.user, community)
    form = InvitationForm(request.POST or None)
    if request.method == "POST":
        if not may_invite:
            raise PermissionDenied
        if form.is_valid():
            try:
                invitation = invite(
                    community, form.cleaned_data["email"], Role(form.cleaned_data["role"]), by=request.user
                )
            except ValidationError as error:
                form.add_error("email", error)
            else:
                messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": invitation.email})
                return redirect("people", slug)
    return render(
        request,
        "community/people.html",
        {
            "community": community,
            "memberships": community.memberships.select_related("user").order_by("user__name", "user__email"),
            "pending": Invitation.objects.filter(community=community, accepted_at=None) if may_invite else [],
            "form": form if may_invite else None,
        },
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
        login(request, user, backend=BACKEND)
        return redirect("home")
    return render(request, "community/invitation.html", {"invitation": invitation, "form": form})


@never_cache
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """A one-time link printed by the command line on the machine itself; confirmed by a button like any other."""
    user = read_sign_in_link(token)
    if user is None:
        return render(request, "community/link_over.html", status=410)
    if request.method == "POST":
        login(request, user, backend=BACKEND)
        return redirect("home")
    return render(request, "community/sign_in_link.html", {"person": user})
