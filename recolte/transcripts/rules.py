from recolte.community.models import Community, Reader
from recolte.community.rules import is_member, is_of_the_team
from recolte.sources.models import Source


def can_correct(user: Reader, source: Source) -> bool:
    """Say who speaks, mark what was listened to, correct: those who work on it, and who brought it."""
    return is_of_the_team(user, source.community) or (source.deposit.by == user and is_member(user, source.community))


def can_see_the_glossary(user: Reader, community: Community) -> bool:
    """It holds people's names: those who work on transcripts."""
    return is_of_the_team(user, community)


def can_choose_recorder(user: Reader, community: Community) -> bool:
    """Which of several recordings of one moment is transcribed: those who work on them."""
    return is_of_the_team(user, community)
