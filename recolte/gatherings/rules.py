from recolte.community.models import Community, Reader, Role
from recolte.community.rules import is_member, role_in
from recolte.gatherings.models import Gathering, Task


def can_plan(user: Reader, community: Community) -> bool:
    """Every member may add a gathering: what was lived should not wait for somebody's rights."""
    return is_member(user, community)


def can_coordinate(user: Reader, community: Community) -> bool:
    return role_in(community, user) == Role.COORDINATOR


def can_prepare(user: Reader, gathering: Gathering) -> bool:
    """Write its agenda and decisions, lodge people, ask the hot questions: who planned it, and who coordinates."""
    role = role_in(gathering.community, user)
    return role == Role.COORDINATOR or (role is not None and gathering.by == user)


def can_finish(user: Reader, task: Task) -> bool:
    """Say that a task is done, or that it is not: whose it is, and who coordinates."""
    role = role_in(task.community, user)
    return role == Role.COORDINATOR or (role is not None and task.account_id == user.pk)
