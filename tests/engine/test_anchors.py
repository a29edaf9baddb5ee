"""Anchors stay on their words: exact where the words survive, flagged where they do not, never moved or dropped.

The oracle knows what the implementation cannot: which code points are the old ones. In `Unique` no code point occurs
twice, so that `str.find` says where the words are; in `Repeated`, French with the same words everywhere, each code
point has a number of its own.
"""

import random
import re
import time
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from recolte.engine.anchors import NEIGHBOURS, Anchor, anchor, holds, reanchor
from recolte.engine.realign import realign, times
from recolte.engine.turns import Word

KINDS = ["insert", "delete", "replace", "move", "undo"]
number = st.integers(0, 9999)
Edit = tuple[str, int, int, int]
edits = st.lists(st.tuples(st.sampled_from(KINDS), number, number, number), min_size=1, max_size=8)
spans = st.lists(st.tuples(number, number), min_size=1, max_size=6)

LETTERS = [chr(code) for code in [*range(0xC0, 0x180), *range(0x4E00, 0x4F00), *range(0x1F300, 0x1F400)]]
OTHERS = [*" \n.,;:!?…«»-'’()", *(chr(code) for code in range(0x2190, 0x2200))]
WORDS = [
    "très",
    "bien",
    "oui",
    "non",
    "la",
    "là",
    "coopération",
    "l’été",
    "œuvre",
    "🙂",
    "👩\u200d🌾",
    "à",
    "tiers-lieu",
]
FILLERS = [" ", " ", " ", " ", ", ", ". ", "\n", " ; ", " « ", " » "]


def window(first: int, second: int, length: int, longest: int) -> tuple[int, int]:
    """A span that is not empty, in a text of `length` code points that is not empty."""
    start = first % max(1, length)
    return start, min(length, start + 1 + second % longest)


def exact(text: str, one: Anchor, at: int = 0) -> bool:
    """Whether an anchor is not flagged; then its words must be at its span."""
    if not one.is_drifted:
        assert holds(one, text, at=at)
    return not one.is_drifted


def neighbours(text: str, start: int, end: int) -> tuple[str, str]:
    return text[max(0, start - NEIGHBOURS) : start], text[end : end + NEIGHBOURS]


def check(before: list[Anchor], after: list[Anchor], text: str) -> None:
    """What holds after any edit: nothing is dropped or rewritten, spans lie in the text, what is exact is there."""
    assert [one.quote for one in after] == [one.quote for one in before]
    for old, new in zip(before, after, strict=True):
        assert 0 <= new.start <= new.end <= len(text)
        if exact(text, new):
            assert (new.prefix, new.suffix) == neighbours(text, new.start, new.end)
        else:
            assert (new.prefix, new.suffix) == (old.prefix, old.suffix)


# Texts in which every code point occurs once: what survives is known


def unique_text(seed: int, length: int) -> tuple[str, list[str]]:
    """A text of different code points, words and punctuation, and the code points that it does not use."""
    pool = random.Random(seed)
    letters, others = LETTERS.copy(), OTHERS.copy()
    pool.shuffle(letters)
    pool.shuffle(others)
    text = ""
    for _ in range(length):
        source = others if others and pool.random() < 0.25 else letters
        text += source.pop()
    rest = letters + others
    pool.shuffle(rest)
    return text, rest


def unique(seed: int, length: int, places: list[tuple[int, int]], changes: list[Edit]) -> None:
    """Play the edits on a text without repetition, and compare with what is known to survive."""
    text, rest = unique_text(seed, length)
    anchors = [anchor(text, *window(*place, len(text), 24)) for place in places]
    past = [(text, anchors, "")]
    for kind, one, two, three in changes:
        was, before, undone = text, anchors, past[-1][2]
        start, end = window(one, two, len(text), 40)
        fresh = "".join(rest.pop() for _ in range(1 + three % 20)) if kind in ("insert", "replace") else ""
        first, last = start, end
        if kind == "insert":
            first = last = one % (len(text) + 1)
            text = text[:first] + fresh + text[first:]
        elif kind in ("delete", "replace"):
            text = text[:start] + fresh + text[end:]
        elif kind == "move":
            cut = text[:start] + text[end:]
            there = three % (len(cut) + 1)
            first, last = min(start, there), max(end, there + end - start)
            text = cut[:there] + text[start:end] + cut[there:]
        elif len(past) > 1:
            past.pop()
            text = past[-1][0]
        anchors = reanchor(before, was, text)
        check(before, anchors, text)
        for old, new in zip(before, anchors, strict=True):
            there = text.find(new.quote)
            if not new.is_drifted:
                assert new.start == there
            elif kind == "move":
                assert old.is_drifted or there < 0 or (old.start < last and old.end > first)
            elif kind != "undo":
                assert old.is_drifted or there < 0
            if old.is_drifted and kind in ("insert", "delete", "replace"):
                assert new.is_drifted or neighbours(text, new.start, new.end) == (old.prefix, old.suffix)
            if new.is_drifted:  # what is left of its words is at its place, unless it was moved
                left = [at for at in map(text.find, new.quote) if at >= 0]
                if not old.is_drifted and kind in ("delete", "replace"):
                    assert left == [at for at in left if new.start <= at < new.end]
        if kind == "undo":
            for known, new in zip(past[-1][1], anchors, strict=True):
                assert known.is_drifted or new == known or (undone == "move" and new.is_drifted)
            anchors = past[-1][1]
        else:
            past.append((text, anchors, kind))


@settings(max_examples=250, deadline=None)
@given(number, st.integers(1, 120), spans, edits)
def test_an_anchor_is_exact_exactly_when_its_words_survive(seed, length, places, changes):
    unique(seed, length, places, changes)


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None)
@given(number, st.integers(1, 120), spans, edits)
def test_10_000_sequences_of_edits_of_texts_without_repetition(seed, length, places, changes):
    unique(seed, length, places, changes)


# Texts in which the same words stand everywhere: every exact anchor must be explained


def repeated_text(seed: int, words: int) -> str:
    choose = random.Random(seed)
    text = "".join(choose.choice(WORDS) + choose.choice(FILLERS) for _ in range(words))
    assert unicodedata.is_normalized("NFC", text)
    return text


def plain_words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def explained(was: str, old: Anchor, text: str, new: Anchor) -> bool:
    """Whether nobody who sees both texts could say that these are other words: all is the same from the beginning to
    the end of the passage, or from its beginning to the end of all; or it has come (back) with both its neighbours."""
    if neighbours(text, new.start, new.end) == (old.prefix, old.suffix):
        return True
    same_before = new.start == old.start and text[: new.end] == was[: old.end]
    same_after = len(text) - new.end == len(was) - old.end and text[new.start :] == was[old.start :]
    return not old.is_drifted and (same_before or same_after)


def repeated(seed: int, words: int, places: list[tuple[int, int]], changes: list[Edit]) -> None:
    """Play the edits on a text full of repetitions: no anchor becomes exact on other words of the same spelling."""
    text = repeated_text(seed, words)
    ids, count = list(range(len(text))), len(text)
    anchors = [anchor(text, *window(*place, len(text), 24)) for place in places]
    own = [ids[one.start : one.end] for one in anchors]
    past = [(text, ids, anchors, own)]
    for kind, one, two, three in changes:
        was, before = text, anchors
        start, end = window(one, two, len(text), 40)
        if kind == "undo":
            past = past[:-1] or past
            text, ids, known, own = past[-1]
            check(before, reanchor(before, was, text), text)
            anchors = known
            continue
        if kind == "move":
            cut, cut_ids = text[:start] + text[end:], ids[:start] + ids[end:]
            there = three % (len(cut) + 1)
            text = cut[:there] + text[start:end] + cut[there:]
            ids = cut_ids[:there] + ids[start:end] + cut_ids[there:]
        else:
            end = start if kind == "insert" else end
            written = "" if kind == "delete" else repeated_text(two, 1 + three % 4)
            if kind == "replace":  # by other words: who writes the same ones again changes nothing that a text shows
                replaced = plain_words(text[max(0, start - 20) : end + 20])
                written = " ".join(word for word in plain_words(written) if word not in replaced)
            text = text[:start] + written + text[end:]
            ids = ids[:start] + list(range(count, count + len(written))) + ids[end:]
            count += len(written)
        anchors = reanchor(before, was, text)
        check(before, anchors, text)
        for index, (old, new) in enumerate(zip(before, anchors, strict=True)):
            if not new.is_drifted:
                survives = ids[new.start : new.end] == own[index]
                assert survives or kind == "move" or not plain_words(new.quote) or explained(was, old, text, new)
        own = [these if new.is_drifted else ids[new.start : new.end] for new, these in zip(anchors, own, strict=True)]
        past.append((text, ids, anchors, own))


@settings(max_examples=250, deadline=None)
@given(number, st.integers(1, 30), spans, edits)
def test_an_anchor_is_never_exact_on_other_words_of_the_same_spelling(seed, words, places, changes):
    repeated(seed, words, places, changes)


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None)
@given(number, st.integers(1, 30), spans, edits)
def test_10_000_sequences_of_edits_of_texts_full_of_repetitions(seed, words, places, changes):
    repeated(seed, words, places, changes)


# Several corrections at once


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(["keep", "keep", "keep", "delete", "replace", "insert"]), min_size=1, max_size=40), spans
)
def test_many_corrections_at_once_move_no_word_and_lose_none(fates, places):
    words = [f"mot{index}" for index in range(len(fates))]
    text, new, place = " ".join(words), "", {}
    for index, fate in enumerate(fates):
        written = {"delete": [], "replace": [f"autre{index}"], "insert": [f"neuf{index}", words[index]]}
        for word in written.get(fate, [words[index]]):
            new += " " if new else ""
            place[word] = len(new)
            new += word
    for first, length in places:
        taken = words[first % len(words) :][: 1 + length % 5]
        start = text.index(taken[0] + " ") if taken[0] != words[-1] else len(text) - len(taken[0])
        (found,) = reanchor([anchor(text, start, start + len(" ".join(taken)))], text, new)
        bounds = [(place[word], place[word] + len(word)) for word in taken if word in place]
        together = len(bounds) == len(taken) and new[bounds[0][0] : bounds[-1][1]] == " ".join(taken)
        assert exact(new, found) == together
        assert not together or (found.start, found.end) == (bounds[0][0], bounds[-1][1])


# Examples


def follow(old: str, new: str, quote: str, nth: int = 0) -> tuple[str, bool]:
    """The words at the place of the n-th `quote` of `old` after it became `new`, and whether they are flagged."""
    start = -1
    for _ in range(nth + 1):
        start = old.index(quote, start + 1)
    (found,) = reanchor([anchor(old, start, start + len(quote))], old, new)
    exact(new, found)
    return new[found.start : found.end], found.is_drifted


@pytest.mark.parametrize(
    ("old", "new", "quote", "found"),
    [
        ("Il parle de coopération.", "Euh, il parle de coopération.", "coopération", ("coopération", False)),
        ("Il parle de coopération.", "Il parle de la coopération.", "coopération", ("coopération", False)),
        ("Il parle de coopération.", "Il parle de coopération locale.", "coopération", ("coopération", False)),
        ("Il parle de coopération.", "Il parle de collaboration.", "coopération", ("collaboration", True)),
        ("Il parle de coopération.", "Il en parle.", "de coopération", ("", True)),
        ("Il parle de coopération.", "Il parle beaucoup de coopération.", "parle de", ("parle beaucoup de", True)),
        ("Il parle de coopération.", "Il parle coopération.", "parle de coopération", ("parle coopération", True)),
        ("Il parle de coopération.", "Tout autre chose !", "coopération", ("Tout autre chose !", True)),
        ("très bien", "très très bien", "très bien", ("très bien", False)),
        ("très très bien", "très bien", "très bien", ("très bien", False)),
        ("C’est très bien.", "C’est très très bien.", "très bien", ("très bien", False)),
        ("C’est bien dit.", "C’est bien bien dit.", "C’est bien", ("C’est bien", False)),
        ("C’est bien dit.", "C’est bien bien dit.", "bien dit", ("bien dit", False)),
        ("Oui.\nOui.\nNon.", "Oui.\nNon.", "Non.", ("Non.", False)),
        ("Le mot", "Les mots le mot", "mot", ("mot", False)),
        ("l’été 🙂 à la ferme 👩‍🌾", "l’été 🙂🙂 à la ferme 👩‍🌾", "ferme 👩‍🌾", ("ferme 👩‍🌾", False)),
        ("a", "", "a", ("", True)),
    ],
)
def test_where_a_passage_is_after_a_correction(old, new, quote, found):
    assert follow(old, new, quote) == found


def test_of_two_equal_sentences_the_one_that_was_not_deleted_stays_on_its_words():
    old = "Oui. Je pense que la ferme va bien. Oui. Je pense que le moulin va mal."
    new = "Oui. Je pense que le moulin va mal."
    assert follow(old, new, "Je pense que", 0) == ("", True)
    assert follow(old, new, "Je pense que", 1) == ("Je pense que", False)


def test_the_same_words_in_another_sentence_are_not_the_same():
    old = "La ferme est belle. On y produit du lait. La ferme est loin."
    assert follow(old, "On y produit du lait. La ferme est loin.", "La ferme", 0) == ("", True)
    assert follow(old, "Le moulin est beau. On y produit du lait. La ferme est loin.", "La ferme") == (
        "Le moulin",
        True,
    )


def test_a_small_word_between_two_rewritten_phrases_is_no_proof():
    old = "Nous avons commencé par visiter de nombreuses fermes et de beaux moulins."
    new = "Ils voulaient toujours acheter de petites machines ou de vieux outils."
    assert follow(old, new, "de", 0)[1] is True
    assert follow(old.replace("de nombreuses", "chez nombreuses"), new, "de", 0)[1] is True


def test_a_passage_pasted_elsewhere_with_both_its_neighbours_is_followed():
    first = "Au début, nous ne savions pas très bien ce que nous voulions faire de cette grange abandonnée. "
    second = (
        "Ensuite, la commune nous a proposé de la racheter, avec un bail de trente ans et des travaux à notre charge. "
    )
    assert follow(first + second + "Fin.", second + first + "Fin.", "ce que nous voulions") == (
        "ce que nous voulions",
        False,
    )
    cut, pasted = second + "Fin.", second + "Fin. " + first
    one = anchor(first + second + "Fin.", 36, 46)
    (gone,) = reanchor([one], first + second + "Fin.", cut)
    (again,) = reanchor([gone], cut, pasted)
    assert (gone.is_drifted, gone.start, gone.end) == (True, 0, 0)
    assert exact(pasted, again) and again.start == pasted.index(one.quote)
    (twice,) = reanchor([gone], cut, second + first + first + "Fin.")
    assert twice.is_drifted  # two places: which one nobody can tell


def test_words_that_come_back_to_their_place_are_exact_again():
    old = "Oui, oui, la ferme, oui, la ferme du haut."
    one = anchor(old, 10, 18)
    for damaged in ("Oui, oui, oui, la ferme du haut.", "Oui, oui, le moulin, oui, la ferme du haut.", "", "Rien."):
        (drifted,) = reanchor([one], old, damaged)
        assert drifted.is_drifted and (drifted.quote, drifted.prefix, drifted.suffix) == (
            one.quote,
            one.prefix,
            one.suffix,
        )
        assert reanchor([drifted], damaged, old) == [one]


def test_words_that_come_back_piece_by_piece_are_exact_again():
    text = "Avant le repas, nous avons visité la ferme du haut et son moulin à eau, puis nous sommes partis."
    one = anchor(text, 16, 70)
    versions = [text, text[:16] + text[70:], *(text[:end] + text[70:] for end in (20, 45, 69)), text]
    followed = [one]
    for old, new in zip(versions, versions[1:], strict=False):
        followed += reanchor(followed[-1:], old, new)
    assert [new[found.start : found.end] for found, new in zip(followed, versions, strict=True)] == [
        one.quote,
        "",
        text[16:20],
        text[16:20],
        text[16:20],
        one.quote,
    ]
    assert [found.is_drifted for found in followed] == [False, True, True, True, True, False]
    assert followed[-1] == one


def test_the_words_of_another_passage_are_not_taken_when_its_neighbours_become_the_same():
    before, after = "au tout début du mois de septembre, ", ", avec les gens de la commune voisine"
    old = f"{before}la ferme{after}. Et {before.replace('septembre', 'juin')}la ferme{after}."
    damaged = old.replace("la ferme", "le moulin", 1)
    (drifted,) = reanchor([anchor(old, len(before), len(before) + 8)], old, damaged)
    new = damaged.replace("juin", "septembre")
    (found,) = reanchor([drifted], damaged, new)
    assert new.count("septembre, la ferme, avec") == 1
    assert (found.is_drifted, new[found.start : found.end]) == (True, "le moulin")


def test_of_two_passages_alike_with_their_neighbours_the_other_is_not_taken():
    passage = "au tout début du mois de septembre, la ferme, avec les gens de la commune voisine"
    old = f"Un. {passage}. Deux. {passage}. Trois."
    start = old.index("la ferme")
    new = f"Un. Deux, trois. Puis {passage}. Trois. Quatre."
    changed = old.replace(passage, "rien", 1)
    (found,) = reanchor([anchor(old, start, start + 8)], old, changed)
    assert (found.is_drifted, changed[found.start : found.end]) == (True, "rien")
    (found,) = reanchor([found], changed, new)
    assert found.is_drifted


def test_of_two_passages_alike_the_one_that_was_moved_is_not_taken_for_the_one_that_was_deleted():
    passage = "Au tout début du mois de septembre, nous étions à la ferme, avec les gens de la commune voisine. "
    rest = "Il a fallu trois ans de travaux, un prêt de la région et beaucoup de patience pour ouvrir enfin le moulin. "
    old, new = passage + "Et encore : " + passage + rest + "Fin.", rest + passage + "Fin."
    assert follow(old, new, "la ferme", 0)[1] is True


def test_what_is_inserted_beside_a_drifted_passage_is_not_taken_in():
    old, damaged = "Il parle de coopération.", "Il parle de collaboration."
    (drifted,) = reanchor([anchor(old, 12, 23)], old, damaged)
    for new in ("Il parle de collaboration locale.", "Il parle de la collaboration."):
        (found,) = reanchor([drifted], damaged, new)
        assert (found.is_drifted, new[found.start : found.end]) == (True, "collaboration")


def test_words_that_come_back_between_other_neighbours_stay_flagged():
    old, damaged, new = "Voici la ferme du haut.", "Voici le moulin du haut.", "Voici la ferme du bas."
    (drifted,) = reanchor([anchor(old, 6, 14)], old, damaged)
    (still,) = reanchor([drifted], damaged, new)
    assert (still.is_drifted, new[still.start : still.end]) == (True, "la ferme")


@settings(max_examples=100, deadline=None)
@given(number, spans, edits, number, number)
def test_a_window_gives_what_the_whole_text_gives(seed, places, changes, left, right):
    """Anchors inside the window, across its edges and outside: all as if the whole text had been compared, when it
    shows the neighbours of what changed."""
    middle, rest = unique_text(seed, 100)
    before, after = "".join(rest[:80]), "".join(rest[80:160])
    rest = rest[160:]
    old = before + middle + after
    new = middle
    for kind, one, two, three in changes[:1]:
        start, end = window(one, two, len(new), 40)
        fresh = "" if kind == "delete" else "".join(rest.pop() for _ in range(1 + three % 20))
        new = new[: start if kind != "insert" else end] + fresh + new[end:]
    anchors = [anchor(old, *window(*place, len(old), 60)) for place in places]
    at = left % (len(before) - NEIGHBOURS)
    shown = old[at : len(old) - right % (len(after) - NEIGHBOURS)]
    changed = (before + new + after)[at : at + len(shown) + len(new) - len(middle)]
    assert reanchor(anchors, shown, changed, at=at) == reanchor(anchors, old, before + new + after)


def test_an_anchor_is_made_of_a_passage_with_its_neighbours():
    text = "x" * 40 + "mot" + "y" * 40
    one = anchor(text, 40, 43)
    assert one == Anchor(40, 43, "mot", "x" * NEIGHBOURS, "y" * NEIGHBOURS)
    assert anchor(text[30:], 40, 43, at=30) == replace(one, prefix="x" * 10)
    assert holds(one, text) and holds(one, text[40:43], at=40)
    assert not holds(one, text[1:]) and not holds(one, text[41:], at=41) and not holds(one, text[:42])
    for start, end in [(3, 3), (4, 3), (-1, 2), (80, 84)]:
        with pytest.raises(ValueError):
            anchor(text, start, end)
    with pytest.raises(ValueError):
        anchor(text, 29, 33, at=30)


def test_an_anchor_that_was_wrong_before_is_flagged():
    (found,) = reanchor([Anchor(0, 3, "non", "", "")], "oui, oui", "oui, oui, oui")
    assert found.is_drifted


@pytest.mark.parametrize(
    "kind",
    [
        "rewritten",
        *(pytest.param(kind, marks=pytest.mark.slow) for kind in ("few", "swapped", "two words", "two letters")),
    ],
)
def test_a_long_text_with_thousands_of_anchors_takes_no_minute(kind):
    choose = random.Random(1)
    vocabulary = ["".join(choose.choices("abcdefghij", k=choose.randint(2, 8))) for _ in range(3000)]

    def write(count: int) -> str:
        return " ".join(vocabulary[min(2999, int(choose.paretovariate(0.7)))] for _ in range(count))

    old = write(12_000)
    half = len(old) // 2
    old, new = {
        "few": (old, old.replace(vocabulary[40], "corrigé")),
        "rewritten": (old, write(12_000)),
        "swapped": (old, old[half:] + old[:half]),
        "two words": tuple(" ".join(choose.choices(["oui", "non"], k=15_000)) for _ in range(2)),
        "two letters": ("ab" * 30_000, "ba" * 29_000),
    }[kind]
    anchors = [anchor(old, start, start + 20) for start in choose.choices(range(len(old) - 20), k=1000)]
    began = time.process_time()
    found = reanchor(anchors, old, new)
    back = reanchor(found, new, old)
    assert time.process_time() - began < 20
    check(anchors, found, new)
    check(found, back, old)


# The times of words


def timed(text: str, start_ms: int = 1000, each: int = 400, pause: int = 100) -> tuple[Word, ...]:
    """Words cut at spaces; each lasts `each` ms and is followed by a pause."""
    return tuple(
        Word(
            match.start(), match.end(), start_ms + index * (each + pause), start_ms + index * (each + pause) + each, 0.5
        )
        for index, match in enumerate(re.finditer(r"\S+", text))
    )


def said(text: str, words: tuple[Word, ...]) -> list[tuple[str, int, int, float]]:
    return [(text[word.start : word.end], word.start_ms, word.end_ms, word.probability) for word in words]


def test_a_passage_is_said_from_its_first_word_to_its_last():
    text = "Oui, la ferme ! Non"
    words = tuple(word for word in timed(text) if text[word.start] != "!")
    assert times(words, 0, len(text)) == (1000, 3400)
    assert times(words, 5, 13) == (1500, 2400)
    assert times(words, 6, 9) == (1500, 2400)  # parts of words
    assert times(words, 4, 5) == (1000, 1400)  # a space: the word before
    assert times(words, 14, 15) == (2000, 2400)
    assert times(words[1:], 0, 3) == (1500, 1900)  # before all words: the first
    assert times(words, 8, 8) == (1500, 1900) and times(words, 9, 9) == (2000, 2400)
    assert times(words, 19, 19) == (3000, 3400)
    assert times((), 0, 5) is None


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ("Oui, la ferme va bien", [("Oui,", 1000, 1400, 0.5), ("la", 1500, 1900, 0.5), ("ferme", 2000, 2400, 0.5)]),
        ("Oui la ferme, va bien", [("Oui", 1000, 1400, 0.5), ("la", 1500, 1900, 0.5), ("ferme,", 2000, 2400, 0.5)]),
        ("Oui, le moulin va bien", [("Oui,", 1000, 1400, 0.5), ("le", 1500, 1725, 1.0), ("moulin", 1725, 2400, 1.0)]),
        ("Oui, la grande ferme va", [("Oui,", 1000, 1400, 0.5), ("la", 1500, 1900, 0.5), ("grande", 1900, 2000, 1.0)]),
        ("Euh oui, la ferme", [("Euh", 1000, 1171, 1.0), ("oui,", 1171, 1400, 1.0), ("la", 1500, 1900, 0.5)]),
        ("la ferme va bien", [("la", 1500, 1900, 0.5), ("ferme", 2000, 2400, 0.5), ("va", 2500, 2900, 0.5)]),
        ("Oui, la « ferme » va", [("Oui,", 1000, 1400, 0.5), ("la", 1500, 1900, 0.5), ("ferme", 2000, 2400, 0.5)]),
        ("Oui,la ferme", [("Oui,", 1000, 1400, 0.5), ("la", 1500, 1900, 0.5), ("ferme", 2000, 2400, 0.5)]),
        ("", []),
    ],
)
def test_words_keep_their_times_after_a_correction(new, expected):
    old = "Oui, la ferme va bien"
    assert said(new, realign(old, timed(old), new, 900, 3600))[:3] == expected


def test_words_before_the_first_and_after_the_last_share_the_rest_of_the_turn():
    old, new = "la ferme", "Alors la ferme enfin voilà"
    assert said(new, realign(old, timed(old), new, 700, 2900)) == [
        ("Alors", 700, 1000, 1.0),
        ("la", 1000, 1400, 0.5),
        ("ferme", 1500, 1900, 0.5),
        ("enfin", 1900, 2400, 1.0),
        ("voilà", 2400, 2900, 1.0),
    ]
    assert said(new, realign(old, timed(old), new, None, None))[-1] == ("voilà", 1900, 1900, 1.0)


def test_a_word_between_two_that_overlap_begins_no_later_than_the_second():
    words = (Word(0, 2, 0, 500, 0.5), Word(3, 8, 400, 800, 0.5))
    assert said("la belle ferme", realign("la ferme", words, "la belle ferme", 0, 800)) == [
        ("la", 0, 500, 0.5),
        ("belle", 400, 400, 1.0),
        ("ferme", 400, 800, 0.5),
    ]


def test_words_without_times_get_none():
    assert realign("la ferme", (), "la grande ferme", 0, 1000) == ()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["keep", "keep", "delete", "replace", "insert"]), min_size=1, max_size=20))
def test_exactly_the_words_that_survive_keep_their_times(fates):
    words = [f"mot{index}," if index % 3 else f"mot{index}" for index in range(len(fates))]
    old = " ".join(words)
    written = {
        index: {"keep": [word], "delete": [], "replace": ["autre"], "insert": ["neuf", word]}[fate]
        for index, (word, fate) in enumerate(zip(words, fates, strict=True))
    }
    new = " ".join(word for index in written for word in written[index])
    found = said(new, realign(old, timed(old), new, None, None))
    before = {word: (start, end) for word, start, end, _ in said(old, timed(old))}
    assert [word for word, *_ in found] == new.split()
    for word, start, end, probability in found:
        assert ((start, end), probability) == (before[word], 0.5) if word in before else probability == 1.0
    for index, fate in enumerate(fates):  # a word alone takes the time of the one that it replaces
        if fate == "replace" and "keep" == (fates[index - 1] if index else "keep") == (*fates, "keep")[index + 1]:
            assert ("autre", *before[words[index]], 1.0) in found


@settings(max_examples=150, deadline=None)
@given(number, st.integers(1, 15), edits, st.integers(0, 200), st.booleans())
@example(0, 1, [("delete", 0, 39, 0)], 0, True)
def test_times_ascend_stay_within_the_turn_and_survive(seed, count, changes, pause, states_its_times):
    old = repeated_text(seed, count).strip()
    words = timed(old, pause=pause)
    start, end = (900, words[-1].end_ms + 100) if states_its_times else (None, None)
    new = old
    for kind, one, two, three in changes[:3]:
        first, last = window(one, two, len(new), 30)
        written = "" if kind == "delete" else repeated_text(three, 1 + three % 3)
        new = new[:first] + written + (new[first:] if kind == "insert" else new[last:])
    found = realign(old, words, new, start, end)
    assert realign(old, words, old, start, end) == words
    assert all(0 <= word.start < word.end <= len(new) for word in found)
    assert all(one.end <= two.start for one, two in zip(found, found[1:], strict=False))
    assert all(one.start_ms <= two.start_ms for one, two in zip(found, found[1:], strict=False))
    assert all(900 <= word.start_ms <= word.end_ms <= words[-1].end_ms + 100 for word in found)
    covered = {at for word in found for at in range(word.start, word.end)}
    assert not any(letter.isalnum() and at not in covered for at, letter in enumerate(new))
    known = {(word.start_ms, word.end_ms): re.sub(r"\W", "", old[word.start : word.end]) for word in words}
    for word in found:
        if word.probability != 1.0:
            assert known[word.start_ms, word.end_ms] == re.sub(r"\W", "", new[word.start : word.end])
