"""What a collective does, without an account: it applies, completes what it wrote, withdraws. Each by its own link."""

from datetime import date
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from recolte.accompaniment.models import Application, Call, Choice, State
from recolte.accompaniment.rules import can_complete, why_not_apply
from recolte.accompaniment.sentences import told
from recolte.community.actions import site_address
from recolte.community.letters import post
from recolte.community.models import Letter, User
from recolte.journal.actions import record
from recolte.programme.actions.plan import changed

_links = signing.Signer(salt="application")


@transaction.atomic
def apply(call: Call, *, by: User | None = None, received_on: date | None = None, **facts: Any) -> Application:
    """A collective applies, or a member notes an application that came otherwise, on the day when it came.

    Raises ValidationError when the call takes nothing in now; what a member notes, it always does.
    """
    # Locked, so that nobody changes the criteria meanwhile
    Call.objects.select_for_update().get(pk=call.pk)
    if by is None and (closed := why_not_apply(call, facts["email"])):
        raise ValidationError(closed)
    application = Application.objects.create(
        community=call.community, call=call, by=by, received_on=received_on or call.today, **facts
    )
    record("application.received", application, by=by, call=str(call.pk))
    tell(application, by=by)
    return application


@transaction.atomic
def complete(application: Application, **facts: Any) -> bool:
    """The collective changes what it wrote; False when nothing is another. Raises ValidationError when it is too late."""
    locked = Application.objects.select_for_update().select_related("call__community").get(pk=application.pk)
    if not can_complete(locked):
        raise ValidationError(_("It is too late to change it: write to those who organise."))
    if not changed(locked, facts, by=None, verb="application.completed"):
        return False
    locked.changed_at = timezone.now()
    locked.save(update_fields=["changed_at"])
    return True


@transaction.atomic
def withdraw(application: Application, *, by: User | None = None) -> None:
    """Erase what the collective wrote and what was written about it. That there was an application stays, and its dates.

    The collective does this by its link; `by` is who does it for them.
    """
    locked = Application.objects.select_for_update().get(pk=application.pk)
    if locked.is_withdrawn:
        return
    for name in ("words", "expects", "name", "territory", "contact", "email"):
        setattr(locked, name, "")
    locked.bearers, locked.state = [], State.WITHDRAWN
    locked.save()
    locked.readings.all().delete()
    locked.ties.update(word="")
    Choice.objects.filter(application=locked).update(word="", reasons="", deviation="", revised_because="")
    about = Letter.objects.filter(about=locked._meta.label_lower, about_id=str(locked.pk))
    about.exclude(state=Letter.State.SENT).delete()
    record("application.withdrawn", locked, by=by)


def application_link(application: Application) -> str:
    """The address where the collective sees its status, completes and withdraws."""
    return site_address(reverse("my_application", args=[token_of(application)]))


def token_of(application: Application) -> str:
    return _links.sign_object([str(application.pk), application.link_number])


def read_application_link(token: str) -> Application | None:
    """Whose link this is; None when it is wrong, or another was given since."""
    try:
        key, number = _links.unsign_object(token)
    except signing.BadSignature:
        return None
    found = Application.objects.filter(pk=key, link_number=number)
    return found.select_related("call__community", "community").first()


@transaction.atomic
def renew_link(application: Application, *, by: User) -> None:
    """Give the collective another link, by letter where it has an address; the one before opens nothing any more."""
    application.link_number += 1
    application.save(update_fields=["link_number"])
    record("application.link_renewed", application, by=by, number=application.link_number)
    tell(application, by=by)


def tell(application: Application, *, by: User | None, word: str = "") -> None:
    """A letter with the status, the reasons if there are any, and the link; nothing of what was typed into the form.

    Anybody can type any address there: the letter must not carry a stranger's words to it.
    """
    if not application.email:
        return
    community = application.community
    facts = {
        "application": application,
        "community": community,
        "status": told(application.state),
        "word": word,
        "link": application_link(application),
    }
    subject = _("Your application to “%(call)s”") % {"call": application.call}
    body = render_to_string("accompaniment/letters/status.txt", facts)
    post(community, application.email, subject, body, about=application, by=by)
