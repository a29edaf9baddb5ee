"""What a community has set out to do, and what carries it: one module a subject."""

from recolte.programme.models.agreement import DAYS_BEFORE, Agreement, AgreementQuerySet, Standing
from recolte.programme.models.funding import FundingLine, FundingQuerySet, Sure, Total, money
from recolte.programme.models.plan import (
    Axis,
    Contribution,
    DatedFact,
    Phase,
    Precision,
    Programme,
    ProgrammeQuerySet,
)

__all__ = [
    "DAYS_BEFORE",
    "Agreement",
    "AgreementQuerySet",
    "Axis",
    "Contribution",
    "DatedFact",
    "FundingLine",
    "FundingQuerySet",
    "Phase",
    "Precision",
    "Programme",
    "ProgrammeQuerySet",
    "Standing",
    "Sure",
    "Total",
    "money",
]
