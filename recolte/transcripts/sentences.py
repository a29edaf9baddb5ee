"""What can be wrong in a transcript file, and what a format would lose, as whole sentences."""

from collections.abc import Iterable

from django.utils.translation import gettext, gettext_noop

from recolte.engine.formats import faults
from recolte.engine.formats.features import Feature

FAULTS: dict[str, str] = {
    faults.BACKWARDS: gettext_noop(
        "This passage ends before it begins, so it was given no duration: listen to it and correct its times."
    ),
    faults.BAD_ENCODING: gettext_noop(
        "The file is not in the encoding it announces, so another one was used: check the accents, and save "
        "the file again in UTF-8 if some are wrong."
    ),
    faults.BAD_INTERVAL: gettext_noop(
        "Something here is neither an interval nor a point and was left out: open the file in Praat, correct "
        "this place and bring it again."
    ),
    faults.BAD_LINE: gettext_noop(
        "This line does not have the thirteen columns of an ORFEO table, so it was left out: complete it in "
        "the original file and bring it again if it matters."
    ),
    faults.BAD_TIME: gettext_noop(
        "This time means nothing, so what depends on it is missing or has no time: correct it in the file and "
        "bring the file again."
    ),
    faults.BAD_XML: gettext_noop(
        "The file is broken at this line; what could be read around it was taken: compare with the original, "
        "or export the file again from the program that made it."
    ),
    faults.BARE_QUOTE: gettext_noop(
        "A quotation mark inside this text is not doubled as Praat asks but could be understood: check this turn."
    ),
    faults.CUT_SHORT: gettext_noop(
        "The file stops before its end: what came before was read, export it again if the last turns are missing."
    ),
    faults.NO_HEADER: gettext_noop(
        "The line WEBVTT, with which such a file begins, is missing: the subtitles were read all the same, "
        "check that this is the right file."
    ),
    faults.NO_OBJECT: gettext_noop(
        "Something in the list of segments is no segment and was left out: export the file again from the "
        "program that made it."
    ),
    faults.NO_PARENT: gettext_noop(
        "This line depends on another that is not in the file, so it was read as if it stood alone, or left "
        "out where it has no time of its own: check it in the original file."
    ),
    faults.NO_SPEAKER: gettext_noop(
        "The file does not say who this voice is, so its code stands for the name: say who it is on the page "
        "of the transcript."
    ),
    faults.NO_TIME: gettext_noop(
        "A time is missing or makes no sense at this line; the words were kept without it: put it right in "
        "the original file, or listen and correct here."
    ),
    faults.NOT_SPEECH: gettext_noop(
        "This tier holds codes from a fixed list (gestures, looks…) and no words, so it was left out: nothing "
        "to do, unless it is speech, in which case remove its controlled vocabulary in ELAN and bring the "
        "file again."
    ),
    faults.ODD_LINE: gettext_noop(
        "This line begins as no line of this format does and was added to the one above: check this turn."
    ),
    faults.ODD_TIME: gettext_noop(
        "This time is not written as the format asks but could be understood: listen to this passage to check "
        "that it is in its place."
    ),
    faults.OPEN_QUOTE: gettext_noop(
        "The closing quote of this text is missing, so it was read to the end of its line: check the end of this turn."
    ),
    faults.OUT_OF_ORDER: gettext_noop(
        "This turn begins before the one above it: it was left where it stands, correct its time in the file or listen "
        "and correct here."
    ),
    faults.SOUNDS_LEFT_OUT: gettext_noop(
        "This tier holds sounds or syllables rather than words and was left out: rename it if people speak in "
        "it, and bring the file again."
    ),
}
# After “It would lose”
LOSSES: dict[Feature, str] = {
    Feature.VOICES: gettext_noop("who speaks"),
    Feature.TIMES: gettext_noop("when each turn begins and ends"),
    Feature.WORD_TIMES: gettext_noop("the times of the words"),
    Feature.PROBABILITIES: gettext_noop("which words the machine doubts"),
    Feature.OVERLAPS: gettext_noop("who speaks at the same time"),
    Feature.UNTIMED: gettext_noop("that some turns have no time"),
    Feature.LINES: gettext_noop("the line breaks inside turns"),
    Feature.LANGUAGE: gettext_noop("the language"),
}


def fault(line: int, code: str) -> str:
    """What was wrong at a line (0: the whole file) of a file that was read, and what to do."""
    words = gettext(FAULTS.get(code, code))
    return gettext("Line %(line)d: %(words)s") % {"line": line, "words": words} if line else words


def losses(features: Iterable[Feature]) -> str:
    """One sentence; "" when nothing is lost."""
    words = [gettext(LOSSES[feature]) for feature in features]
    return gettext("Would be lost: %(what)s.") % {"what": ", ".join(words)} if words else ""
