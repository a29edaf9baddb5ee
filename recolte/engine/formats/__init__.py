"""The formats of transcripts, a module each, all alike: `read(bytes) -> Transcript`, `write(Transcript) -> str`.

To add one: a module beside these, a line in `FORMATS`, its signature in `recolte.engine.recognise`, its tests.
"""

from collections.abc import Callable
from dataclasses import dataclass

from recolte.engine.formats import srt, text, vtt, whisper_json
from recolte.engine.turns import Transcript


@dataclass(frozen=True, slots=True)
class Format:
    """A format of transcripts; `read` or `write` is None where Récolte does not."""

    name: str
    media_type: str
    extension: str
    read: Callable[[bytes], Transcript] | None = None
    write: Callable[[Transcript], str] | None = None


FORMATS: dict[str, Format] = {
    "vtt": Format("WebVTT", "text/vtt", "vtt", vtt.read, vtt.write),
    "srt": Format("SubRip", "application/x-subrip", "srt", srt.read, srt.write),
    "text": Format("Text", "text/plain", "txt", text.read, text.write),
    "json": Format("Whisper JSON", "application/json", "json", write=whisper_json.write),
}
