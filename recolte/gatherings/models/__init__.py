"""When and where people met, and how that was prepared: one module a subject."""

from recolte.gatherings.models.attendance import Attendance, Turnout, attendees, turnouts
from recolte.gatherings.models.gathering import Gathering, GatheringQuerySet, Kind, Mode
from recolte.gatherings.models.invitation import Answer, CalendarFeed, Invitation, InvitationQuerySet
from recolte.gatherings.models.visit import OUTLINE, Place, Session, SessionKind, SessionSpeaker

__all__ = [
    "OUTLINE",
    "Answer",
    "Attendance",
    "CalendarFeed",
    "Gathering",
    "GatheringQuerySet",
    "Invitation",
    "InvitationQuerySet",
    "Kind",
    "Mode",
    "Place",
    "Session",
    "SessionKind",
    "SessionSpeaker",
    "Turnout",
    "attendees",
    "turnouts",
]
