"""What this stage tells earlier ones: its excerpts by their address."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from recolte.coding.chips import chips
from recolte.coding.models import Excerpt
from recolte.community.models import Reader
from recolte.gatherings.linked import Linked, resolves

LONGEST = 160  # code points of a quote in a line of links


@resolves("excerpt", "excerpt")
def excerpts(reader: Reader, ids: Collection[UUID]) -> dict[UUID, Linked]:
    """Those whose words this reader may read now: what was struck or withdrawn has none."""
    found = Excerpt.objects.readable_by(reader).filter(pk__in=ids)
    by_community = defaultdict(list)
    for one in found.select_related("community", "source__gathering", "source__deposit", "transcript"):
        by_community[one.community].append(one)
    return {
        passage.excerpt.pk: Linked(
            _("“%(words)s”") % {"words": Truncator(chip.quote or passage.excerpt.note).chars(LONGEST)},
            passage.excerpt.get_absolute_url(),
            community.pk,
            "quote",
        )
        for community, those in by_community.items()
        for passage, chip in chips(those, reader=reader, community=community)
        if not chip.withdrawn
    }
