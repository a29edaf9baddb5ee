"""Things of the house by their address: a kind and an id, which later stages know how to show.

A stage registers its kinds in its module `offers`; what a reader may not see, or is no longer there, is not resolved.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from django.urls import Resolver404, resolve

from recolte.community.models import Reader


@dataclass(frozen=True, slots=True)
class Linked:
    title: str
    url: str
    community_id: UUID
    icon: str = "link"


Address = tuple[str, UUID]
Resolves = Callable[[Reader, Collection[UUID]], dict[UUID, Linked]]
_kinds: dict[str, Resolves] = {}
_routes: dict[str, str] = {}


def resolves(kind: str, *routes: str) -> Callable[[Resolves], Resolves]:
    """Register how things of `kind` are shown to a reader; the pages called `routes` are each about one, by its `pk`."""

    def register(function: Resolves) -> Resolves:
        _kinds[kind] = function
        _routes.update(dict.fromkeys(routes, kind))
        return function

    return register


def linked(reader: Reader, addresses: Iterable[Address]) -> dict[Address, Linked]:
    """Those of `addresses` that `reader` may see, in one question a kind."""
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for kind, target in addresses:
        wanted[kind].add(target)
    return {
        (kind, target): one
        for kind, ids in wanted.items()
        if kind in _kinds
        for target, one in _kinds[kind](reader, ids).items()
    }


def read_address(text: str) -> Address | None:
    """What the page at this address is about, or the part of it that `#kind-id` names; None when it is no such page."""
    parts = urlsplit(text.strip())
    if part := re.fullmatch(r"(\w+)-([0-9a-f-]{36})", parts.fragment):
        try:
            if part[1] in _kinds:
                return part[1], UUID(part[2])
        except ValueError:
            pass
    try:
        match = resolve(parts.path)
    except Resolver404:
        return None
    kind, target = _routes.get(match.url_name or ""), match.kwargs.get("pk")
    return (kind, target) if kind and isinstance(target, UUID) else None
