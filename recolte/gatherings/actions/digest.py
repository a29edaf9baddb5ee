"""The letter of the evening: what happened today, to all members."""

from datetime import date
from zoneinfo import ZoneInfo

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from recolte.community.actions import site_address
from recolte.community.letters import post
from recolte.community.models import User
from recolte.gatherings.day import told
from recolte.gatherings.models import Gathering
from recolte.journal.actions import record
from recolte.journal.models import Event


def today_at(gathering: Gathering) -> date:
    return timezone.localdate(timezone=ZoneInfo(gathering.time_zone))


def draft(gathering: Gathering, day: date, *, by: User) -> str:
    """The letter as it could be sent: what each stage tells of that day, for somebody to complete."""
    words = {"gathering": gathering, "day": day, "lines": told(gathering, day), "by": by}
    return render_to_string("gatherings/digest.txt", words | {"url": site_address(gathering.get_absolute_url())})


def was_sent(gathering: Gathering, day: date) -> bool:
    sent = Event.objects.filter(verb="digest.sent", subject_id=str(gathering.pk), data__day=day.isoformat())
    return sent.exists()


@transaction.atomic
def send_digest(gathering: Gathering, body: str, *, by: User) -> int:
    """Post the letter to every member; how many letters."""
    day = today_at(gathering)
    members = User.objects.filter(memberships__community=gathering.community, is_active=True)
    subject = _("%(gathering)s: what happened today") % {"gathering": gathering}
    letters = [post(gathering.community, one.email, subject, body, about=gathering, by=by) for one in members]
    record("digest.sent", gathering, by=by, day=day.isoformat(), letters=len(letters))
    return len(letters)
