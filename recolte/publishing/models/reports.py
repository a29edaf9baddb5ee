"""Interim reports: the draft, and its editions, whose figures are frozen."""

import json
from datetime import UTC
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Membership, Owned, Reader, User
from recolte.community.rules import TEAM
from recolte.journal.actions import digest
from recolte.ui.ids import uuid7


class ReportQuerySet(models.QuerySet["Report"]):
    def readable_by(self, user: Reader) -> "ReportQuerySet":
        """Drafts are read by the team; what is published, by every member."""
        if not isinstance(user, User):
            return self.none()
        team = Q(community__in=Membership.objects.filter(user=user, role__in=TEAM).values("community"))
        return self.filter(team | Q(published__isnull=False), community__memberships__user=user)


class Report(Owned):
    """An interim report as it is being written: its words ask for figures (`{visites}`), which are counted anew each time.

    `sections`: [{"heading": …, "text": …}, …] in order.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title = models.CharField(_("title"), max_length=160)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("to"), null=True, blank=True)
    sections = models.JSONField(default=list)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(default=timezone.now)
    # Who wrote it thinks that it can be published: those who coordinate decide
    proposed_at = models.DateTimeField(null=True)
    published = models.ForeignKey("publishing.Edition", models.SET_NULL, null=True, related_name="+")

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("report", args=[self.pk])

    @property
    def is_ahead(self) -> bool:
        """Something was changed since it was published."""
        return self.published is not None and self.changed_at > self.published.at


class EditionQuerySet(models.QuerySet["Edition"]):
    def readable_by(self, user: Reader) -> "EditionQuerySet":
        """Those of the reports that they read; one that names somebody who took their name back, by the team alone."""
        if not isinstance(user, User):
            return self.none()
        team = Q(community__in=Membership.objects.filter(user=user, role__in=TEAM).values("community"))
        return self.filter(team | Q(taken_back_at=None), report__in=Report.objects.readable_by(user))


class Edition(Owned):
    """A report as it was published: its words and the figures that they ask for, frozen, with `sha256` over all of it.

    One that names somebody who takes their name back is taken back by itself: frozen still, and public no more.
    `figures`: [{"key", "label", "value", "unit", "public"}, …], as `Figure.frozen` says them, in the site's language.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    report = models.ForeignKey(Report, models.CASCADE, related_name="editions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=160)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    sections = models.JSONField(default=list)
    figures = models.JSONField(default=list)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    sha256 = models.CharField(max_length=64)
    taken_back_at = models.DateTimeField(null=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="one_edition_of_a_number")]

    def __str__(self) -> str:
        return f"{self.title} · {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("edition", args=[self.report_id, self.number])

    def digest(self) -> str:
        """The sha256 of all that it says: one word or one figure more, another."""
        facts: list[Any] = [str(self.report_id), self.number, self.title, str(self.starts_on), str(self.ends_on)]
        facts += [self.at.astimezone(UTC).isoformat(), self.sections, self.figures]
        return digest(json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")))
