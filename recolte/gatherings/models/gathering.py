"""When and where people met: learning visits, seminars, committees, workshops."""

from datetime import date
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Owned, Reader, User
from recolte.programme.models import Axis
from recolte.ui.ids import uuid7


class Kind(models.TextChoices):
    LEARNING_VISIT = "learning_visit", _("learning visit")
    SEMINAR = "seminar", _("seminar")
    CAPITALISATION_SEMINAR = "capitalisation_seminar", _("capitalisation seminar")
    COMMITTEE = "committee", _("steering committee")
    WORKSHOP = "workshop", _("workshop")


class Mode(models.TextChoices):
    ON_SITE = "on_site", _("on site")
    REMOTE = "remote", _("remote")
    HYBRID = "hybrid", _("on site and remote")


class GatheringQuerySet(models.QuerySet["Gathering"]):
    def readable_by(self, user: Reader) -> "GatheringQuerySet":
        return self.filter(community__memberships__user=user) if isinstance(user, User) else self.none()

    def announced(self) -> "GatheringQuerySet":
        """Those that are no options under study: calendars know them, whether or not they were called off since."""
        return self.filter(is_option=False)

    def confirmed(self) -> "GatheringQuerySet":
        """Those that take place: neither an option under study nor called off."""
        return self.announced().filter(called_off_at=None)

    def dated(self) -> "GatheringQuerySet":
        return self.filter(starts_on__isnull=False)

    def held(self, today: date) -> "GatheringQuerySet":
        """Those that have begun by `today`."""
        return self.confirmed().filter(starts_on__lte=today)

    def over(self, today: date) -> "GatheringQuerySet":
        """Those whose last day is past."""
        return self.filter(Q(ends_on__lt=today) | Q(ends_on=None, starts_on__lt=today))

    def standing(self, where: str, today: date) -> "GatheringQuerySet":
        """Those that were `held`, are `ahead` (with a day or not yet), or are an `option` under study."""
        if where == "held":
            return self.held(today)
        if where == "ahead":
            return self.confirmed().filter(Q(starts_on=None) | Q(starts_on__gt=today))
        return self.filter(is_option=True)


class Gathering(Owned):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=24, choices=Kind, default=Kind.LEARNING_VISIT)
    # The line of work of the programme that it serves
    axis = models.ForeignKey(
        Axis, models.SET_NULL, null=True, blank=True, related_name="gatherings", verbose_name=_("axis")
    )
    place = models.CharField(_("place"), max_length=160, blank=True)
    mode = models.CharField(_("how people meet"), max_length=10, choices=Mode, default=Mode.ON_SITE)
    link = models.URLField(_("link to meet from afar"), max_length=500, blank=True)
    # An option under study is nowhere shown as a fact, and goes into no calendar.
    is_option = models.BooleanField(_("under study"), default=False)
    # It was confirmed, and does not take place after all: why is told to those invited.
    called_off_at = models.DateTimeField(null=True)
    called_off_because = models.TextField(_("why"), max_length=500, blank=True)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("to"), null=True, blank=True)
    # The day by which those invited are asked to answer
    answer_by = models.DateField(_("answers by"), null=True, blank=True)
    # Times are kept in UTC; this is where they are read.
    time_zone = models.CharField(max_length=60, default="Europe/Paris")
    # The letter of each of its evenings goes out by itself.
    tells_evenings = models.BooleanField(default=False)
    sequence = models.IntegerField(default=0)  # of its calendar (RFC 5545): raised when what the calendar says changes
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = GatheringQuerySet.as_manager()

    class Meta:
        ordering = [F("starts_on").desc(nulls_first=True), "-created_at"]
        constraints = [models.UniqueConstraint("community", Lower("name"), name="gathering_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def today(self) -> date:
        """The day that it is where it takes place."""
        return timezone.localdate(timezone=self.zone)

    @property
    def last_day(self) -> date | None:
        return self.ends_on or self.starts_on

    @property
    def is_called_off(self) -> bool:
        return self.called_off_at is not None

    @property
    def is_over(self) -> bool:
        """Its last day is past where it takes place."""
        return self.last_day is not None and self.last_day < self.today

    @property
    def where(self) -> str:
        """The place, and that one may come from afar."""
        far = gettext("remote") if self.mode != Mode.ON_SITE else ""
        return " · ".join(filter(None, [self.place, far]))

    def get_absolute_url(self) -> str:
        return reverse("gathering", args=[self.pk])

    def raise_sequence(self) -> None:
        """The next calendar that is sent out replaces those sent before."""
        Gathering.objects.filter(pk=self.pk).update(sequence=F("sequence") + 1)
        self.refresh_from_db(fields=["sequence"])
