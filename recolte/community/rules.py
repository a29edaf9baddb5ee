"""Who may, in a community."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Exists

from recolte.community.models import CONTRIBUTORS, Community, Membership, Reader, Role, User

TEAM = (Role.COORDINATOR, Role.RESEARCHER)
READS_ONLY = (Role.FUNDER, Role.OBSERVER)


def role_in(community: Community, user: Reader) -> Role | None:
    if not isinstance(user, User):
        return None
    role = Membership.objects.filter(community=community, user=user).values_list("role", flat=True).first()
    return Role(role) if role else None


def is_member(user: Reader, community: Community) -> bool:
    return role_in(community, user) is not None


def is_of_the_team(user: Reader, community: Community) -> bool:
    """Who works on what was brought back: those who coordinate and those who research."""
    return role_in(community, user) in TEAM


def can_contribute(user: Reader, community: Community) -> bool:
    """Who plans, brings, codes and writes, beside reading."""
    return role_in(community, user) in CONTRIBUTORS


def can_say_who(user: Reader, community: Community) -> bool:
    """Note where somebody belongs: structures, functions, circles."""
    return is_of_the_team(user, community)


def can_invite(user: Reader, community: Community) -> bool:
    return role_in(community, user) == Role.COORDINATOR


def can_describe(user: Reader, community: Community) -> bool:
    """Who adds and changes structures and what ties them, and brings lists of them in."""
    return is_of_the_team(user, community)


def can_give_roles(user: Reader, community: Community) -> bool:
    return role_in(community, user) == Role.COORDINATOR


def has_second_step(user: User) -> bool:
    """A passkey or an authenticator (recovery codes alone are none)."""
    return bool(_second_steps(user).exists())


def lacks_second_step(user: User) -> bool:
    """Who coordinates somewhere, with nothing but the code by e-mail."""
    coordinates = Membership.objects.filter(user=user, role=Role.COORDINATOR)
    return coordinates.filter(~Exists(_second_steps(user))).exists()


def _second_steps(user: User) -> Any:
    return Authenticator.objects.filter(
        user_id=user.pk, type__in=[Authenticator.Type.WEBAUTHN, Authenticator.Type.TOTP]
    )


def can_open_again(user: Reader, community: Community) -> bool:
    """Who lets a member try again, after too many wrong codes."""
    return role_in(community, user) == Role.COORDINATOR
