"""What this stage tells earlier ones: how much of a gathering is still to be collected."""

from recolte.community.models import Reader, User
from recolte.gatherings.models import Gathering
from recolte.sources.lacking import counts_what_lacks
from recolte.transcripts.coverage import coverage


@counts_what_lacks
def still_to_collect(gathering: Gathering, reader: Reader) -> int:
    if not isinstance(reader, User) or not gathering.collection.exists():
        return 0
    return coverage([gathering], reader)[gathering.pk].lacking
