"""What this stage tells earlier ones: its excerpts by their address, how much was coded."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Count, Q
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from recolte.coding.chips import chips
from recolte.coding.models import Code, Coding, Excerpt
from recolte.community.models import Reader
from recolte.gatherings.linked import Linked, resolves
from recolte.gatherings.models import Gathering
from recolte.programme.reports import Figure, Scope, reports_on
from recolte.sources.withheld import Struck, withholds
from recolte.transcripts.glossary import expects
from recolte.transcripts.models import Transcript

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


@withholds
def struck(sources: Collection[UUID]) -> Iterable[Struck]:
    """What was struck off the record; of a file whose words joined their recording, what was struck there."""
    joined = defaultdict(set)
    rows = Transcript.objects.filter(brought_as__in=sources).exclude(source__in=sources)
    for file, recording in rows.values_list("brought_as", "source"):
        joined[recording].add(file)
    found = Excerpt.objects.struck().filter(Q(source__in=sources) | Q(source__in=joined))
    for one in found.only("source", "transcript", "start", "end", "start_ms", "end_ms", "is_drifted"):
        points = None if one.start is None or one.end is None else (one.start, one.end)
        seconds = None if one.start_ms is None or one.end_ms is None else (one.start_ms, one.end_ms)
        for source in {one.source_id, *joined[one.source_id]}:
            yield Struck(source, one.transcript_id, points, seconds)
            if one.is_drifted and seconds:  # its words are elsewhere, or others by now: what is said there goes too
                yield Struck(source, None, None, seconds)


@reports_on(50)
def marked(scope: Scope) -> Iterable[Figure]:
    """How many codes were put on words, by the day on which they were, and how many different ones."""
    days = scope.within("at__date", "excerpt__source__gathering__axis")
    those = Coding.objects.standing().filter(days, community=scope.community)
    found = those.order_by().aggregate(n=Count("pk"), codes=Count("code", distinct=True))
    slug = scope.community.slug
    yield Figure("reperages", _("passages marked with a code"), found["n"], scope.url("codings", slug))
    yield Figure("codes", _("different codes used"), found["codes"], scope.url("codes", slug, used="yes"))


@expects
def notions(gathering: Gathering) -> Iterable[str]:
    """The codes are the community's words: a machine should expect to hear them."""
    return Code.objects.filter(community=gathering.community_id).order_by("-id").values_list("name", flat=True)[:50]
