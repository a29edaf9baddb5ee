"""What a local collective wrote to be accompanied, and where it stands."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recolte.accompaniment.models.call import Call
from recolte.community.models import Owned, Reader, Role, User
from recolte.ui.ids import uuid7

# An application is read by those who may have to choose; the other members read the call.
READERS = (Role.COORDINATOR, Role.RESEARCHER, Role.COMMITTEE)


class State(models.TextChoices):
    RECEIVED = "received", _("to be read")
    READING = "reading", _("being looked at")
    ACCOMPANIED = "accompanied", _("accompanied")
    WAITING = "waiting", _("on the waiting list")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn by the collective")


OPEN = (State.RECEIVED, State.READING)


class ApplicationQuerySet(models.QuerySet["Application"]):
    def readable_by(self, user: Reader) -> "ApplicationQuerySet":
        if not isinstance(user, User):
            return self.none()
        return self.filter(community__memberships__user=user, community__memberships__role__in=READERS)

    def open(self) -> "ApplicationQuerySet":
        """Those on which nothing was chosen yet."""
        return self.filter(state__in=OPEN)

    def unread_by(self, user: User) -> "ApplicationQuerySet":
        """Those that wait for a reading by `user`: neither read by them, nor of a collective that they are tied to."""
        tied = Application.objects.filter(ties__user=user, ties__is_tied=True).values("pk")
        return self.open().exclude(pk__in=tied).exclude(readings__by=user)


class Application(Owned):
    """Written by the collective itself, or noted by a member (`by`) when it came otherwise. Withdrawn, it keeps no word."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    call = models.ForeignKey(Call, models.CASCADE, related_name="applications")
    state = models.CharField(_("status"), max_length=12, choices=State, default=State.RECEIVED)
    words = models.TextField(_("what do you want to do, and with whom?"), max_length=6000)
    expects = models.TextField(_("what do you expect from the accompaniment?"), max_length=3000, blank=True)
    name = models.CharField(_("name of your collective"), max_length=160)
    territory = models.CharField(_("territory or commune"), max_length=160)
    # The structures that bear it, as the collective names them: a reader who belongs to one of them is tied to it
    bearers: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    contact = models.CharField(_("who writes"), max_length=120)
    email = models.EmailField(_("e-mail address"), blank=True)
    link_number = models.PositiveIntegerField(default=1)  # part of what the link signs: raising it ends the one before
    received_on = models.DateField(_("received on"))
    changed_at = models.DateTimeField(null=True)  # when the collective last completed it
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-received_on", "-id"]

    def __str__(self) -> str:
        return self.name or gettext("withdrawn application")

    def get_absolute_url(self) -> str:
        return reverse("application", args=[self.pk])

    @property
    def is_withdrawn(self) -> bool:
        return self.state == State.WITHDRAWN

    @property
    def is_late(self) -> bool:
        """It came after the last day of the call."""
        return self.call.closes_on is not None and self.received_on > self.call.closes_on
