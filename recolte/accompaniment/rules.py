"""Who may: everybody who has its address applies to an open call; some read; who coordinates chooses; nobody who is tied."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from recolte.accompaniment.models import READERS, Application, Call, Criterion, Level, Standing, State, Tie
from recolte.community.models import Affiliation, Community, Membership, Organisation, Reader, Role, User
from recolte.community.rules import role_in
from recolte.engine.words import words
from recolte.ui.dates import date_format

MOST_AN_HOUR = 20  # applications that come in without an account, for one call
MOST_A_DAY = 3  # of them from one e-mail address, which gets a letter each time


def can_call(user: Reader, community: Community) -> bool:
    """Open calls and change them, note an application that came otherwise, erase one, choose."""
    return role_in(community, user) == Role.COORDINATOR


def can_read_applications(user: Reader, community: Community) -> bool:
    return role_in(community, user) in READERS


# The collective ------------------------------------------------------------------------------------------------------


def why_closed(call: Call) -> str:
    """Why nobody can apply to the call now: the sentence, or nothing when one can."""
    if call.standing == Standing.PREPARED:
        return _("This call is not open yet: ask those who told you about it when it will be.")
    if call.standing == Standing.AHEAD and call.opens_on:
        return _("This call opens on %(day)s: come back then.") % {"day": date_format(call.opens_on, "l j F Y")}
    if call.standing == Standing.CLOSED and call.closes_on:
        return _("This call was open until %(day)s: nothing can be sent any more.") % {
            "day": date_format(call.closes_on, "l j F Y")
        }
    return ""


def why_not_apply(call: Call, email: str = "") -> str:
    """Why nothing can be sent now without an account, from `email`: the sentence, or nothing when it can."""
    if closed := why_closed(call):
        return closed
    now = timezone.now()
    sent = Application.objects.filter(call=call, by=None)
    if sent.filter(created_at__gte=now - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        return _("Many people are applying at this moment: keep this page open and send it again in an hour.")
    own = sent.filter(email__iexact=email, created_at__gte=now - timedelta(days=1))
    if email and own.count() >= MOST_A_DAY:
        return _(
            "Several applications were sent from this address today: open the letter that you received to complete one."
        )
    return ""


def can_complete(application: Application) -> bool:
    """The collective changes its words as long as the call is open and nothing was chosen."""
    return application.call.is_open and application.state in (State.RECEIVED, State.READING)


# Those who read ------------------------------------------------------------------------------------------------------


def tie_of(user: User, application: Application) -> Tie | None:
    """What `user` said of being tied to the collective, if they said something."""
    return Tie.objects.filter(application=application, user=user).first()


def apparent_tie(user: User, application: Application) -> Organisation | None:
    """The structure that `user` belongs to today and that bears the application, by its name: what to ask them about."""
    return next(iter(_bearing(application, [user])), None)


def _bearing(application: Application, users: Collection[User]) -> list[Organisation]:
    """The structures that bear the application, by their names, and to which one of `users` belongs today."""
    today = Affiliation.objects.filter(person__user__in=users).standing_on(timezone.localdate())
    here = Organisation.objects.filter(community=application.community_id)
    theirs = here.filter(affiliations__in=today) | here.filter(people__user__in=users)
    bearing = {tuple(words(name)) for name in (application.name, *application.bearers)}
    return [one for one in theirs.distinct() if tuple(words(one.name)) in bearing]


def set_aside(application: Application) -> list[User]:
    """Who reads applications here and takes no part in this choice: who said a tie, or has not said what an apparent one is."""
    said = {one.user_id: one.is_tied for one in application.ties.all()}
    tied = [pk for pk, is_tied in said.items() if is_tied]
    unsaid = list(readers(application).exclude(pk__in=said))
    if unsaid and not _bearing(application, unsaid):  # as is usual: one question for all of them
        unsaid = []
    return [*User.objects.filter(pk__in=tied), *(one for one in unsaid if apparent_tie(one, application))]


def readers(application: Application) -> QuerySet[User]:
    """Those whose role in the community lets them read its applications."""
    here = Membership.objects.filter(community=application.community_id, role__in=READERS)
    return User.objects.filter(pk__in=here.values("user"))


def why_set_aside(user: User, application: Application) -> str:
    """Why `user` neither appreciates nor chooses: the sentence, or nothing when they may."""
    if application.is_withdrawn:
        return _("This application was withdrawn: there is nothing left to read.")
    said = tie_of(user, application)
    if said and said.is_tied:
        return _("You said that you are tied to this collective: others read its application and choose.")
    if said is None and (structure := apparent_tie(user, application)):
        return _("You belong to %(name)s, which bears this application: say first whether you are tied to it.") % {
            "name": structure
        }
    return ""


def why_not_read(user: User, application: Application) -> str:
    """Why `user` cannot write a reading now: the sentence, or nothing when they can."""
    if set_aside := why_set_aside(user, application):
        return set_aside
    if application.state not in (State.RECEIVED, State.READING):
        return _("A choice was made of this application: the readings stay as they are.")
    return ""


def why_not_choose(user: User, application: Application) -> str:
    """Why `user` cannot choose: the sentence, or nothing when they can. Nobody chooses what they have not read."""
    if not can_call(user, application.community):
        return _("Only those who coordinate choose: tell them what you think of this application.")
    if set_aside := why_set_aside(user, application):
        return set_aside
    if application.state in (State.RECEIVED, State.READING) and not application.readings.filter(by=user).exists():
        return _("Write your own reading first: nobody chooses what they have not read.")
    return ""


def sees_readings(user: User, application: Application) -> bool:
    """What others think is shown to whoever said it first themselves, so that nobody follows; and once it was chosen."""
    if why_set_aside(user, application):
        return False
    return application.state not in (State.RECEIVED, State.READING) or application.readings.filter(by=user).exists()


def why_unanswered(criterion: Criterion) -> str:
    """What is said when a reader leaves a criterion without an answer."""
    return _("Say for “%(criterion)s” how far it is met, or that one cannot tell.") % {"criterion": criterion.name}


def why_unknown(criterion: Criterion) -> str:
    """What is said when nobody can know why one cannot tell."""
    return _("Write in a word why one cannot tell for “%(criterion)s”, here or as a whole.") % {
        "criterion": criterion.name
    }


def why_unfinished(application: Application, words: str, found: Mapping[Criterion, tuple[Level, str]]) -> str:
    """Why this is no reading of `application` yet: the sentence, or nothing when each criterion is answered."""
    for criterion in application.call.criteria.all():
        if criterion not in found:
            return why_unanswered(criterion)
    for criterion, (level, word) in found.items():
        if level == Level.UNKNOWN and not word.strip() and not words.strip():
            return why_unknown(criterion)
    return "" if found or words.strip() else _("Write in a word what you think of this application as a whole.")
