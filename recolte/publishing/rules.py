from recolte.community.models import Community, Reader, Role
from recolte.community.rules import role_in


def can_write_site(user: Reader, community: Community) -> bool:
    """Those who coordinate answer for what is public."""
    return role_in(community, user) == Role.COORDINATOR
