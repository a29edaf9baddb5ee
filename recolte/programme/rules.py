"""Who may: every member reads the programme; those who coordinate and research write it, and alone read the money."""

from recolte.community.models import Community, Reader
from recolte.community.rules import is_of_the_team


def can_change_programme(user: Reader, community: Community) -> bool:
    return is_of_the_team(user, community)


def can_read_funding(user: Reader, community: Community) -> bool:
    """What funders give, and what was signed with them: figures that are still talked about stay with the team."""
    return is_of_the_team(user, community)
