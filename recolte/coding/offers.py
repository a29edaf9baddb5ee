"""What this stage tells earlier ones: its excerpts by their address, how much was coded."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Count, F, Q
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from recolte.coding.chips import chips
from recolte.coding.models import Code, Coding, Excerpt
from recolte.community.models import Reader
from recolte.gatherings.linked import Linked, resolves
from recolte.gatherings.models import Gathering
from recolte.programme.reports import Figure, Scope, reports_on
from recolte.sources.models import Source
from recolte.sources.withheld import Struck, withholds
from recolte.transcripts.actions import points_into
from recolte.transcripts.glossary import expects
from recolte.transcripts.recorders import same_seconds

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
    """What was struck off the record; of a file whose words joined their recording, what was struck there; and what another
    recorder of the same moment hears of it.
    """
    ids = set(sources)
    lying = same_seconds(ids)
    here = Q(source__in=ids | {other for _source, other, _at in lying}) | Q(source__transcripts__brought_as__in=ids)
    rows = Excerpt.objects.struck().filter(here).annotate(file=F("source__transcripts__brought_as"))
    facts = ("transcript", "start", "end", "start_ms", "end_ms", "is_drifted")
    found = set()
    for source, file, transcript, start, end, start_ms, end_ms, is_drifted in rows.values_list(
        "source", "file", *facts
    ):
        points = None if start is None else (start, end)
        seconds = None if start_ms is None or end_ms is None else (start_ms, end_ms)
        for one in {source, file} & ids:
            found.add(Struck(one, transcript, points, seconds))
            if is_drifted and seconds:  # its words are elsewhere, or others by now: what is said there goes too
                found.add(Struck(one, None, None, seconds))
        for one, other, at in lying:
            if seconds and other == source and at(seconds[1]) > 0:
                found.add(Struck(one, None, None, (max(0, at(seconds[0])), at(seconds[1]))))
    return found


@points_into
def has_excerpts(source: Source) -> bool:
    """Excerpts lie where their words are: these cannot be read anew."""
    return Excerpt.objects.filter(Q(source=source) | Q(transcript__brought_as=source)).exists()


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
