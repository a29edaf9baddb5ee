"""When and where people met, and how that was prepared: one module a subject."""

from recolte.gatherings.models.gathering import Gathering, GatheringQuerySet, Kind

__all__ = ["Gathering", "GatheringQuerySet", "Kind"]
