"""A list of actors that was brought, between being read and being brought in."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Community, Membership, Organisation, Origin, Owned, Reader, User
from recolte.community.rules import TEAM
from recolte.interchange.actors.matching import Proposal, proposals
from recolte.interchange.actors.reading import Listed, Table
from recolte.ui.ids import uuid7


class ActorListQuerySet(models.QuerySet["ActorList"]):
    def readable_by(self, user: Reader) -> "ActorListQuerySet":
        """Those who bring lists in see them."""
        if not isinstance(user, User):
            return self.none()
        teams = Membership.objects.filter(user=user, role__in=TEAM)
        return self.filter(community__in=Community.objects.filter(memberships__in=teams))


class ActorList(Owned):
    """What a file says, without ways to reach people, and only until it has been brought in: then its structures say it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=160)  # of the file
    source = models.CharField(_("name of the list"), max_length=160)
    credit = models.CharField(_("whom to name, and the licence"), max_length=250, blank=True)
    format = models.CharField(max_length=8)
    columns = models.JSONField(default=list)
    lines = models.JSONField(default=list)  # what they say, as long as it may be taken otherwise
    mapping = models.JSONField(default=dict)  # what is taken → its column
    unused = models.JSONField(default=list)
    actors = models.JSONField(default=list)
    nameless = models.IntegerField(default=0)
    repeated = models.IntegerField(default=0)
    received_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True)

    objects = ActorListQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("actor_list", args=[self.pk])

    @property
    def is_understood(self) -> bool:
        """Whether it is known which column holds the names."""
        return "name" in self.mapping

    @property
    def table(self) -> Table:
        return Table(self.format, self.columns, self.lines)

    def proposals(self) -> list[Proposal]:
        """What could become of each of its lines, as the community is now."""
        here = list(Organisation.objects.filter(community=self.community_id))
        by_id = {one.pk: one for one in here}
        origins = Origin.objects.filter(community=self.community_id, source=self.source)
        known = {key: by_id[pk] for key, pk in origins.values_list("external_id", "organisation")}
        return proposals([Listed.from_json(one) for one in self.actors], here, known)
