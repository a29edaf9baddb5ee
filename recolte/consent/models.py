"""Who agreed to what. First proof: whoever brings recordings attests that recording and transcribing were agreed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Owned, User
from recolte.ui.ids import uuid7


class Purpose(models.TextChoices):
    """What may be done with what somebody said. Not expressly allowed = forbidden."""

    RECORD = "record", _("record")
    TRANSCRIBE = "transcribe", _("transcribe")


class Attestation(Owned):
    """« Those present were informed and agreed »: who was informed, how and when, in the words of who attests it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    statement = models.TextField(_("who was informed, how, when"))
    purposes = models.JSONField(default=list)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    given_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.statement[:60]
