"""Who was asked to come, what they answered, and the calendar each member may follow."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Owned, Person, Reader, User
from recolte.gatherings.models.gathering import Gathering
from recolte.ui.ids import uuid7


class Answer(models.TextChoices):
    YES = "yes", _("yes")
    NO = "no", _("no")
    PERHAPS = "perhaps", _("perhaps")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def standing(self) -> "InvitationQuerySet":
        """Those that were not withdrawn."""
        return self.filter(withdrawn_at=None)

    def unanswered(self) -> "InvitationQuerySet":
        return self.standing().filter(answer="")

    def reachable(self) -> "InvitationQuerySet":
        """Those who have not said no."""
        return self.standing().exclude(answer=Answer.NO)


class Invitation(Owned):
    """Somebody asked to come, and what they answered. The remark is read by who plans and who coordinates alone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="invitations")
    person = models.ForeignKey(Person, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    answer = models.CharField(_("answer"), max_length=8, choices=Answer, blank=True)
    remark = models.TextField(max_length=1000, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    sent_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.TextField(_("why"), max_length=500, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["person__name", "id"]
        constraints = [models.UniqueConstraint(fields=["gathering", "person"], name="one_invitation_to_a_gathering")]

    def __str__(self) -> str:
        return f"{self.person} · {self.gathering}"

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def readable_by(self, user: Reader) -> "CalendarFeedQuerySet":
        return self.filter(user=user) if isinstance(user, User) else self.none()


class CalendarFeed(Owned):
    """A member's calendar of a community. The address signs `number`: raising it ends the one given out before."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    number = models.IntegerField(default=0)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "user"], name="one_feed_per_member")]

    def __str__(self) -> str:
        return f"{self.user} · {self.community}"
