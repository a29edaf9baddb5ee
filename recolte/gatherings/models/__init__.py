"""When and where people met, and how that was prepared: one module a subject."""

from recolte.gatherings.models.checklist import ChecklistItem
from recolte.gatherings.models.committee import AgendaItem, Decision, Support, Task, TaskQuerySet
from recolte.gatherings.models.feedback import HotQuestions
from recolte.gatherings.models.gathering import Gathering, GatheringQuerySet, Kind
from recolte.gatherings.models.stays import Lodging, Stay

__all__ = [
    "AgendaItem",
    "ChecklistItem",
    "Decision",
    "Gathering",
    "GatheringQuerySet",
    "HotQuestions",
    "Kind",
    "Lodging",
    "Stay",
    "Support",
    "Task",
    "TaskQuerySet",
]
