from recolte.community.models import Community, Reader
from recolte.community.rules import is_of_the_team
from recolte.engine.formats import FORMATS
from recolte.sources.models import NOTES, Kind, Source
from recolte.sources.rules import works_on


def can_correct(user: Reader, source: Source) -> bool:
    """Say who speaks, mark what was listened to, correct."""
    return works_on(user, source)


def can_read_as_interview(user: Reader, source: Source) -> bool:
    """Say that a text which people wrote is what was said, and by whom: those who may correct it."""
    if not can_correct(user, source):
        return False
    if source.kind == Kind.DOCUMENT:
        return source.format in NOTES and bool(source.blocks)
    return source.kind == Kind.TRANSCRIPT and is_typed(source.format)


def is_typed(format: str) -> bool:
    """Whether who speaks is found in it by people's habits, and not by the rules of a format."""
    return format in NOTES or (format in FORMATS and FORMATS[format].lines is not None)


def can_see_the_glossary(user: Reader, community: Community) -> bool:
    """It holds people's names: those who work on transcripts."""
    return is_of_the_team(user, community)


def can_choose_recorder(user: Reader, community: Community) -> bool:
    """Which of several recordings of one moment is transcribed: those who work on them."""
    return is_of_the_team(user, community)
