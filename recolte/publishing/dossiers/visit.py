"""What the dossiers of a gathering tell alike: when it was, how many came, what was seen, and what was learned."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import groupby

from django.db.models import Count, Sum
from django.utils.formats import localize
from django.utils.translation import gettext as _

from recolte.gatherings.models import Attendance, Gathering
from recolte.publishing import site
from recolte.publishing.dossiers.paper import Block, Figures, Heading, Item, Items, Quote, Table, Text, Words
from recolte.sources.models import Kind, Source
from recolte.ui.dates import date_format


def day(when: date) -> str:
    return date_format(when, "l j F Y")


def days(gathering: Gathering) -> str:
    """From when to when; empty where nobody knows yet."""
    first, last = gathering.starts_on, gathering.last_day
    if first is None or last is None or first == last:
        return day(first) if first else gathering.months
    return _("%(first)s to %(last)s") % {
        "first": date_format(first, "l j F" if first.year == last.year else "l j F Y"),
        "last": day(last),
    }


def about(gathering: Gathering) -> list[str]:
    """What it is, where and when."""
    option = _("under study") if gathering.is_option else ""
    said = [gathering.get_kind_display(), option, gathering.place, days(gathering)]
    return [str(one) for one in said if one]


def figures(gatherings: Collection[Gathering]) -> list[tuple[str, str]]:
    """How many came, from how many structures, what was brought back: each figure that is not nothing, with its words."""
    came = Attendance.objects.filter(gathering__in=gatherings).aggregate(
        people=Count("person", distinct=True), structures=Count("person__organisation", distinct=True)
    )
    agreed = Source.objects.filter(gathering__in=gatherings).exclude(attestation=None).order_by()
    brought = {
        kind: (count, length)
        for kind, count, length in agreed.values_list("kind").annotate(Count("pk"), Sum("duration_ms"))
    }
    hours = round((brought.get(Kind.RECORDING, (0, 0))[1] or 0) / 3_600_000, 1)
    found: list[tuple[str, float]] = [
        (_("people there"), came["people"]),
        (_("structures that they came from"), came["structures"]),
        (_("hours recorded, with agreement"), hours),
        (_("notes and documents"), brought.get(Kind.DOCUMENT, (0, 0))[0]),
        (_("photos"), brought.get(Kind.PHOTO, (0, 0))[0]),
    ]
    return [(label, str(localize(value))) for label, value in found if value]


def in_figures(found: Sequence[tuple[str, str]]) -> Figures:
    return Figures(_("In figures"), found)


def programme(gathering: Gathering, *, level: int = 3) -> Iterable[Block]:
    """Day by day, what happened where. Who spoke is not said: they were asked for the day, not for a dossier."""
    sessions = gathering.sessions.select_related("place", "gathering")
    for on, those in groupby(sessions, key=lambda session: session.day):
        yield Heading(day(on), level=level)
        lines = [
            [Words(f"{one.starts:%H:%M} – {one.ends:%H:%M}"), Words(one.title), Words(str(one.place or ""))]
            for one in those
        ]
        yield Table(_("Programme of %(day)s") % {"day": day(on)}, [_("When"), _("What"), _("Where")], lines)


def claims(told: Iterable[site.Claim]) -> Iterable[Block]:
    """What was learned, each with the words that bear it, nuance it or contradict it."""
    for claim in told:
        yield Heading(claim.text, note=f"{claim.kind_words} · {_validated(claim)}")
        for quote in claim.quotes:
            lines = tuple((line.speaker, line.text) for line in quote.lines)
            yield Quote(quote.stance_words, lines, quote.source, quote.language)


def _validated(claim: site.Claim) -> str:
    on = date_format(claim.validated_on, "j F Y") if claim.validated_on else ""
    return _("agreed by those who said it, on %(day)s") % {"day": on}


def those(gatherings: Iterable[Gathering]) -> Items:
    return Items([Item(Words(one.name), tuple(about(one))) for one in gatherings])


def nothing(sentence: str) -> Text:
    return Text(sentence, is_soft=True)
