"""When and where people met: learning visits, seminars, committees, workshops."""

from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Owned, Reader, User
from recolte.ui.ids import uuid7


class Kind(models.TextChoices):
    LEARNING_VISIT = "learning_visit", _("learning visit")
    SEMINAR = "seminar", _("seminar")
    CAPITALISATION_SEMINAR = "capitalisation_seminar", _("capitalisation seminar")
    COMMITTEE = "committee", _("steering committee")
    WORKSHOP = "workshop", _("workshop")


class GatheringQuerySet(models.QuerySet["Gathering"]):
    def readable_by(self, user: Reader) -> "GatheringQuerySet":
        return self.filter(community__memberships__user=user) if isinstance(user, User) else self.none()


class Gathering(Owned):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=24, choices=Kind, default=Kind.LEARNING_VISIT)
    place = models.CharField(_("place"), max_length=160, blank=True)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("to"), null=True, blank=True)
    # Times are kept in UTC; this is where they are read.
    time_zone = models.CharField(max_length=60, default="Europe/Paris")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = GatheringQuerySet.as_manager()

    class Meta:
        ordering = [models.F("starts_on").desc(nulls_first=True), "-created_at"]
        constraints = [models.UniqueConstraint("community", Lower("name"), name="gathering_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("gathering", args=[self.pk])
