import pytest

from recolte.engine.formats import format_of, orfeo
from recolte.engine.problems import Problem, Unreadable
from recolte.engine.turns import Fault, Turn, Word


def line(number: int, form: str, start: str, end: str, speaker: str = "Marcel_G") -> str:
    return f"{number}\t{form}\tl\tCLS\tCLS\t_\t2\tsubj\t_\t_\t{start}\t{end}\t{speaker}\n"


SENTENCE = (
    "# sent_id = cefc-1\n# text = c' est   pas parce que\n"
    + line(1, "c'", "663.030029", "663.400024")
    + line(2, "est", "663.409973", "663.46")
    + line(3, "pas", "663.46", "664")
    + line(4, "parce#que", "664", "665")
)


def test_a_sentence_is_a_turn_and_each_line_a_word() -> None:
    assert format_of(SENTENCE) == "orfeo"
    transcript = orfeo.read(SENTENCE.encode())
    times = [(0, 2, 663030, 663400), (3, 6, 663410, 663460), (7, 10, 663460, 664000), (11, 20, 664000, 665000)]
    words = tuple(Word(*time) for time in times)
    assert transcript.turns == [Turn("c' est pas parce que", "Marcel G", 663030, 665000, words)]
    assert (transcript.language, transcript.faults) == ("fr", [])


def test_without_its_text_a_sentence_is_joined_and_parted_where_the_speaker_changes() -> None:
    table = (
        line(1, "l’", "2", "3")
        + line(2, "été#d'#antan", "3", "4")
        + line(3, "oui", "4", "5", "L2")
        + "\n"
        + line(1, "ah", "0", "1")
    )
    turns = orfeo.read(table.encode()).turns
    assert [(turn.speaker, turn.text, turn.start_ms, turn.end_ms) for turn in turns] == [
        ("Marcel G", "ah", 0, 1000),
        ("Marcel G", "l’été d'antan", 2000, 4000),
        ("L2", "oui", 4000, 5000),
    ]


def test_what_is_wrong_is_told_by_its_line_and_the_rest_comes_in() -> None:
    table = line(1, "un", "1", "2") + line(2, "deux", "_", "3") + "3\ttrois\n" + line(4, "quatre", "5", "4")
    transcript = orfeo.read(table.encode())
    [turn] = transcript.turns
    assert (turn.text, turn.start_ms, turn.end_ms) == ("un deux quatre", 1000, 5000)
    assert [turn.text[word.start : word.end] for word in turn.words] == ["un", "quatre"]
    assert transcript.faults == [Fault(2, "no_time"), Fault(3, "bad_line"), Fault(4, "backwards")]


def test_a_table_without_words_is_refused() -> None:
    with pytest.raises(Unreadable) as error:
        orfeo.read(b"# text = rien\n\n1\t2\t3\n")
    assert error.value.problem == Problem.NO_TEXT
