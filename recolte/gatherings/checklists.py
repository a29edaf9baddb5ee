"""What is usually to be thought of, by kind of gathering."""

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recolte.gatherings.models import ChecklistItem, Gathering, Kind

BEFORE, DURING, AFTER = ChecklistItem.Moment
ALL = [
    (BEFORE, _("Send the invitations")),
    (BEFORE, _("Say that it will be recorded, and what becomes of the recordings")),
    (BEFORE, _("Say who facilitates, who takes notes, who watches the time")),
    (DURING, _("Collect the agreements before recording")),
    (DURING, _("Ask the hot questions before people leave")),
    (AFTER, _("Bring in recordings, notes and photos")),
    (AFTER, _("Thank those who came and those who hosted")),
    (AFTER, _("Tell people what became of what they said")),
]
COMMITTEE = [
    (BEFORE, _("Write the agenda with those who bring the points")),
    (DURING, _("Note each decision with who does what, for when")),
    (AFTER, _("Send the minutes")),
]
VISIT = [
    (BEFORE, _("Agree on the two days with the host structure")),
    (BEFORE, _("Find places to sleep; ask about meals and access needs")),
    (BEFORE, _("Organise the journeys")),
    (BEFORE, _("Say below whether the letter of the evening goes out by itself")),
    (DURING, _("Keep time for eating together")),
    (AFTER, _("Read the notes back with the host structure")),
]
SEMINAR = [
    (BEFORE, _("Choose the excerpts to be talked about")),
    (BEFORE, _("Print the paper cards")),
    (AFTER, _("Write down convergences, disagreements and questions")),
]
OWN: dict[str, list[tuple[ChecklistItem.Moment, Promise | str]]] = {
    Kind.COMMITTEE: [*COMMITTEE],
    Kind.LEARNING_VISIT: [*VISIT],
    Kind.SEMINAR: [*SEMINAR],
    Kind.CAPITALISATION_SEMINAR: [*SEMINAR],
}


def usual(gathering: Gathering) -> Iterator[tuple[ChecklistItem.Moment, Promise | str]]:
    """What is usual for a gathering of this kind, moment by moment: its own first."""
    for moment in ChecklistItem.Moment:
        yield from (one for one in [*OWN.get(gathering.kind, []), *ALL] if one[0] == moment)
