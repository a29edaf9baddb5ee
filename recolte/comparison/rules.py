"""Who may do what with a cross-cutting issue."""

from recolte.community.models import Community, Reader
from recolte.community.rules import READS_ONLY, is_of_the_team, role_in
from recolte.comparison.models import Issue, Opinion


def can_write_issues(user: Reader, community: Community) -> bool:
    """Issues come from comparing: those who coordinate and those who research write them down, the others read them."""
    return is_of_the_team(user, community)


def can_give_opinion(user: Reader, community: Community) -> bool:
    """Whoever takes part says what they think, a host or a committee too."""
    role = role_in(community, user)
    return role is not None and role not in READS_ONLY


def can_take_back(user: Reader, opinion: Opinion) -> bool:
    """An opinion is its author's: nobody else makes dissent disappear."""
    return opinion.by_id is not None and opinion.by_id == user.pk


def can_remove(user: Reader, issue: Issue) -> bool:
    """Until somebody else has said what they think of it: a team does not do away with the others' words."""
    return can_write_issues(user, issue.community) and not issue.opinions.exclude(by=user.pk).exists()
