"""What leaves the house: the public site, each time it was written; interim reports; dossiers, and what comes back."""

from recolte.publishing.models.dossiers import HostLink, likely_host
from recolte.publishing.models.reactions import Reaction, ReactionDoor
from recolte.publishing.models.reports import Edition, EditionQuerySet, Report, ReportQuerySet
from recolte.publishing.models.site import Publication

__all__ = [
    "Edition",
    "EditionQuerySet",
    "HostLink",
    "Publication",
    "Reaction",
    "ReactionDoor",
    "Report",
    "ReportQuerySet",
    "likely_host",
]
