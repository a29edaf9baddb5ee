"""Giving somebody their personal link."""

from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from recolte.cards.actions import LINK_DAYS, personal_link
from recolte.community.models import Person, User
from recolte.journal.actions import record


@transaction.atomic
def give_link(person: Person, *, by: User, email: str = "") -> str:
    """A personal link for `person`; sent to `email` if one is given. The address is kept nowhere."""
    link = personal_link(person)
    record("person.link_given", person, by=by, sent=bool(email))
    if email:
        letter = {"person": person, "community": person.community, "by": by, "link": link, "days": LINK_DAYS}
        transaction.on_commit(
            lambda: send_mail(
                _("Your words, kept by %(community)s") % {"community": person.community},
                render_to_string("cards/personal_link.txt", letter),
                None,
                [email],
            )
        )
    return link
