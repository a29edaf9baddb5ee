"""Giving somebody their personal link."""

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from recolte.cards.actions import LINK_DAYS, personal_link
from recolte.community.letters import post
from recolte.community.models import Person, User
from recolte.journal.actions import record


@transaction.atomic
def give_link(person: Person, *, by: User, email: str = "") -> str:
    """A personal link for `person`; sent to `email` if one is given. The address is kept no longer than the letter takes."""
    link = personal_link(person)
    record("person.link_given", person, by=by, sent=bool(email))
    if email:
        words = {"person": person, "community": person.community, "by": by, "link": link, "days": LINK_DAYS}
        subject = _("Your words, kept by %(community)s") % {"community": person.community}
        post(person.community, email, subject, render_to_string("cards/personal_link.txt", words), about=person, by=by)
    return link
