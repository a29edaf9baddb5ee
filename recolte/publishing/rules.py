from recolte.community.models import Community, Reader, Role
from recolte.community.rules import is_of_the_team, role_in


def can_write_site(user: Reader, community: Community) -> bool:
    """Those who coordinate answer for what is public."""
    return role_in(community, user) == Role.COORDINATOR


def can_write_report(user: Reader, community: Community) -> bool:
    return is_of_the_team(user, community)


def can_publish_report(user: Reader, community: Community) -> bool:
    """Who researches drafts, and cannot publish alone."""
    return role_in(community, user) == Role.COORDINATOR
