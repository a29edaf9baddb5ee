"""What is to be thought of before, during and after a gathering."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Owned, User
from recolte.gatherings.models.gathering import Gathering
from recolte.ui.ids import uuid7


class ChecklistItem(Owned):
    class Moment(models.TextChoices):
        BEFORE = "1_before", _("before")
        DURING = "2_during", _("on the day")
        AFTER = "3_after", _("afterwards")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="checklist")
    moment = models.CharField(_("when"), max_length=8, choices=Moment, default=Moment.BEFORE)
    what = models.CharField(_("what is to be thought of"), max_length=200)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["moment", "id"]

    def __str__(self) -> str:
        return self.what
