"""Signing in safely: what happens when codes are wrong, when a second step comes or goes (ADR 17)."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recolte.community.models import User
from recolte.community.tries import Closed, Tries, of_address, of_second_step
from recolte.journal.actions import record
from recolte.ui.dates import date_format

log = logging.getLogger(__name__)


@contextmanager
def one_try(tries: Tries, owner: User | None) -> Iterator[None]:
    """Around the comparing of one code: it counts, and the last wrong one closes. `owner` is told so, if there is one."""
    try:
        slot = tries.begin()
        try:
            yield
        except ValidationError as error:
            if getattr(error, "code", "") == "incorrect_code":
                tries.wrong()
            else:
                tries.give_back(slot)
            raise
    except Closed as closed:
        if closed.just_now and owner:
            tell_owner(owner, tries, closed.until)
        raise refusal(tries, closed.until) from None
    tries.right()


def tell_owner(owner: User, tries: Tries, until: datetime) -> None:
    record("sign_in.closed", owner, by=None, at=tries.at)
    words = {"until": until, "second_step": tries.at == "second_step"}
    try:
        get_adapter().send_mail("account/email/sign_in_closed", owner.email, words)
    except OSError:  # the post does not answer: what is closed stays closed
        log.warning("The letter that tells of wrong codes could not be sent.")


def refusal(tries: Tries, until: datetime) -> ValidationError:
    """Says when one can try again, and what to do until then."""
    moment = timezone.localtime(until)
    when = {"day": date_format(moment, "l j F"), "time": date_format(moment, "H:i")}
    if tries.at == "second_step":
        words = _(
            "Too many codes were wrong, one after the other: try again after %(day)s at %(time)s, or with your passkey, "
            "if you have one."
        )
    else:
        words = _(
            "Too many codes were wrong for this address, one after the other: ask for a new one after %(day)s at "
            "%(time)s, or come in with your passkey, if you have one. Those who coordinate can open it again at once."
        )
    return ValidationError(words % when, code="closed")


def closed_until(user: User) -> datetime | None:
    """Until when no code of theirs is accepted, whichever step it is for."""
    return max((until for one in _both(user) if (until := one.closed_until())), default=None)


def _both(user: User) -> tuple[Tries, Tries]:
    return of_address(user.email), of_second_step(user)


@transaction.atomic
def open_again(user: User, *, by: User | None) -> None:
    """Nothing is counted against this person's address and second step any more."""
    for one in _both(user):
        one.right()
    record("sign_in.opened_again", user, by=by)


@transaction.atomic
def forget_second_step(user: User, *, by: User | None) -> int:
    """For who lost the telephone and the recovery codes: back to the code by e-mail alone. Returns how many went."""
    number = int(Authenticator.objects.filter(user_id=user.pk).delete()[0])
    if number:
        record("second_step.forgotten", user, by=by, number=number)
    return number
