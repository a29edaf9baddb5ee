"""To whom a dossier of a gathering was opened."""

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Organisation, Owned, Reader, User
from recolte.community.rules import TEAM
from recolte.gatherings.models import Gathering
from recolte.ui.ids import uuid7


class OfAGathering(models.QuerySet[Any]):
    """What is read by the team alone: who may say more is in `rules`."""

    def readable_by(self, user: Reader) -> "OfAGathering":
        if not isinstance(user, User):
            return self.none()
        return self.filter(community__memberships__user=user, community__memberships__role__in=TEAM)


def likely_host(gathering: Gathering) -> Organisation | None:
    """The structure that received a gathering, where that is plain: the only one that its name or its places name, or
    the only one there is.
    """
    structures = list(Organisation.objects.filter(community=gathering.community_id))
    places = gathering.places.values_list("name", "address")
    told = "\n".join([gathering.name, gathering.place, *(words for pair in places for words in pair)]).casefold()
    named = [one for one in structures if one.name.casefold() in told] if len(structures) > 1 else structures
    return named[0] if len(named) == 1 else None


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
