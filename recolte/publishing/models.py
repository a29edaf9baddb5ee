"""What leaves the house: the public site, each time it was written; dossiers, and what comes back from their readers."""

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Organisation, Owned, Reader, User
from recolte.community.rules import TEAM
from recolte.gatherings.models import Gathering
from recolte.ui.ids import uuid7


class Publication(Owned):
    """One writing of the site: where (empty: the house's own folder), and the sha256 of the list of its files."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    folder = models.CharField(max_length=500, blank=True)
    url = models.CharField(max_length=500, blank=True)
    manifest = models.CharField(max_length=64)
    cards = models.IntegerField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.community} · {self.at:%Y-%m-%d}"


class OfAGathering(models.QuerySet[Any]):
    """What is read by the team alone: who may say more is in `rules`."""

    def readable_by(self, user: Reader) -> "OfAGathering":
        if not isinstance(user, User):
            return self.none()
        return self.filter(community__memberships__user=user, community__memberships__role__in=TEAM)


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


class HostLink(Owned):
    """The address at which a structure that received a gathering reads what its visit brought. Removed, it opens nothing.

    `told` is the version of each claim, by its id, that those who coordinate chose to tell it, as `Card.published`: what
    was validated later waits for them, and what was taken back is told no more.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="host_links")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", verbose_name=_("structure"))
    told = models.JSONField(default=dict)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = OfAGathering.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["gathering", "organisation"], name="one_link_for_a_host")]

    def __str__(self) -> str:
        return str(self.organisation)

    def get_absolute_url(self) -> str:
        return reverse("host_dossier", args=[self.pk])
