from datetime import timedelta
from urllib.parse import urljoin

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from recolte.community.letters import post
from recolte.community.models import Community, Invitation, Membership, Role, User
from recolte.community.roles import begin_role
from recolte.journal.actions import record

INVITATION_LASTS = timedelta(days=30)
SIGN_IN_LINK_LASTS = timedelta(hours=2)


def site_address(path: str) -> str:
    """The whole address of a page, for letters and for the command line."""
    return urljoin(settings.SITE_URL + "/", path.lstrip("/"))


@transaction.atomic
def found_community(name: str, *, by: User | None) -> Community:
    """Create a community; the one who founds it coordinates it."""
    community = Community.objects.create(name=name.strip(), time_zone=settings.TIME_ZONE)
    record("community.founded", community, by=by)
    if by:
        join(community, by, Role.COORDINATOR, by=by)
    return community


@transaction.atomic
def join(community: Community, user: User, role: Role, *, by: User | None) -> Membership:
    membership, created = Membership.objects.get_or_create(community=community, user=user, defaults={"role": role})
    if created:
        begin_role(membership)
        record("membership.began", membership, by=by, user=str(user.pk), role=role)
    return membership


@transaction.atomic
def invite(community: Community, email: str, role: Role, *, by: User) -> Invitation:
    """Send a letter with a link that lets `email` in. Inviting again sends a new letter; the old link stops working."""
    email = email.strip().lower()
    if Membership.objects.filter(community=community, user__email=email).exists():
        raise ValidationError(_("This person is already a member of the community: there is nothing to send."))
    Invitation.objects.filter(community=community, email=email, accepted_at=None).delete()
    invitation = Invitation.objects.create(community=community, email=email, role=role, by=by)
    record("invitation.sent", invitation, by=by)
    words = {"invitation": invitation, "link": invitation_link(invitation), "by": by}
    post(
        community,
        email,
        _("%(name)s invites you to %(community)s") % {"name": by, "community": community},
        render_to_string("community/invitation.txt", words),
        about=invitation,
        by=by,
    )
    return invitation


def invitation_link(invitation: Invitation) -> str:
    token = signing.dumps(str(invitation.pk), salt="invitation")
    return site_address(reverse("invitation", args=[token]))


def read_invitation(token: str) -> Invitation | None:
    """The invitation behind a link, or None when the link is wrong, too old, replaced or already used."""
    try:
        key = signing.loads(token, salt="invitation", max_age=INVITATION_LASTS)
    except signing.BadSignature:
        return None
    return Invitation.objects.filter(pk=key, accepted_at=None).select_related("community", "by").first()


@transaction.atomic
def accept_invitation(invitation: Invitation, name: str) -> User | None:
    """Let the invited person in; None when somebody else used the link in the meantime."""
    taken = Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(accepted_at=timezone.now())
    if not taken:
        return None
    user = User.objects.filter(email=invitation.email).first() or User.objects.create_user(invitation.email)
    user.name = name.strip()
    user.save(update_fields=["name"])
    join(invitation.community, user, Role(invitation.role), by=invitation.by)
    record("invitation.accepted", invitation, by=user)
    return user


def sign_in_link(user: User) -> str:
    """A link that signs `user` in once: it stops working with the next sign-in, and after two hours."""
    token = signing.dumps([str(user.pk), _sign_ins(user)], salt="sign-in")
    return site_address(reverse("sign_in_link", args=[token]))


def read_sign_in_link(token: str) -> User | None:
    try:
        key, sign_ins = signing.loads(token, salt="sign-in", max_age=SIGN_IN_LINK_LASTS)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=key, is_active=True).first()
    return user if user and _sign_ins(user) == sign_ins else None


def _sign_ins(user: User) -> str:
    return user.last_login.isoformat() if user.last_login else ""
