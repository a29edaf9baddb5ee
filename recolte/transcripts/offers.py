"""What this stage tells earlier ones: how much of a gathering is still to be collected."""

from recolte.community.models import Reader, User
from recolte.gatherings.models import Gathering
from recolte.sources.lacking import counts_what_lacks
from recolte.transcripts.coverage import coverage


@counts_what_lacks
def still_to_collect(gathering: Gathering, reader: Reader) -> int:
    if not isinstance(reader, User):
        return 0
    board = coverage([gathering], reader)[gathering.pk]
    return board.lacking if board.is_planned else 0
