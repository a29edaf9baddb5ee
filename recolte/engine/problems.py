"""What can be wrong with a file, as codes.

The engine knows no language: it raises `Unreadable` with a `Problem`, and `recolte.sources.sentences` says it in the
reader's own (what happened, what to do).
"""

from enum import StrEnum


class Problem(StrEnum):
    EMPTY = "empty"  # zero bytes
    NO_PERMISSION = "no_permission"  # the operating system refuses to read it
    UNKNOWN_KIND = "unknown_kind"  # the content is of no kind that Récolte takes
    NOT_WHAT_IT_SAYS = "not_what_it_says"  # the name promises a recording, the content is something else
    ARCHIVE = "archive"  # a zip, tar… : to be unpacked first
    TOO_LARGE = "too_large"  # unpacks or decodes to more than the limit (bombs)
    DAMAGED = "damaged"  # the right kind, but it cannot be read to the end
    NO_SOUND = "no_sound"  # a media file without an audio stream, or of zero seconds
    PROTECTED = "protected"  # password, DRM
    NO_TEXT = "no_text"  # a document without any words (a scan, for instance)
    NO_CUES = "no_cues"  # a subtitle file without a single cue
    TOO_SLOW = "too_slow"  # reading it took longer than the limit
    TOO_HUNGRY = "too_hungry"  # reading it needed more memory than the limit
    CRASHED = "crashed"  # the library that reads it crashed
    DISK_FULL = "disk_full"  # no room left to keep it
    NOT_ALIKE = "not_alike"  # a text and a recording that do not say the same
    NO_MODEL = "no_model"  # no speech model on this machine


class Unreadable(Exception):
    """A file cannot be taken. `problem` says why; `detail` is for the log (never shown to people as such)."""

    def __init__(self, problem: Problem, detail: str = "") -> None:
        super().__init__(problem, detail)
        self.problem = problem
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.problem}: {self.detail}" if self.detail else str(self.problem)
