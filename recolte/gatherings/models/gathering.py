"""When and where people met: learning visits, seminars, committees, workshops."""

from datetime import date
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Coalesce, Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Owned, Reader, User
from recolte.programme.models import Axis
from recolte.ui.dates import date_format
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


UNDATED = Q(starts_on=None, months_from=None)
FIRST_DAY = Coalesce("starts_on", "months_from")  # as far as it is known: what gatherings are sorted by


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

    def undated(self) -> "GatheringQuerySet":
        """Those of which not even a month is known."""
        return self.filter(UNDATED)

    def held(self, today: date) -> "GatheringQuerySet":
        """Those that have begun by `today`; where only months are known, those whose months are past."""
        return self.confirmed().filter(Q(starts_on__lte=today) | Q(starts_on=None, months_to__lt=today))

    def over(self, today: date) -> "GatheringQuerySet":
        """Those whose last day is past, or whose months are where no day is known."""
        by_day = Q(ends_on__lt=today) | Q(ends_on=None, starts_on__lt=today)
        return self.filter(by_day | Q(starts_on=None, months_to__lt=today))

    def following(self, gathering: "Gathering") -> "GatheringQuerySet":
        """Those that can take over what it leaves open: confirmed, none earlier than it; committees first, then by day."""
        first = gathering.starts_on or gathering.months_from or gathering.today
        later = Q(starts_on__gte=first) | Q(starts_on=None, months_to__gte=first) | UNDATED
        others = self.confirmed().filter(later, community=gathering.community_id).exclude(pk=gathering.pk)
        committees_first = Case(When(kind=Kind.COMMITTEE, then=0), default=1)
        return others.order_by(committees_first, FIRST_DAY.asc(nulls_last=True), "id")

    def standing(self, where: str, today: date) -> "GatheringQuerySet":
        """Those that were `held`, are `ahead` (with a day or not yet), or are an `option` under study."""
        if where == "held":
            return self.held(today)
        if where == "ahead":
            return self.confirmed().filter(UNDATED | Q(starts_on=None, months_to__gte=today) | Q(starts_on__gt=today))
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
    # Where no day is known, only months: the first day of the first, the last day of the last. No calendar takes them.
    months_from = models.DateField(_("month"), null=True, blank=True)
    months_to = models.DateField(_("to the month of"), null=True, blank=True)
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
        ordering = [FIRST_DAY.desc(nulls_first=True), "-created_at"]
        constraints = [
            models.UniqueConstraint("community", Lower("name"), name="gathering_name"),
            models.CheckConstraint(
                condition=Q(months_from=None, months_to=None)
                | Q(starts_on=None, months_from__isnull=False, months_to__gte=F("months_from")),
                name="gathering_months_without_days",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """Its name in a list to choose from, where nothing else says that it is no fact."""
        if self.is_called_off:
            return gettext("%(gathering)s (called off)") % {"gathering": self.name}
        if self.is_option:
            return gettext("%(gathering)s (under study)") % {"gathering": self.name}
        return self.name

    @property
    def months(self) -> str:
        """The months in words, where no day is known: “October 2026”, “October – November 2026”."""
        first, last = self.months_from, self.months_to
        if first is None or last is None:
            return ""
        if (first.year, first.month) == (last.year, last.month):
            return date_format(first, "F Y")
        begins = date_format(first, "F" if first.year == last.year else "F Y")
        return f"{begins} – {date_format(last, 'F Y')}"

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
        """Its last day is past where it takes place; where only months are known, they are."""
        last = self.last_day or self.months_to
        return last is not None and last < self.today

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
