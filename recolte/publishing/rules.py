from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from recolte.community.models import Community, Reader, Role
from recolte.community.rules import TEAM, is_of_the_team, role_in
from recolte.publishing.models import Reaction, ReactionDoor
from recolte.ui.dates import date_format

MOST_AN_HOUR = 300  # words said of one restitution: a full hall


def can_write_site(user: Reader, community: Community) -> bool:
    """Those who coordinate answer for what is public."""
    return role_in(community, user) == Role.COORDINATOR


def can_write_report(user: Reader, community: Community) -> bool:
    return is_of_the_team(user, community)


def can_publish_report(user: Reader, community: Community) -> bool:
    """Who researches drafts, and cannot publish alone."""
    return can_write_site(user, community)


def can_read_committee_dossier(user: Reader, community: Community) -> bool:
    """Those who prepare the committee, and those who sit in it."""
    return role_in(community, user) in (*TEAM, Role.COMMITTEE)


def can_write_to_hosts(user: Reader, community: Community) -> bool:
    """Those who coordinate answer for what leaves the community."""
    return can_write_site(user, community)


def can_read_reactions(user: Reader, community: Community) -> bool:
    return is_of_the_team(user, community)


def can_steer_reactions(user: Reader, community: Community) -> bool:
    """Open and close the address, put a word aside, erase it."""
    return can_write_site(user, community)


def why_no_reaction(door: ReactionDoor) -> str:
    """Why no word can be said now: the sentence, or nothing when it can."""
    if door.gathering.today > door.last_day:
        return _("This page took words in until %(day)s: tell whoever gave you its address.") % {
            "day": date_format(door.last_day, "l j F Y")
        }
    lately = Reaction.objects.filter(gathering=door.gathering_id, at__gte=timezone.now() - timedelta(hours=1))
    if lately.count() >= MOST_AN_HOUR:
        return _("Many people are writing at this moment: come back to this page in an hour.")
    return ""
