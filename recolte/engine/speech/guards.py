"""What Whisper writes where nobody speaks: silence read as speech, loops, and the credits of the films it learnt from."""

import re
import zlib
from collections.abc import Iterable, Iterator

from recolte.engine.speech.paragraphs import Segment

# Whisper's own thresholds, 0.6 and -1, together let a plain laugh through (0.56 and -0.99 with the base weights); the
# worst real speech that we measured had 0.21 and -0.92.
NO_SPEECH = 0.5
LOW_LOGPROB = -0.9
LOOP = 2.4  # compression ratio
SURE = 0.8  # mean probability of the words from which even a credit is believed

CREDITS = re.compile(
    r"(sous[- ]?titr\w+ .*(amara|radio[- ]canada|soustitreur|st ?501|communauté).*"
    r"|sous[- ]?titrage (société radio[- ]canada|st ?501|fr .*)"
    r"|merci d avoir regardé (cette|la|ma) vidéo.*"
    r"|abonnez vous( à la chaîne)?)"
)


def believable(segments: Iterable[Segment]) -> Iterator[Segment]:
    """Yield the `segments` that somebody can have said."""
    before = ""
    for segment in segments:
        text = _plain(segment.text)
        looping = segment.compression_ratio > LOOP and (text == before or _compression(text) > LOOP)
        unspoken = segment.no_speech_prob > NO_SPEECH and segment.avg_logprob < LOW_LOGPROB
        credit = CREDITS.fullmatch(text) is not None and _probability(segment) < SURE
        # The ratio is that of a window of up to 30 s: only what repeats is dropped, not the speech before the loop.
        if text and not (looping or unspoken or credit):
            yield segment
        before = text


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s-]", " ", text.lower()).split())


def _compression(text: str) -> float:
    data = text.encode()
    return len(data) / len(zlib.compress(data))


def _probability(segment: Segment) -> float:
    words = segment.words or ()
    return sum(word.probability for word in words) / len(words) if words else 0.0
