"""The public site, each time it was written."""

from django.db import models

from recolte.community.models import Owned, User
from recolte.ui.ids import uuid7


class Publication(Owned):
    """One writing of the site: where (empty: the house's own folder), and the sha256 of the list of its files."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    folder = models.CharField(max_length=500, blank=True)
    url = models.CharField(max_length=500, blank=True)
    manifest = models.CharField(max_length=64)
    cards = models.IntegerField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.community} · {self.at:%Y-%m-%d}"
