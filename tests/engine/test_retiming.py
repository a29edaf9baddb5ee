"""A text without times finds them where a recogniser heard its words."""

from hypothesis import given
from hypothesis import strategies as st

from recolte.engine.retiming import retime
from recolte.engine.turns import Turn, Word


def heard(text: str, start_ms: int = 0, pace: int = 400) -> Turn:
    words, at = [], 0
    for number, word in enumerate(text.split(" ")):
        words.append(Word(at, at + len(word), start_ms + number * pace, start_ms + (number + 1) * pace, 0.8))
        at += len(word) + 1
    return Turn(text, "", start_ms, start_ms + len(words) * pace, tuple(words))


def test_words_that_were_heard_have_their_times_and_turns_begin_with_them() -> None:
    turns = [Turn("Bonjour à tous.", "Amina"), Turn("L’Été dernier, oui !", "Bruno")]
    found = retime(turns, [heard("bonjour a tous"), heard("l'été dernier oui", 5000)])
    assert [(one.text, one.speaker, one.start_ms, one.end_ms) for one in found.turns] == [
        ("Bonjour à tous.", "Amina", 0, 1200),
        ("L’Été dernier, oui !", "Bruno", 5000, 6200),
    ]
    assert found.share == 6 / 7  # “l’” was heard as one word with “été”
    second = found.turns[1]
    assert [second.text[one.start : one.end] for one in second.words] == ["L", "Été", "dernier", "oui"]


def test_words_that_were_not_heard_share_the_time_between_their_neighbours() -> None:
    found = retime([Turn("un deux trois quatre")], [heard("un", 0), heard("quatre", 2000)])
    assert [(one.start_ms, one.end_ms, one.probability) for one in found.turns[0].words] == [
        (0, 400, 0.8),
        (400, 1111, 0.0),
        (1111, 2000, 0.0),
        (2000, 2400, 0.8),
    ]


def test_what_was_said_in_another_recording_finds_nothing() -> None:
    turns = [Turn("rien de tout cela"), Turn("…")]
    found = retime(turns, [heard("autre chose encore")])
    assert (found.turns, found.share, found.is_believable) == (turns, 0.0, False)
    assert retime([], []).share == 0.0


WORDS = st.lists(st.sampled_from(["un", "deux", "trois", "quatre", "cinq"]), max_size=12)


@given(st.lists(WORDS, max_size=4), st.lists(WORDS.filter(bool), max_size=4))
def test_times_never_go_back_and_no_word_is_lost(told: list[list[str]], said: list[list[str]]) -> None:
    turns = [Turn(" ".join(words)) for words in told]
    found = retime(turns, [heard(" ".join(words), 7000 * number) for number, words in enumerate(said)])
    assert [one.text for one in found.turns] == [one.text for one in turns]
    words = [word for one in found.turns for word in one.words]
    assert all(one.start_ms <= one.end_ms for one in words)
    assert [one.start_ms for one in words] == sorted(one.start_ms for one in words)
    if words:
        assert len(words) == sum(map(len, told))
