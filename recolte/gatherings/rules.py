from recolte.community.models import Community, Reader
from recolte.community.rules import can_contribute


def can_plan(user: Reader, community: Community) -> bool:
    """Whoever contributes may add a gathering: what was lived should not wait for somebody's rights."""
    return can_contribute(user, community)
