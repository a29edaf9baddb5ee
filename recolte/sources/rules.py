from recolte.community.models import Reader, Role
from recolte.community.rules import can_contribute, is_member, role_in
from recolte.gatherings.models import Gathering
from recolte.sources.models import Source


def can_deposit(user: Reader, gathering: Gathering) -> bool:
    return can_contribute(user, gathering.community)


def can_agree(user: Reader, source: Source) -> bool:
    """Who brought it attests; nobody else knows who was informed."""
    return source.deposit.by == user and is_member(user, source.community)


def can_steer(user: Reader, source: Source) -> bool:
    """Cancel or start again the work on a source: who brought it, and who coordinates."""
    return source.deposit.by == user or role_in(source.community, user) == Role.COORDINATOR
