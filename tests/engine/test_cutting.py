"""Turns are cut and joined without losing a word or its time."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recolte.engine.cutting import cut, join
from recolte.engine.turns import Turn, Word

WORDS = st.lists(st.text("abcé’.🎉", min_size=1, max_size=5), min_size=2, max_size=8)


@st.composite
def spoken(draw: st.DrawFn) -> Turn:
    text, words, now = "", list[Word](), draw(st.integers(0, 5000))
    begins = now
    for word in draw(WORDS):
        text += " " if text else ""
        lasts = draw(st.integers(0, 900))
        words.append(Word(len(text), len(text) + len(word), now, now + lasts, draw(st.sampled_from([0.4, 1.0]))))
        text, now = text + word, now + lasts + draw(st.integers(0, 300))
    return Turn(text, "Amina", begins, now, tuple(words))


@given(spoken(), st.data())
def test_a_turn_cut_between_words_and_joined_again_is_the_same(turn: Turn, data: st.DataObject) -> None:
    at = data.draw(st.sampled_from([word.start for word in turn.words[1:]]))
    first, second = cut(turn, at)
    assert join(first, second) == turn
    assert first.start_ms == turn.start_ms and second.end_ms == turn.end_ms
    assert first.end_ms is not None and second.start_ms is not None and first.end_ms <= second.start_ms
    assert [first.text[w.start : w.end] for w in first.words] + [
        second.text[w.start : w.end] for w in second.words
    ] == (turn.text.split(" "))


@given(spoken(), st.integers(-2, 60))
def test_wherever_it_is_cut_no_letter_and_no_time_is_lost(turn: Turn, at: int) -> None:
    try:
        first, second = cut(turn, at)
    except ValueError:
        assert at <= 0 or not turn.text[at:].strip() or not turn.text[:at].strip()
        return
    assert (first.text + second.text).replace(" ", "") == turn.text.replace(" ", "")
    for half in (first, second):
        assert all(0 <= word.start < word.end <= len(half.text) for word in half.words)
        assert all(one.start_ms <= one.end_ms for one in half.words)
    assert sum(w.end_ms - w.start_ms for w in first.words + second.words) == (
        sum(w.end_ms - w.start_ms for w in turn.words)
    )


def test_a_word_is_cut_by_its_letters() -> None:
    turn = Turn("avantaprès", "", 0, 1000, (Word(0, 10, 0, 1000, 0.5),))
    assert cut(turn, 5) == (
        Turn("avant", "", 0, 500, (Word(0, 5, 0, 500, 0.5),)),
        Turn("après", "", 500, 1000, (Word(0, 5, 500, 1000, 0.5),)),
    )


def test_without_timed_words_the_time_is_shared_by_letters_and_without_times_there_are_none() -> None:
    turn = Turn("un deux trois quatre", "", 1000, 3000)
    assert [(half.start_ms, half.end_ms) for half in cut(turn, 10)] == [(1000, 2000), (2000, 3000)]
    untimed = replace(turn, start_ms=None, end_ms=None)
    assert [(half.start_ms, half.end_ms) for half in cut(untimed, 10)] == [(None, None), (None, None)]


@pytest.mark.parametrize("at", [0, -3, 8, 20])
def test_nothing_is_not_cut_off(at: int) -> None:
    with pytest.raises(ValueError):
        cut(Turn("un deux ", "", None, None), at)


def test_two_that_spoke_at_once_are_joined_from_the_first_sound_to_the_last() -> None:
    one, two = Turn("oui", "Amina", 1000, 4000), Turn("non", "Bruno", 500, 2000)
    assert join(one, two) == Turn("oui non", "Amina", 500, 4000)
