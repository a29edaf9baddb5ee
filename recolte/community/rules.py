"""Who may, in a community."""

from recolte.community.models import Community, Membership, Reader, Role, User


def role_in(community: Community, user: Reader) -> Role | None:
    if not isinstance(user, User):
        return None
    role = Membership.objects.filter(community=community, user=user).values_list("role", flat=True).first()
    return Role(role) if role else None


def is_member(user: Reader, community: Community) -> bool:
    return role_in(community, user) is not None


def can_invite(user: Reader, community: Community) -> bool:
    return role_in(community, user) == Role.COORDINATOR
