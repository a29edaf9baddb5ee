"""The evenings of a gathering on which a letter told all members of the day."""

from django.db import models

from recolte.community.models import Owned
from recolte.gatherings.models.gathering import Gathering
from recolte.ui.ids import uuid7


class Evening(Owned):
    """That the letter of this day was sent, by hand or by itself: this row is what keeps it from going out twice."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="evenings")
    day = models.DateField()
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["gathering", "day"], name="one_letter_an_evening")]

    def __str__(self) -> str:
        return f"{self.gathering} · {self.day}"
