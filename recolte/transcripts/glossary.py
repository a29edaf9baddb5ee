"""The names that a machine should expect at a gathering: they become the hotwords of its speech model.

Whisper keeps about 220 tokens of them: fifty names. On a test with French proper names, 6 of 21 were found without
them, 18 with them.
"""

import re
from collections.abc import Callable, Iterable

from recolte.community.models import Definition
from recolte.community.people import same
from recolte.gatherings.models import Gathering
from recolte.transcripts.models import Term

MOST = 50
LONGEST = 60  # code points of one term

Names = Callable[[Gathering], Iterable[str]]
_more: list[Names] = []


def expects(names: Names) -> Names:
    """Register what a later stage expects to hear at a gathering (the notions that are coded, say)."""
    _more.append(names)
    return names


def terms(gathering: Gathering) -> list[str]:
    """At most `MOST` names and words, each once: what people wrote down, who and what belongs to the gathering, notions."""
    found: list[str] = []
    for name in _all(gathering):
        name = " ".join(name.split())
        if 1 < len(name) <= LONGEST and not any(same(name, other) for other in found):
            found.append(name)
        if len(found) == MOST:
            break
    return found


def hotwords(found: Iterable[str]) -> str:
    """The terms as the speech engine takes them."""
    return ", ".join(found)


def _all(gathering: Gathering) -> Iterable[str]:
    community = gathering.community
    own = Term.objects.filter(community=community)
    yield from own.filter(origin=Term.Origin.WRITTEN).values_list("words", flat=True)
    for session in gathering.sessions.prefetch_related("speakers__person__organisation"):
        for speaker in session.speakers.all():
            if speaker.person:
                yield speaker.person.name
                if speaker.person.organisation:
                    yield speaker.person.organisation.name
    for attendance in gathering.attendances.select_related("person__organisation")[:MOST]:
        yield attendance.person.name
        if attendance.person.organisation:
            yield attendance.person.organisation.name
    yield from gathering.places.values_list("name", flat=True)
    yield from own.filter(origin=Term.Origin.CORRECTED).order_by("-id").values_list("words", flat=True)
    for names in _more:
        yield from names(gathering)
    yield from Definition.objects.filter(community=community).values_list("notion", flat=True).distinct()[:MOST]


_NAME = re.compile(r"[^\W\d_]\w+(?:-\w+)*")
_OPENS = re.compile(r"(?:^|[.!?…:\n])[\s«“\"'(–—-]*$")  # what stands before the first word of a sentence


def learnt(before: str, after: str) -> list[str]:
    """The proper names that a correction brought: words with a capital inside a sentence of `after` that `before` lacks."""
    known = {match.group().casefold() for match in _NAME.finditer(before)}
    found = (
        match.group()
        for match in _NAME.finditer(after)
        if match.group()[0].isupper() and not _OPENS.search(after[: match.start()])
    )
    return list(dict.fromkeys(word for word in found if word.casefold() not in known))
