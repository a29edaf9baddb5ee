"""What may pay for the accompaniment: a line of the programme's funding, seen from a call or from one of its sites."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from recolte.accompaniment.models.application import Application
from recolte.accompaniment.models.call import Call
from recolte.community.models import Owned, Reader, User
from recolte.community.rules import TEAM
from recolte.programme.models import FundingLine
from recolte.ui.ids import uuid7


class FundingOptionQuerySet(models.QuerySet["FundingOption"]):
    def readable_by(self, user: Reader) -> "FundingOptionQuerySet":
        """Amounts are read by the team alone, as everywhere."""
        if not isinstance(user, User):
            return self.none()
        return self.filter(community__memberships__user=user, community__memberships__role__in=TEAM)


class FundingOption(Owned):
    """The sum, the funder and how sure it is are the line's: it counts once, in the funding of the community too."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    call = models.ForeignKey(Call, models.CASCADE, related_name="funding_options")
    application = models.ForeignKey(
        Application, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("site")
    )
    line = models.OneToOneField(FundingLine, models.CASCADE, related_name="option")
    as_of = models.DateField(_("as of"))
    source = models.CharField(_("according to"), max_length=200, blank=True)

    objects = FundingOptionQuerySet.as_manager()

    class Meta:
        ordering = ["line__funder__name", "id"]

    def __str__(self) -> str:
        return str(self.line)

    def get_absolute_url(self) -> str:
        return reverse("funding_option", args=[self.pk])
