"""Passages of a text, and where they are after the text was corrected: exact, or flagged as drifted, never elsewhere.

Texts are NFC with LF; positions are code points, spans half-open. What `reanchor` promises: no anchor is dropped; one
that is not drifted has its quote at its span; a drifted one keeps its quote and neighbours, so that its words can come
back; and the mere occurrence of the same words elsewhere never makes an anchor exact.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from recolte.engine.pairs import pairs

NEIGHBOURS = 32  # code points kept before and after a quote

_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"\w+|[^\w\s]")
_SPOTS = 200  # in a text that repeats itself so often, a place between the same neighbours means nothing
_SLIDE = 1000  # code points by which an insertion or a deletion may slide to a better boundary
_BEYOND = 1 << 60  # what lies outside the window is the same on both sides, so far

Block = tuple[int, int, int]  # start in the old text, start in the new, length


@dataclass(frozen=True, slots=True)
class Anchor:
    """A passage of a text (NFC, LF): half-open [start, end) in code points, its words, and what stands around them.

    A drifted one still says the words that it had; its span is where they were, and is empty when nothing is left there.
    """

    start: int
    end: int
    quote: str
    prefix: str
    suffix: str
    is_drifted: bool = False


def anchor(text: str, start: int, end: int, *, at: int = 0) -> Anchor:
    """Anchor [start, end) of the text that `text` is, or is a window of, beginning at its code point `at`.

    Neighbours end where the window ends. Raises ValueError when the span is empty or not inside the window.
    """
    first, last = start - at, end - at
    if not 0 <= first < last <= len(text):
        raise ValueError(f"[{start}, {end}) is no passage of [{at}, {at + len(text)})")
    return Anchor(start, end, text[first:last], _before(text, first), _after(text, last))


def holds(anchor: Anchor, text: str, *, at: int = 0) -> bool:
    """Whether the words at the anchor's span are its quote; `text` is a window that begins at `at`."""
    first, last = anchor.start - at, anchor.end - at
    return first >= 0 and last <= len(text) and text[first:last] == anchor.quote


def reanchor(anchors: Sequence[Anchor], old: str, new: str, *, at: int = 0) -> list[Anchor]:
    """Where the anchors are after `old` became `new`, in the same order. Both are windows that begin at `at`.

    Exact where the words survive as they stood (the difference of the two texts leads there), where they come back to
    their place between the same neighbours, or where they were pasted, with both neighbours, and once only; otherwise
    drifted. What lies outside the window moves with it; words come back only where it shows all their neighbours.
    """
    change = Change(old, new)
    return [_follow(one, change, at) for one in anchors]


def _follow(one: Anchor, change: "Change", at: int) -> Anchor:
    start, end = one.start - at, one.end - at
    is_inside = start >= 0 and end <= len(change.old)
    if not one.is_drifted:
        found = change.kept(start, end)
        if found is None and is_inside:
            found = _whole_at_an_end(one, change, start, end)
        if found is not None and (not is_inside or change.new.startswith(one.quote, found)):
            last = found + end - start
            # What the window does not show of the neighbours has not changed
            beyond = max(0, start - len(change.old))
            prefix = one.prefix[: max(0, len(one.prefix) - start)] + _before(change.new, max(0, found))
            prefix += one.prefix[max(0, len(one.prefix) - beyond) :]
            suffix = one.suffix[: max(0, -end)] + change.new[max(0, last) : max(0, last + NEIGHBOURS)]
            suffix += one.suffix[max(0, len(change.old) - end) :]
            return Anchor(at + found, at + last, one.quote, prefix[-NEIGHBOURS:], suffix[:NEIGHBOURS])
    first, last = change.place(start, end)
    if is_inside:
        found = _come_back(one, change, at, first, last)
        if found is None:
            found = _pasted(one, change, at)
        if found is not None:
            return replace(one, start=at + found, end=at + found + len(one.quote), is_drifted=False)
    return replace(one, start=at + first, end=at + last, is_drifted=True)


def _whole_at_an_end(one: Anchor, change: "Change", start: int, end: int) -> int | None:
    """Where the torn quote stands whole nevertheless, from where its first code point went or to where its last one did.

    So it is when the same words were typed or deleted beside it: "très bien" that becomes "très très bien". Which of
    the two "très" is the old one nobody can tell from the texts; the words "très bien" are there.
    """
    first, last = change.kept(start, start + 1), change.kept(end - 1, end)
    for found in (first, None if last is None else last + 1 - len(one.quote)):
        if found is not None and found >= 0 and change.new.startswith(one.quote, found):
            return found
    return None


def _come_back(one: Anchor, change: "Change", at: int, first: int, last: int) -> int | None:
    """Where the quote stands again between its old neighbours, at its place [first, last) or a few words beside it."""
    new, quote = change.new, one.quote
    lowest, highest = first - NEIGHBOURS - len(quote), last + NEIGHBOURS
    passage = one.prefix + quote + one.suffix
    spots = (spot + len(one.prefix) for spot in _spots(passage, new, lowest - NEIGHBOURS, highest))
    found = [
        spot
        for spot in islice(spots, _SPOTS)
        if lowest <= spot <= highest
        and (_before(new, spot), _after(new, spot + len(quote))) == (one.prefix, one.suffix)
        and not change.was_elsewhere(spot, spot + len(quote), one.start - at, one.end - at)
    ]
    return found[0] if len(found) == 1 else None


def _pasted(one: Anchor, change: "Change", at: int) -> int | None:
    """Where a quote that was cut out stands now, with both its neighbours at full length; None unless that is one place,
    and a new one."""
    if not (change.has_insertions and len(one.prefix) == len(one.suffix) == NEIGHBOURS):
        return None
    passage = one.prefix + one.quote + one.suffix
    spot = change.new.find(passage)
    if spot < 0 or change.new.find(passage, spot + 1) >= 0:
        return None
    own = one.start - at - len(one.prefix)
    earlier = change.old.find(passage)
    if earlier >= 0 and (one.is_drifted or earlier != own or change.old.find(passage, earlier + 1) >= 0):
        return None
    spot += len(one.prefix)
    elsewhere = change.was_elsewhere(spot, spot + len(one.quote), one.start - at, one.end - at)
    return None if elsewhere else spot


def _before(text: str, start: int) -> str:
    return text[max(0, start - NEIGHBOURS) : start]


def _after(text: str, end: int) -> str:
    return text[end : end + NEIGHBOURS]


def _spots(what: str, text: str, first: int, last: int) -> Iterator[int]:
    """Where `what` begins in `text`, from `first` to `last`."""
    spot = text.find(what, max(0, first))
    while 0 <= spot <= last:
        yield spot
        spot = text.find(what, spot + 1, max(0, last) + len(what))


class Change:
    """How `old` became `new`: the blocks that they share, ascending in both.

    The texts around the two, which are not given, count as shared: the first block begins before them and the last one
    ends after them. Time grows with the length of what differs, nearly in proportion; a stretch of thousands of words
    without one that occurs just once on both sides counts as replaced as a whole.
    """

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new
        before = _common_prefix(old, new)
        after = _common_suffix(old[before:], new[before:])
        if before + after < min(len(old), len(new)):  # whole words are compared
            while before and (_cuts_word(old, before) or _cuts_word(new, before)):
                before -= 1
            while after and (_cuts_word(old, len(old) - after) or _cuts_word(new, len(new) - after)):
                after -= 1
        old_end, new_end = len(old) - after, len(new) - after
        inside = _token_blocks(old[before:old_end], new[before:new_end])
        blocks = [
            (-_BEYOND, -_BEYOND, before + _BEYOND),
            *((before + i, before + j, n) for i, j, n in inside),
            (old_end, new_end, after + _BEYOND),
        ]
        self._blocks = _slide(_join(blocks, old, new), old, new)
        self._olds = [i for i, _, _ in self._blocks]
        self._news = [j for _, j, _ in self._blocks]
        self._doubtful = self._find_doubtful(old[before:old_end], new[before:new_end])
        self.has_insertions = any(one[1] + one[2] < two[1] for one, two in pairwise(self._blocks))

    def kept(self, start: int, end: int) -> int | None:
        """Where [start, end) of the old text begins in the new one; None unless it is there in one piece, no doubt."""
        index = bisect_right(self._olds, start) - 1
        i, j, n = self._blocks[index]
        return j + start - i if end <= i + n and index not in self._doubtful else None

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The span of the new text that stands where [start, end) stood: with what replaces its words, without what was
        inserted before or after them. An empty place takes in what is inserted there."""
        i, j, n = self._blocks[bisect_right(self._olds, start - (start == end)) - 1]
        first = j + min(start - i, n)
        last = end - 1 if start < end else end
        index = bisect_right(self._olds, last) - 1
        i, j, n = self._blocks[index]
        return first, j + end - i if last < i + n else self._blocks[index + 1][1]

    def was_elsewhere(self, first: int, last: int, start: int, end: int) -> bool:
        """Whether [first, last) of the new text stood whole in the old one, outside [start, end)."""
        i, j, n = self._blocks[bisect_right(self._news, first) - 1]
        return last <= j + n and not (i + first - j < end and start < i + last - j)

    def _find_doubtful(self, old: str, new: str) -> set[int]:
        """The blocks that stand between changes larger than themselves and have no word of their own: « de la » between
        two rewritten phrases is perhaps the same, perhaps another. Nobody can tell, so its words do not survive."""
        found = set[int]()
        if len(self._blocks) <= 2:
            return found
        olds, news = Counter(_WORD.findall(old)), Counter(_WORD.findall(new))
        for index in range(1, len(self._blocks) - 1):
            i, _, n = self._blocks[index]
            if (
                n <= self._size(index - 1)
                and n <= self._size(index)
                and all((olds[word], news[word]) != (1, 1) for word in _WORD.findall(self.old[i : i + n]))
            ):
                found.add(index)
        return found

    def _size(self, index: int) -> int:
        """The length of the change after a block."""
        (i, j, n), (next_i, next_j, _) = self._blocks[index : index + 2]
        return max(next_i - i - n, next_j - j - n)


# The difference of two texts


def _token_blocks(old: str, new: str) -> Iterator[Block]:
    """One block per word or sign that both texts share."""
    if not (old and new):
        return
    olds, news = list(_TOKEN.finditer(old)), list(_TOKEN.finditer(new))
    for i, j in sorted(pairs([one.group() for one in olds], [one.group() for one in news])):
        yield olds[i].start(), news[j].start(), len(olds[i].group())


def _cuts_word(text: str, at: int) -> bool:
    return _WORD.fullmatch(text[max(0, at - 1) : at + 1]) is not None and 0 < at < len(text)


def _join(blocks: list[Block], old: str, new: str) -> list[Block]:
    """The blocks, grown over what is the same between one and the next (spaces, beginnings and ends of words)."""
    joined = [blocks[0]]
    for i, j, n in blocks[1:]:
        before_i, before_j, before_n = joined.pop()
        left, right = old[before_i + before_n : i], new[before_j + before_n : j]
        grown = _common_prefix(left, right)
        back = _common_suffix(left[grown:], right[grown:])
        before_n, i, j, n = before_n + grown, i - back, j - back, n + back
        if (before_i + before_n, before_j + before_n) == (i, j):
            joined.append((before_i, before_j, before_n + n))
        else:
            joined += [(before_i, before_j, before_n), (i, j, n)]
    return joined


def _slide(blocks: list[Block], old: str, new: str) -> list[Block]:
    """The blocks, with each pure insertion or deletion slid to where it begins and ends between lines, sentences, words.

    "Oui. A. Oui. B." that becomes "Oui. B." has lost "Oui. A. ", rather than "A. Oui. "; the texts do not say.
    """
    slid = [blocks[0]]
    for i, j, n in blocks[1:]:
        before_i, before_j, before_n = slid.pop()
        first, new_first = before_i + before_n, before_j + before_n
        if (first == i) != (new_first == j):
            text, start, end = (new, new_first, j) if first == i else (old, first, i)
            room = min(before_n - 1 if slid else start, start, _SLIDE)
            steps = _common_suffix(text[start - room : start], text[end - room : end])
            best = max(
                range(steps + 1), key=lambda step: (_boundary(text, start - step) + _boundary(text, end - step), -step)
            )
            before_n, i, j, n = before_n - best, i - best, j - best, n + best
        slid += [(before_i, before_j, before_n), (i, j, n)]
    return slid


def _boundary(text: str, at: int) -> int:
    """How good it is to cut a text there."""
    if at in (0, len(text)) or text[at - 1] == "\n":
        return 4
    if text[at - 1].isspace():
        return 3 if text[at - 2 : at - 1] in tuple(".!?…") else 2
    return 0 if text[at - 1].isalnum() and text[at].isalnum() else 1


def _common_prefix(one: str, two: str) -> int:
    shortest = min(len(one), len(two))
    if one[:shortest] == two[:shortest]:
        return shortest
    low, high = 0, shortest  # [:low] is the same, [:high] is not
    while high - low > 1:
        middle = (low + high) // 2
        if one[low:middle] == two[low:middle]:
            low = middle
        else:
            high = middle
    return low


def _common_suffix(one: str, two: str) -> int:
    shortest = min(len(one), len(two))
    return _common_prefix(one[::-1][:shortest], two[::-1][:shortest])
