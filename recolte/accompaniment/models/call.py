"""A call for local collectives: what it offers, until when, and what applications are read for."""

from datetime import date
from zoneinfo import ZoneInfo

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Owned, Reader, User
from recolte.programme.models import Axis, Phase
from recolte.ui.ids import uuid7


def new_code() -> str:
    """The end of a public address: 49 bits, in letters that are not mistaken for one another on paper."""
    return get_random_string(10, "abcdefghjkmnpqrstuvwxyz23456789")


class Standing(models.TextChoices):
    """Where a call stands on a given day: derived from its dates, never stored."""

    PREPARED = "prepared", _("being prepared")
    AHEAD = "ahead", _("not open yet")
    OPEN = "open", _("open now")
    CLOSED = "closed", _("closed to applications")


class CallQuerySet(models.QuerySet["Call"]):
    def readable_by(self, user: Reader) -> "CallQuerySet":
        return self.filter(community__memberships__user=user) if isinstance(user, User) else self.none()

    def standing(self, where: str, today: date) -> "CallQuerySet":
        """Those of which `Call.standing` says `where`."""
        closed = self.filter(opens_on__isnull=False, closes_on__lt=today)
        return {
            Standing.PREPARED: lambda: self.filter(opens_on=None),
            Standing.AHEAD: lambda: self.filter(opens_on__gt=today),
            Standing.OPEN: lambda: self.filter(opens_on__lte=today).exclude(closes_on__lt=today),
            Standing.CLOSED: lambda: closed,
        }[Standing(where)]()


class Call(Owned):
    """Whoever has the address, which nobody guesses, may apply there from its first day to its last, both included.

    The days are those of the community's time zone. Without a last day it stays open; without a first it is prepared.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    title = models.CharField(_("title"), max_length=200)
    words = models.TextField(_("words for those who might apply"), max_length=6000)
    opens_on = models.DateField(_("open from"), null=True, blank=True)
    closes_on = models.DateField(_("until"), null=True, blank=True)
    sites = models.PositiveSmallIntegerField(_("how many sites are hoped for"), null=True, blank=True)
    axis = models.ForeignKey(Axis, models.SET_NULL, null=True, blank=True, related_name="calls", verbose_name=_("axis"))
    phase = models.ForeignKey(
        Phase, models.SET_NULL, null=True, blank=True, related_name="calls", verbose_name=_("phase")
    )
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = [models.F("closes_on").desc(nulls_first=True), "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opens_on=None)
                | models.Q(closes_on=None)
                | models.Q(closes_on__gte=models.F("opens_on")),
                name="a_call_closes_after_it_opens",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("call", args=[self.pk])

    @property
    def today(self) -> date:
        """The day that it is where the community is."""
        return timezone.localdate(timezone=ZoneInfo(self.community.time_zone))

    @property
    def standing(self) -> Standing:
        if self.opens_on is None:
            return Standing.PREPARED
        if self.today < self.opens_on:
            return Standing.AHEAD
        return Standing.CLOSED if self.closes_on and self.closes_on < self.today else Standing.OPEN

    @property
    def is_open(self) -> bool:
        return self.standing == Standing.OPEN


class Criterion(Owned):
    """One thing that applications are read for, in the order of the call."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    call = models.ForeignKey(Call, models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("name"), max_length=160)
    looked_at = models.CharField(_("what is looked at"), max_length=500, blank=True)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name
