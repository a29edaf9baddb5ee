"""What JSON formats share: a list `segments` of objects, read one by one, so that a file cut short gives its beginning."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from recolte.engine.formats.faults import BACKWARDS, BAD_TIME, CUT_SHORT, NO_OBJECT
from recolte.engine.turns import Fault

Segment = dict[str, Any]

_STRING = r'"(?:[^"\\]|\\.)*+"'
_FLAT = rf"(?:{_STRING}|[-+.\w]++|\[[^\[\]{{}}]*+\]|\{{[^{{}}]*+\}})"
_MEMBERS = rf"(?:\s*+{_STRING}\s*+:\s*+{_FLAT}\s*+,)*?"
_LIST = re.compile(r'\s*(?:\{.*?(?<!\\)"segments"\s*:\s*)?\[', re.DOTALL)
_LANGUAGE = re.compile(r'(?<!\\)"language"\s*:\s*"([a-z]{2,3}(?:-\w+)*)"')


def signature(keys: str, head: str = r"(?!)") -> re.Pattern[str]:
    """What begins a file whose segments have one of `keys` (an alternation), or whose members begin with `head`."""
    return re.compile(
        rf'\s*(?:\{{{_MEMBERS}\s*"segments"\s*:\s*)?\[\s*\{{{_MEMBERS}\s*"(?:{keys})"\s*:'
        rf"|\s*\{{{_MEMBERS}\s*{head}",
        re.DOTALL,
    )


def segments_in(text: str, faults: list[Fault]) -> Iterator[tuple[int, Segment]]:
    """(line, segment) for each object in the list of segments; what stops the reading is noted."""
    begin = _LIST.match(text)
    if not begin:
        return
    decoder = json.JSONDecoder()
    position, line, counted = begin.end(), 1, 0
    while True:
        position = _past_blanks(text, position)
        line += text.count("\n", counted, position)
        counted = position
        if text.startswith("]", position):
            return
        try:
            found, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            faults.append(Fault(line, CUT_SHORT))
            return
        if isinstance(found, dict):
            yield line, found
        else:
            faults.append(Fault(line, NO_OBJECT))
        position = _past_blanks(text, position)
        position += text.startswith(",", position)


def language_of(text: str) -> str:
    """The code that stands as the language beside the segments, or ""."""
    found = _LANGUAGE.search(text)
    return found[1] if found else ""


def times_of(start: object, end: object, line: int, faults: list[Fault]) -> tuple[int | None, int | None]:
    """`start` and `end`, in seconds, as ms; None for null, and for what is no time."""
    start_ms, end_ms = (_ms(value, line, faults) for value in (start, end))
    if start_ms is not None and end_ms is not None and end_ms < start_ms:
        faults.append(Fault(line, BACKWARDS))
        end_ms = start_ms
    return start_ms, end_ms if start_ms is not None else None


def seconds(ms: int | None) -> float | None:
    return None if ms is None else ms / 1000


def _ms(value: object, line: int, faults: list[Fault]) -> int | None:
    if value is None:
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and 0 <= value < 1e9:
        return round(value * 1000)
    faults.append(Fault(line, BAD_TIME))
    return None


def _past_blanks(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\n\r":
        position += 1
    return position
