"""Phase 2: the calls, who applied, how it was read, what was chosen and what may pay for it. One module a subject."""

from recolte.accompaniment.models.application import OPEN, READERS, Application, ApplicationQuerySet, State
from recolte.accompaniment.models.call import Call, CallQuerySet, Criterion, Standing
from recolte.accompaniment.models.choice import OUTCOMES, Choice
from recolte.accompaniment.models.funding import FundingOption
from recolte.accompaniment.models.reading import Appreciation, Level, Reading, Tie

__all__ = [
    "OPEN",
    "OUTCOMES",
    "READERS",
    "Application",
    "ApplicationQuerySet",
    "Appreciation",
    "Call",
    "CallQuerySet",
    "Choice",
    "Criterion",
    "FundingOption",
    "Level",
    "Reading",
    "Standing",
    "State",
    "Tie",
]
