"""What was signed with whom, and until when."""

from datetime import date, timedelta
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Organisation, Owned, Reader, User
from recolte.community.rules import TEAM
from recolte.ui.ids import uuid7

DAYS_BEFORE = 60


class Standing(models.TextChoices):
    """Where an agreement stands on a given day: derived from its dates, never stored."""

    TO_SIGN = "to_sign", _("to be signed")
    AHEAD = "ahead", _("not yet in force")
    RUNNING = "running", _("running")
    TO_RENEW = "to_renew", _("to be renewed")
    OVER = "over", _("over")


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def readable_by(self, user: Reader) -> "AgreementQuerySet":
        """What was signed is read by the team alone, as what pays for it."""
        if not isinstance(user, User):
            return self.none()
        return self.filter(community__memberships__user=user, community__memberships__role__in=TEAM)

    def standing(self, where: str, today: date) -> "AgreementQuerySet":
        """Those of which `Agreement.standing` says `where`."""
        over, signed = models.Q(ends_on__lt=today), models.Q(signed_on__lte=today)
        ahead, noticed = models.Q(starts_on__gt=today), models.Q(notice_on__lte=today)
        unended = self.exclude(over)
        return {
            Standing.OVER: lambda: self.filter(over),
            Standing.TO_SIGN: lambda: unended.exclude(signed),
            Standing.AHEAD: lambda: unended.filter(signed & ahead),
            Standing.TO_RENEW: lambda: unended.filter(signed & noticed).exclude(ahead),
            Standing.RUNNING: lambda: unended.filter(signed).exclude(ahead).exclude(noticed),
        }[Standing(where)]()


class Agreement(Owned):
    """A convention between structures: its terms, its days, and how long before its end one wants to be told."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title = models.CharField(_("title"), max_length=200)
    parties = models.ManyToManyField(Organisation, related_name="agreements")
    terms = models.TextField(_("terms"), blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("to"), null=True, blank=True)
    notice_days = models.PositiveSmallIntegerField(_("days of notice"), default=DAYS_BEFORE)
    notice_on = models.DateField(null=True, editable=False)  # the first day of the notice: what the database compares
    reminded_of = models.DateField(null=True, editable=False)  # the end that the letter told of: one letter an end
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        ordering = [models.F("ends_on").asc(nulls_last=True), "title", "id"]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.notice_on = self.ends_on - timedelta(days=self.notice_days) if self.ends_on else None
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("agreement", args=[self.pk])

    def standing(self, today: date) -> Standing:
        if self.ends_on and self.ends_on < today:
            return Standing.OVER
        if self.signed_on is None or self.signed_on > today:
            return Standing.TO_SIGN
        if self.starts_on and self.starts_on > today:
            return Standing.AHEAD
        if self.notice_on and self.notice_on <= today:
            return Standing.TO_RENEW
        return Standing.RUNNING
