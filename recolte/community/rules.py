"""Who may, in a community."""

from recolte.community.models import Community, Membership, Reader, Role, User

TEAM = (Role.COORDINATOR, Role.RESEARCHER)


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


def can_invite(user: Reader, community: Community) -> bool:
    return role_in(community, user) == Role.COORDINATOR


def can_describe(user: Reader, community: Community) -> bool:
    """Who adds and changes structures and what ties them, and brings lists of them in."""
    return is_of_the_team(user, community)
