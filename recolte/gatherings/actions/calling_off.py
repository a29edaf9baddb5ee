"""Calling a gathering off, taking it up again, and withdrawing one invitation: those invited are told, their calendars too."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recolte.community.models import User
from recolte.gatherings.actions.invitations import post_cancellation, post_invitation, renew
from recolte.gatherings.models import Gathering, Invitation
from recolte.gatherings.rules import why_not_called_off
from recolte.journal.actions import record


@transaction.atomic
def call_off(gathering: Gathering, because: str = "", *, by: User) -> int:
    """The gathering does not take place after all. All those invited are told, with `because`; how many letters.

    Raises ValidationError when it is under study, called off already, or over.
    """
    gathering = Gathering.objects.select_for_update().get(pk=gathering.pk)
    if why_not := why_not_called_off(gathering):
        raise ValidationError(why_not)
    gathering.called_off_at, gathering.called_off_because = timezone.now(), because.strip()
    gathering.save(update_fields=["called_off_at", "called_off_because"])
    gathering.raise_sequence()
    told = _those_invited(gathering)
    for one in told:
        post_cancellation(one, "gatherings/letters/called_off.txt", _("Called off: %(name)s"), by=by)
    record("gathering.called_off", gathering, by=by, people=len(told))
    return len(told)


@transaction.atomic
def take_up_gathering(gathering: Gathering, *, by: User) -> int:
    """It takes place after all. All those invited are asked again, what they answered stands; how many letters.

    Nobody is written to when it has no date, or when its days are past.
    """
    gathering = Gathering.objects.select_for_update().get(pk=gathering.pk)
    if not gathering.is_called_off:
        return 0
    gathering.called_off_at, gathering.called_off_because = None, ""
    gathering.save(update_fields=["called_off_at", "called_off_because"])
    gathering.raise_sequence()
    asked = _those_invited(gathering) if gathering.starts_on and not gathering.is_over else []
    for one in asked:
        post_invitation(one, "gatherings/letters/taken_up.txt", _("It takes place after all: %(name)s"), by=by)
    record("gathering.taken_up", gathering, by=by, people=len(asked))
    return len(asked)


def _those_invited(gathering: Gathering) -> list[Invitation]:
    """Whatever they answered: what was sent to them may stand in their calendars."""
    return list(gathering.invitations.standing().select_related("gathering__community", "person", "by"))


@transaction.atomic
def withdraw_invitation(invited: Invitation, because: str = "", *, by: User) -> None:
    """Somebody is no longer asked to come: they are told, with `because`, unless the gathering is off or over anyway."""
    invited = Invitation.objects.select_related("gathering__community", "person", "by").get(pk=invited.pk)
    if invited.is_withdrawn:
        return
    gathering = invited.gathering
    invited.withdrawn_at, invited.withdrawn_because = timezone.now(), because.strip()
    invited.save(update_fields=["withdrawn_at", "withdrawn_because"])
    if not gathering.is_called_off and not gathering.is_over:
        gathering.raise_sequence()
        post_cancellation(invited, "gatherings/letters/withdrawn.txt", _("You are no longer expected: %(name)s"), by=by)
    record("invitation.withdrawn", invited, by=by, gathering=str(gathering.pk))


@transaction.atomic
def invite_again(invited: Invitation, *, by: User) -> None:
    """Somebody whose invitation was withdrawn is asked to come after all, as if for the first time."""
    invited = Invitation.objects.select_related("gathering__community", "person", "by").get(pk=invited.pk)
    if invited.is_withdrawn:
        renew(invited, invited.email, by=by)
