"""What pays for it: one line a sum that somebody gives, or may give."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Organisation, Owned, Reader, User
from recolte.community.rules import TEAM
from recolte.programme.models.plan import Axis
from recolte.ui.ids import uuid7


def money(amount: Decimal) -> str:
    """Euros as they are written in the reader's language: 1 234,50 €, or €1,234.50."""
    return gettext("€%(amount)s") % {"amount": number_format(amount, 2, use_l10n=True, force_grouping=True)}


class Sure(models.TextChoices):
    """How sure a sum is. They are never added together: what is probable is not secured."""

    SECURED = "secured", _("secured")
    PROBABLE = "probable", _("probable")
    SOUGHT = "sought", _("sought")


@dataclass(frozen=True)
class Total:
    """What the lines of one state come to; `unknown` of its `count` lines have no amount yet."""

    state: Sure
    amount: Decimal
    count: int
    unknown: int

    @property
    def money(self) -> str:
        return gettext("not known yet") if self.count and self.unknown == self.count else money(self.amount)


class FundingQuerySet(models.QuerySet["FundingLine"]):
    def readable_by(self, user: Reader) -> "FundingQuerySet":
        """Amounts are read by the team alone."""
        if not isinstance(user, User):
            return self.none()
        return self.filter(community__memberships__user=user, community__memberships__role__in=TEAM)

    def running(self, since: date | None, until: date | None) -> "FundingQuerySet":
        """Those that run at some time in these days; a line that has no first or last day is open at that end."""
        found = self.filter(models.Q(ends_on=None) | models.Q(ends_on__gte=since)) if since else self
        return found.filter(models.Q(starts_on=None) | models.Q(starts_on__lte=until)) if until else found

    def totals(self) -> list[Total]:
        """One total a state, in one question; there is no sum of them."""
        found = (
            self.order_by()
            .values_list("state")
            .annotate(models.Sum("amount"), models.Count("pk"), models.Count("amount"))
        )
        by_state: dict[str, Any] = {state: rest for state, *rest in found}
        totals = []
        for state in Sure:
            amount, count, known = by_state.get(state, (None, 0, 0))
            totals.append(Total(state, amount or Decimal(0), count, count - known))
        return totals


class FundingLine(Owned):
    State = Sure

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    funder = models.ForeignKey(Organisation, models.CASCADE, related_name="funding_lines", verbose_name=_("funder"))
    purpose = models.CharField(_("what for"), max_length=200)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2, null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=Sure, default=Sure.SOUGHT)
    axis = models.ForeignKey(
        Axis, models.SET_NULL, null=True, blank=True, related_name="funding_lines", verbose_name=_("axis")
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("to"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = FundingQuerySet.as_manager()

    class Meta:
        ordering = ["funder__name", models.F("starts_on").asc(nulls_last=True), "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount=None) | models.Q(amount__gte=0), name="an_amount_is_not_negative"
            )
        ]

    def __str__(self) -> str:
        return f"{self.funder} · {self.purpose}"

    def get_absolute_url(self) -> str:
        return reverse("funding_line", args=[self.pk])

    @property
    def money(self) -> str:
        return gettext("not known yet") if self.amount is None else money(self.amount)
