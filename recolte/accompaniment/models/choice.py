"""What was chosen, and why."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from recolte.accompaniment.models.application import Application, State
from recolte.community.models import Owned, User
from recolte.gatherings.models import Decision
from recolte.ui.ids import uuid7

OUTCOMES = (State.ACCOMPANIED, State.WAITING, State.DECLINED)


class Choice(Owned):
    """The choice made of an application, with its reasons. Revised, a new one stands before it, and both stay."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="choices")
    outcome = models.CharField(_("choice"), max_length=12, choices=[(one.value, one.label) for one in OUTCOMES])
    word = models.TextField(_("reasons, for the collective"), max_length=3000)
    reasons = models.TextField(_("reasons, among those who read"), max_length=3000)
    # What the choice departs from, as codes (see `deviations`), and why all the same
    deviates_from: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    deviation = models.TextField(_("why it departs from the call"), max_length=2000, blank=True)
    revised_because = models.TextField(_("why the earlier choice is revised"), max_length=2000, blank=True)
    decision = models.ForeignKey(Decision, models.SET_NULL, null=True, blank=True, related_name="+")
    took_part = models.ManyToManyField(User, related_name="+")
    set_aside = models.ManyToManyField(User, related_name="+")  # tied to the collective, or seemed so and had not said
    chosen_on = models.DateField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.application} · {self.get_outcome_display()}"
