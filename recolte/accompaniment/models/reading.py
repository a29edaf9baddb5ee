"""How an application was read: by whom, criterion by criterion; and who is tied to the collective."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from recolte.accompaniment.models.application import Application
from recolte.accompaniment.models.call import Criterion
from recolte.community.models import Owned, User
from recolte.ui.ids import uuid7


class Level(models.TextChoices):
    MET = "met", _("met")
    PARTLY = "partly", _("partly met")
    NOT_MET = "not_met", _("not met")
    UNKNOWN = "unknown", _("one cannot tell")


class Reading(Owned):
    """What one reader thinks of an application. The other readers see it once they have written theirs."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="readings")
    by = models.ForeignKey(User, models.CASCADE, related_name="+")
    words = models.TextField(_("as a whole"), max_length=3000, blank=True)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["application", "by"], name="one_reading_each")]

    def __str__(self) -> str:
        return f"{self.by} · {self.application}"

    @property
    def is_outdated(self) -> bool:
        """The collective completed its application afterwards."""
        return self.application.changed_at is not None and self.application.changed_at > self.written_at


class Appreciation(Owned):
    """How far an application meets one criterion, according to one reader."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reading = models.ForeignKey(Reading, models.CASCADE, related_name="appreciations")
    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="appreciations")
    level = models.CharField(_("level"), max_length=8, choices=Level)
    words = models.TextField(_("in words"), max_length=2000, blank=True)

    class Meta:
        ordering = ["criterion__position", "id"]
        constraints = [models.UniqueConstraint(fields=["reading", "criterion"], name="one_appreciation_per_criterion")]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.get_level_display()}"


class Tie(Owned):
    """What a reader said of being tied to the collective: who is, neither appreciates nor chooses."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="ties")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    is_tied = models.BooleanField()
    word = models.CharField(_("in a word"), max_length=300, blank=True)
    said_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["application", "user"], name="one_tie_each")]

    def __str__(self) -> str:
        return f"{self.user} · {self.application}"
