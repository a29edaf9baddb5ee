from recolte.community.models import Community, Reader
from recolte.community.rules import is_member


def can_plan(user: Reader, community: Community) -> bool:
    """Every member may add a gathering: what was lived should not wait for somebody's rights."""
    return is_member(user, community)
