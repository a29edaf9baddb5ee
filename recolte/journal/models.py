"""The journal: who did what, when. Append-only; ids and hashes, never texts — so that erasing a text erases it."""

from typing import Any

from django.conf import settings
from django.db import models

from recolte.ui.ids import uuid7


class EventQuerySet(models.QuerySet["Event"]):
    def update(self, **kwargs: Any) -> int:
        raise TypeError("The journal is append-only: its events are never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("The journal is append-only: its events are never removed.")


class Event(models.Model):
    """One thing that happened: a past verb (`source.received`), what it happened to, by whom, when (UTC)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Plain ids: an event outlives what it tells of.
    community_id = models.UUIDField(null=True, db_index=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=64)
    data = models.JSONField(default=dict)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["subject", "subject_id"])]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("The journal is append-only: its events are never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("The journal is append-only: its events are never removed.")
