"""Where people sleep during a gathering. What is personal in it erases itself afterwards."""

from datetime import date, timedelta

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Owned, Person, User
from recolte.gatherings.models.gathering import Gathering
from recolte.ui.ids import uuid7


class Lodging(Owned):
    """A place where those who come can sleep."""

    class Kind(models.TextChoices):
        PARTICIPATORY = "participatory", _("participatory housing")
        RENTED = "rented", _("rented house")
        HOSTEL = "hostel", _("youth hostel")
        HOME = "home", _("at somebody’s home")
        OTHER = "other", _("elsewhere")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="lodgings")
    kind = models.CharField(_("kind"), max_length=14, choices=Kind, default=Kind.PARTICIPATORY)
    name = models.CharField(_("name of the place"), max_length=160)
    address = models.CharField(_("address"), max_length=250, blank=True)
    beds = models.PositiveIntegerField(_("beds"), null=True, blank=True)
    cost = models.DecimalField(
        _("cost, in euros"), max_digits=9, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    shared_by = models.CharField(_("who shares the cost"), max_length=200, blank=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name or str(self.get_kind_display())


class StayQuerySet(models.QuerySet["Stay"]):
    def of(self, user: User) -> "StayQuerySet":
        """Those of this account, or of the person who has it."""
        return self.filter(models.Q(user=user) | models.Q(person__user=user))

    def outlived(self, today: date) -> "StayQuerySet":
        """Those that still tell of somebody although their gathering ended longer ago than they may be kept.

        A gathering without dates ends with the stay itself, and a stay without dates when it was written down.
        """
        ended = Coalesce(
            "gathering__ends_on",
            "gathering__starts_on",
            "gathering__months_to",
            "leaves_on",
            "arrives_on",
            TruncDate("created_at"),
        )
        return self.filter(erased_at=None).alias(ended=ended).filter(ended__lt=today - KEPT)


KEPT = timedelta(days=settings.STAYS_KEPT_DAYS)


class Stay(Owned):
    """The nights of one person. Once erased (`erased_at`), only nights, bed and money are left, for the totals."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="stays")
    lodging = models.ForeignKey(
        Lodging, models.SET_NULL, null=True, blank=True, related_name="stays", verbose_name=_("where")
    )
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    arrives_on = models.DateField(_("arrives on"), null=True, blank=True)
    leaves_on = models.DateField(_("leaves on"), null=True, blank=True)
    diet = models.CharField(_("meals"), max_length=250, blank=True)
    access_needs = models.CharField(_("access needs"), max_length=250, blank=True)
    share = models.DecimalField(
        _("share of the cost, in euros"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    remark = models.CharField(_("remark"), max_length=250, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True)

    objects = StayQuerySet.as_manager()

    class Meta:
        ordering = [models.F("arrives_on").asc(nulls_last=True), "id"]

    def __str__(self) -> str:
        return str(self.guest or "")

    @property
    def guest(self) -> User | Person | None:
        return self.user or self.person

    @property
    def nights(self) -> int:
        return max(0, (self.leaves_on - self.arrives_on).days) if self.arrives_on and self.leaves_on else 0
