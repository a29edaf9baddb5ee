"""The file of a visit: its places, and its programme with who speaks."""

from datetime import date, datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Owned, Person
from recolte.gatherings.models.gathering import Gathering
from recolte.ui.ids import uuid7


class Place(Owned):
    """One of the places of a gathering, and how one gets and moves about there."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="places")
    name = models.CharField(_("name"), max_length=160)
    address = models.CharField(_("address"), max_length=300, blank=True)
    way = models.TextField(_("how to get there"), max_length=2000, blank=True)
    access = models.TextField(
        _("access"), max_length=2000, blank=True, help_text=_("Steps, lifts, toilets, hearing loops: what there is.")
    )
    latitude = models.FloatField(
        _("latitude"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        _("longitude"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    @property
    def map_url(self) -> str:
        """Where a map shows the place; empty when nobody said where it is."""
        if self.latitude is None or self.longitude is None:
            return ""
        here = f"{self.latitude:.6f}/{self.longitude:.6f}"
        return f"https://www.openstreetmap.org/?mlat={self.latitude:.6f}&mlon={self.longitude:.6f}#map=16/{here}"


class SessionKind(models.TextChoices):
    WELCOME = "welcome", _("welcome")
    PRESENTATION = "presentation", _("presentation")
    VISIT = "visit", _("visit")
    WORKSHOP = "workshop", _("workshop")
    MEAL = "meal", _("meal")
    TRAVEL = "travel", _("travel")
    FREE_TIME = "free_time", _("free time")
    WRAP_UP = "wrap_up", _("wrap-up")
    OTHER = "other", _("other")


# The fixed outline along which a structure presents itself, in this order: the field of each step, and its title.
OUTLINE = [
    ("objectives", _("Objectives, activities, team, partners")),
    ("ecosystem", _("In its ecosystem")),
    ("position", _("Know-how, and position on the notions")),
    ("clarification", _("Clarification questions only")),
    ("guiding", _("Guiding questions")),
]


class Session(Owned):
    """One slot of the programme. Its times are kept in UTC and read in the gathering's time zone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="sessions")
    place = models.ForeignKey(
        Place, models.SET_NULL, null=True, blank=True, related_name="sessions", verbose_name=_("place")
    )
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=14, choices=SessionKind, default=SessionKind.PRESENTATION)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    travel = models.TextField(
        _("travel"), max_length=2000, blank=True, help_text=_("How one gets from the session before to this one.")
    )
    follows_outline = models.BooleanField(_("Follows the outline of a presentation"), default=False)
    objectives = models.TextField(OUTLINE[0][1], max_length=4000, blank=True)
    ecosystem = models.TextField(OUTLINE[1][1], max_length=4000, blank=True)
    position = models.TextField(OUTLINE[2][1], max_length=4000, blank=True)
    clarification = models.TextField(OUTLINE[3][1], max_length=4000, blank=True)
    guiding = models.TextField(OUTLINE[4][1], max_length=4000, blank=True)

    class Meta:
        ordering = ["starts_at", "ends_at", "id"]
        indexes = [models.Index(fields=["gathering", "starts_at"])]

    def __str__(self) -> str:
        return self.title

    @property
    def starts(self) -> datetime:
        """When it starts, as the clock on the wall says."""
        return self.starts_at.astimezone(self.gathering.zone)

    @property
    def ends(self) -> datetime:
        return self.ends_at.astimezone(self.gathering.zone)

    @property
    def day(self) -> date:
        return self.starts.date()

    @property
    def outline(self) -> list[tuple[str, str]]:
        """The steps in their order, each with what was noted for it; none when the session has no outline."""
        return [(str(title), getattr(self, field)) for field, title in OUTLINE] if self.follows_outline else []


class SessionSpeaker(Owned):
    """Who speaks in a session: somebody of the community, or free words; to be confirmed until they said yes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(Session, models.CASCADE, related_name="speakers")
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="speaks_in")
    words = models.CharField(max_length=160, blank=True)
    is_confirmed = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.person) if self.person else self.words
