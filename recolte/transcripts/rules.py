from recolte.community.models import Community, Reader
from recolte.community.rules import is_of_the_team
from recolte.sources.models import Source
from recolte.sources.rules import works_on


def can_correct(user: Reader, source: Source) -> bool:
    """Say who speaks, mark what was listened to, correct."""
    return works_on(user, source)


def can_see_the_glossary(user: Reader, community: Community) -> bool:
    """It holds people's names: those who work on transcripts."""
    return is_of_the_team(user, community)
