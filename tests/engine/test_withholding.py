"""Words that are taken out of a text which is passed on."""

import pytest

from recolte.engine.turns import Turn, Word
from recolte.engine.withholding import blanked, whole_words, within, without

SAID = "Je vous le dis, hors micro."
WORDS = tuple(
    Word(start, end, 400 * number, 400 * number + 400)
    for number, (start, end) in enumerate([(0, 2), (3, 7), (8, 10), (11, 14), (16, 20), (21, 26)])
)
TURN = Turn(SAID, "Chloé", 0, 2400, WORDS)


@pytest.mark.parametrize(
    ("spans", "grown"),
    [
        ([(9, 12)], ["le dis"]),
        ([(8, 10), (11, 14)], ["le dis"]),
        ([(14, 16)], [", "]),
        ([(-5, 1), (25, 90)], ["Je", "micro."]),
        ([(3, 3)], []),
    ],
)
def test_what_is_struck_is_whole_words(spans: list[tuple[int, int]], grown: list[str]) -> None:
    assert [SAID[start:end] for start, end in whole_words(SAID, spans)] == grown


def test_words_are_found_by_their_place_and_by_their_seconds() -> None:
    assert within(TURN, 100, [(103, 110)], []) == [(3, 10)]
    assert within(TURN, 0, [], [(400, 1200)]) == [(3, 10)]
    assert within(TURN, 100, [(0, 100), (130, 140)], [(2400, 9000)]) == []
    assert within(Turn(SAID, "", 0, 2400), 0, [], [(2300, 9000)]) == [(0, len(SAID))]  # nobody knows which words


def test_a_mark_stands_in_their_place_with_their_times() -> None:
    left = without(TURN, [(3, 10)], "[…]")
    assert left.text == "Je […] dis, hors micro."
    said = [(left.text[one.start : one.end], one.start_ms, one.end_ms) for one in left.words]
    assert said == [
        ("Je", 0, 400),
        ("[…]", 400, 1200),
        ("dis", 1200, 1600),
        ("hors", 1600, 2000),
        ("micro", 2000, 2400),
    ]
    assert (left.speaker, left.start_ms, left.end_ms) == ("Chloé", 0, 2400)
    assert without(TURN, [], "[…]") is TURN


def test_where_nothing_may_move_the_mark_is_filled_up() -> None:
    assert blanked(SAID, [(3, 10)], "[…]") == "Je […]     dis, hors micro."
    assert blanked(SAID, [(8, 10)], "[hors micro]") == "Je vous …  dis, hors micro."
    assert blanked(SAID, [(3, 10)]) == "Je         dis, hors micro."
