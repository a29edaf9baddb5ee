"""Who agreed to what. Not expressly allowed = forbidden.

Whoever brings recordings attests that recording and transcribing were agreed (`Attestation`); everything beyond is each
person's own, purpose by purpose (`Consent`), and can be withdrawn.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Owned, Person, User
from recolte.ui.ids import uuid7


class Purpose(models.TextChoices):
    """What may be done with what somebody said."""

    RECORD = "record", _("be recorded")
    TRANSCRIBE = "transcribe", _("be transcribed")
    GROUP = "group", _("be read and heard by the community")
    QUOTE_PSEUDONYM = "quote_pseudonym", _("be quoted in public, without my name")
    QUOTE_NAME = "quote_name", _("be quoted in public, with my name")
    PUBLISH_AUDIO = "publish_audio", _("let my voice be heard in public")
    PHOTO = "photo", _("be seen on photos")
    REUSE = "reuse", _("let others take up what I said, naming where it comes from")
    RECOGNISE = "recognise", _("be recognised by my voice in other recordings")


ATTESTED = frozenset({Purpose.RECORD, Purpose.TRANSCRIBE})


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


class ConsentQuerySet(models.QuerySet["Consent"]):
    def standing(self) -> "ConsentQuerySet":
        return self.filter(withdrawn_at=None)


class Consent(Owned):
    """One person's agreement to one purpose. What was withdrawn stays as a dated fact and allows nothing.

    A withdrawn `record` or `transcribe` takes back, for this person, what the attestation had said for all.
    """

    class How(models.TextChoices):
        LINK = "link", _("by their personal link")
        PAPER = "paper", _("on paper")
        SPOKEN = "spoken", _("aloud")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=20, choices=Purpose)
    how = models.CharField(_("how"), max_length=10, choices=How)
    # The words that were agreed to (their sha256), so that nobody is held to what they did not read
    wording = models.CharField(max_length=64)
    by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+"
    )  # who noted it; None: the person's own link
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"], condition=Q(withdrawn_at=None), name="one_standing_consent"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.purpose}"
