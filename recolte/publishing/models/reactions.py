"""What comes back of a restitution, and where it is said."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Owned
from recolte.gatherings.models import Gathering
from recolte.publishing.models.dossiers import OfAGathering
from recolte.ui.ids import uuid7


class ReactionDoor(Owned):
    """The address at which whoever came to a restitution says a word of it, without an account.

    The address signs `number`: a new one ends the one that was given out before.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    gathering = models.OneToOneField(Gathering, models.CASCADE, related_name="reaction_door")
    number = models.PositiveIntegerField(default=1)
    last_day = models.DateField(_("takes words in until"))

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.gathering)


class Reaction(Owned):
    """What somebody said of what was told back to them. It is published nowhere by itself."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="reactions")
    words = models.TextField(_("your word"), max_length=2000)
    name = models.CharField(_("your name"), max_length=120, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    hidden_at = models.DateTimeField(null=True)  # those who coordinate put it aside

    objects = OfAGathering.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["gathering", "at"])]

    def __str__(self) -> str:
        return self.words[:80]

    @property
    def is_hidden(self) -> bool:
        return self.hidden_at is not None
