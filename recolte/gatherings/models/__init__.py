"""When and where people met, and how that was prepared: one module a subject."""

from recolte.gatherings.models.attendance import OFTEN, Attendance, Turnout, attendees, presences, turnout, turnouts
from recolte.gatherings.models.checklist import ChecklistItem
from recolte.gatherings.models.collection import ToCollect
from recolte.gatherings.models.committee import AgendaItem, Decision, Support, Task, TaskQuerySet
from recolte.gatherings.models.evening import Evening
from recolte.gatherings.models.feedback import HotQuestions
from recolte.gatherings.models.gathering import FIRST_DAY, UNDATED, Gathering, GatheringQuerySet, Kind, Mode
from recolte.gatherings.models.invitation import Answer, CalendarFeed, Invitation, InvitationQuerySet
from recolte.gatherings.models.stays import Lodging, Stay
from recolte.gatherings.models.visit import OUTLINE, Place, Session, SessionKind, SessionSpeaker

__all__ = [
    "FIRST_DAY",
    "UNDATED",
    "AgendaItem",
    "Answer",
    "Attendance",
    "CalendarFeed",
    "ChecklistItem",
    "Decision",
    "Evening",
    "Gathering",
    "GatheringQuerySet",
    "HotQuestions",
    "Invitation",
    "InvitationQuerySet",
    "Kind",
    "Lodging",
    "Mode",
    "OFTEN",
    "OUTLINE",
    "Place",
    "Session",
    "SessionKind",
    "SessionSpeaker",
    "Stay",
    "Support",
    "Task",
    "TaskQuerySet",
    "ToCollect",
    "Turnout",
    "attendees",
    "presences",
    "turnout",
    "turnouts",
]
