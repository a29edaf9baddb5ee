"""What is in the post."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from recolte.community.models.accounts import Owned, User
from recolte.ui.ids import uuid7


class Letter(Owned):
    """A letter on its way (see `letters`). Once it has gone, only its subject, and that it went and when are kept."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("could not be sent")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    # What it is about: a kind of row and its id (`gatherings.invitation`, …), for the page that shows what became of it
    about = models.CharField(max_length=60, blank=True)
    about_id = models.CharField(max_length=64, blank=True)
    to = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=250, blank=True)
    body = models.TextField(blank=True)
    calendar = models.TextField(blank=True)  # an iCalendar object, sent along
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries = models.IntegerField(default=0)
    written_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["about", "about_id"])]

    def __str__(self) -> str:
        return self.subject or self.about
