"""What a community has set out to do: a programme, its axes and phases, when they were, and who gave to them."""

from calendar import monthrange
from datetime import date
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Owned, Person, Reader, User
from recolte.engine.words import words
from recolte.ui.dates import date_format
from recolte.ui.ids import uuid7


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def readable_by(self, user: Reader) -> "ProgrammeQuerySet":
        return self.filter(community__memberships__user=user) if isinstance(user, User) else self.none()

    def called(self, asked: str) -> "ProgrammeQuerySet":
        """Those in whose titles, variants too, each of these words begins one, whatever their accents and capitals."""
        begins = words(asked)
        found = self if begins else self.none()
        for one in begins:
            found = found.filter(folded__contains=f" {one}")
        return found


class Programme(Owned):
    """What the community has set out to learn together, under the names it goes by."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title = models.CharField(_("title"), max_length=200)
    variants = models.JSONField(default=list)  # its other titles
    question = models.TextField(_("question"), blank=True)
    folded = models.TextField(editable=False)  # all its titles, without accents and capitals: what `called` looks into
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.folded = "\n".join(" " + " ".join(words(title)) for title in (self.title, *self.variants))
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("programme", args=[self.community.slug]) + f"#{self.pk}"


class StepQuerySet(models.QuerySet[Any]):
    """Of axes, phases, dates and credits: what belongs to a programme is read by whoever reads it."""

    def readable_by(self, user: Reader) -> "StepQuerySet":
        return self.filter(community__memberships__user=user) if isinstance(user, User) else self.none()


class Axis(Owned):
    """One of the lines of work of a programme."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="axes")
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=200)
    purpose = models.TextField(_("purpose"), blank=True)

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ["number", "id"]
        constraints = [models.UniqueConstraint(fields=["programme", "number"], name="axis_number")]

    def __str__(self) -> str:
        return gettext("Axis %(number)d: %(title)s") % {"number": self.number, "title": self.title}

    def get_absolute_url(self) -> str:
        return reverse("programme", args=[self.community.slug]) + f"#{self.pk}"


class Phase(Owned):
    """A stretch of the way: of one axis, or of the whole programme."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="phases")
    axis = models.ForeignKey(Axis, models.CASCADE, null=True, blank=True, related_name="phases", verbose_name=_("axis"))
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=200, blank=True)
    purpose = models.TextField(_("purpose"), blank=True)

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ["number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["axis", "number"], name="phase_number_of_axis"),
            models.UniqueConstraint(
                fields=["programme", "number"], condition=models.Q(axis=None), name="phase_number_of_programme"
            ),
        ]

    def __str__(self) -> str:
        named = gettext("Phase %(number)d") % {"number": self.number}
        return f"{named} · {self.title}" if self.title else named


class Precision(models.TextChoices):
    DAY = "day", _("day")
    MONTH = "month", _("month")
    YEAR = "year", _("year")


class DatedFact(Owned):
    """When something began or ended, according to one source. Several may tell the same thing otherwise: all are kept."""

    class What(models.TextChoices):
        START = "start", _("start")
        END = "end", _("end")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="dates")
    # Of the whole programme when there is neither
    axis = models.ForeignKey(Axis, models.CASCADE, null=True, related_name="dates")
    phase = models.ForeignKey(Phase, models.CASCADE, null=True, related_name="dates")
    what = models.CharField(_("what"), max_length=8, choices=What, default=What.START)
    day = models.DateField()  # the first day of the month or of the year where no more is known
    precision = models.CharField(max_length=5, choices=Precision, default=Precision.DAY)
    source = models.CharField(_("source"), max_length=200)
    address = models.URLField(_("address of the source"), blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ["day", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(axis=None) | models.Q(phase=None), name="a_date_is_of_one_thing")
        ]

    def __str__(self) -> str:
        """The date as far as it is known, in words."""
        if self.precision == Precision.YEAR:
            return str(self.day.year)
        month = date_format(self.day, "F Y")
        if self.precision == Precision.MONTH:
            return month
        if self.day.day == 1:
            return gettext("1 %(month)s") % {"month": month}
        return f"{self.day.day} {month}"

    @property
    def about(self) -> "Programme | Axis | Phase":
        return self.phase or self.axis or self.programme

    @property
    def last_day(self) -> date:
        """The last day that it may mean."""
        if self.precision == Precision.YEAR:
            return date(self.day.year, 12, 31)
        if self.precision == Precision.MONTH:
            return self.day.replace(day=monthrange(self.day.year, self.day.month)[1])
        return self.day

    def disagrees_with(self, other: "DatedFact") -> bool:
        """Whether no day fits both; 2021 and March 2021 agree."""
        return self.last_day < other.day or other.last_day < self.day


class Contribution(Owned):
    """What somebody gave to a programme, in the community's own words, and whether they agreed to be named for it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="contributions")
    axis = models.ForeignKey(
        Axis, models.SET_NULL, null=True, blank=True, related_name="contributions", verbose_name=_("axis")
    )
    person = models.ForeignKey(Person, models.CASCADE, related_name="contributions")
    role = models.CharField(_("role"), max_length=120)
    may_be_named = models.BooleanField(_("agreed to be named"), default=False)

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ["person__name", "role", "id"]

    def __str__(self) -> str:
        return f"{self.person} · {self.role}"
