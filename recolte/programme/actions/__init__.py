"""What happens to a programme and to what carries it: one module a subject."""

from recolte.programme.actions.agreements import add_agreement, change_agreement, remind_of_ends, remove_agreement
from recolte.programme.actions.funding import add_funding, change_funding, remove_funding
from recolte.programme.actions.plan import (
    add_axis,
    add_phase,
    change_axis,
    change_credit,
    change_phase,
    change_programme,
    credit,
    remove,
    remove_credit,
    start_programme,
    take_date_back,
    tell_date,
)

__all__ = [
    "add_agreement",
    "add_axis",
    "add_funding",
    "add_phase",
    "change_agreement",
    "change_axis",
    "change_credit",
    "change_funding",
    "change_phase",
    "change_programme",
    "credit",
    "remind_of_ends",
    "remove",
    "remove_agreement",
    "remove_credit",
    "remove_funding",
    "start_programme",
    "take_date_back",
    "tell_date",
]
