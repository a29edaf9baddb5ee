from hypothesis import given
from hypothesis import strategies as st

from recolte.engine.differences import Side, difference

TEXT = st.text("ab é’.\n", max_size=30)


@given(TEXT, TEXT)
def test_both_texts_are_in_their_difference(old: str, new: str) -> None:
    pieces = list(difference(old, new))
    assert "".join(text for side, text in pieces if side != Side.NEW) == old
    assert "".join(text for side, text in pieces if side != Side.OLD) == new


def test_whole_words_are_told_apart() -> None:
    assert list(difference("On décide ensemble.", "On décida ensemble !")) == [
        (Side.SAME, "On "),
        (Side.OLD, "décide"),
        (Side.NEW, "décida"),
        (Side.SAME, " ensemble"),
        (Side.OLD, "."),
        (Side.NEW, " !"),
    ]
