"""The evidence chip (`ui/evidence.html`): what was said, the voice at its second, who speaks, what was agreed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evidence:
    """One chip. Times are in seconds of the sound at `audio_url`; without it the words were written, not said.

    `consent` is the widest use that was agreed: group, pseudonym, named, audio, public; anything else shows a lock.
    """

    id: str
    quote: str
    url: str
    speaker: str = ""
    source: str = ""
    language: str = ""
    audio_url: str = ""
    start: float = 0.0
    end: float = 0.0
    consent: str = ""
    listened: bool = False
    validated: bool = False
    withdrawn: bool = False  # the reader is shown no words, no voice
    struck: bool = False  # because who said them struck them

    @property
    def seconds(self) -> int:
        return max(1, round(self.end - self.start))
