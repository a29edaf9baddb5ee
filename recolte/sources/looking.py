"""What is found in a received file, by kind: its facts, and the files made to show or play it.

Whatever a library reads of it is read in a child process, one for each file: starting one costs more than most files.
"""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from recolte.engine import dating, sandbox
from recolte.sources.models import Kind, Rendition, Source, State

SMALL_TEXT = 1 << 20  # bytes; larger text is read in a child process, like what needs a library
THUMBNAIL, PICTURE = 480, 2000  # pixels, the longer side


class Made(NamedTuple):
    """A file made from a source."""

    role: Rendition.Role
    path: Path
    media_type: str


def look(source: Source, path: Path, folder: Path) -> tuple[dict[str, Any], list[Made]]:
    """The facts of the source whose bytes are at `path`, as its fields, and what was made of it in `folder`.

    Raises `Unreadable` when nothing can be read.
    """
    facts, made, date = _LOOK[Kind(source.kind)](source, str(path), folder)
    if date:
        facts |= {"dated_at": _moment(date[0], source.gathering.time_zone), "dated_by": date[1]}
    facts["state"] = State.DAMAGED if facts.get("problem") else State.READY
    return facts, made


Found = tuple[dict[str, Any], list[Made], tuple[str, str] | None]


def _recording(source: Source, path: str, folder: Path) -> Found:
    listening, peaks = folder / "listening.webm", folder / "peaks.json"
    heard, date = sandbox.call_each(
        ("recolte.engine.audio:prepare", path, None, str(listening)),
        ("recolte.engine.dating:dated", path, source.name),
        seconds=patience(source.size),
    )
    peaks.write_text(
        json.dumps({name: heard[name] for name in ("duration_ms", "peaks_per_second", "peaks")}, separators=(",", ":"))
    )
    facts = {"duration_ms": heard["duration_ms"], "problem": "partly_read" if heard["damaged"] else ""}
    made = [
        Made(Rendition.Role.LISTENING, listening, "audio/webm"),
        Made(Rendition.Role.PEAKS, peaks, "application/json"),
    ]
    return facts, made, date


def _document(source: Source, path: str, folder: Path) -> Found:
    if source.format in ("txt", "md") and source.size <= SMALL_TEXT:
        from recolte.engine import documents  # noqa: PLC0415 — the web server needs none of its libraries

        blocks = documents.read(path, source.format)
    else:
        blocks = sandbox.call("recolte.engine.documents:read", path, source.format)
    return {"blocks": blocks}, [], dating.named(source.name)


def _photo(source: Source, path: str, folder: Path) -> Found:
    picture, thumbnail = folder / "picture.webp", folder / "thumbnail.webp"
    shown, _small, date = sandbox.call_each(
        ("recolte.engine.pictures:clean", path, str(picture), PICTURE),
        ("recolte.engine.pictures:clean", path, str(thumbnail), THUMBNAIL),
        ("recolte.engine.dating:dated", path, source.name),
    )
    made = [
        Made(Rendition.Role.PICTURE, picture, "image/webp"),
        Made(Rendition.Role.THUMBNAIL, thumbnail, "image/webp"),
    ]
    return {"width": shown["width"], "height": shown["height"]}, made, date


def _transcript(source: Source, path: str, folder: Path) -> Found:
    return {}, [], dating.named(source.name)  # its words are read by the stage of transcripts, once it is ready


_LOOK: dict[Kind, Callable[[Source, str, Path], Found]] = {
    Kind.RECORDING: _recording,
    Kind.DOCUMENT: _document,
    Kind.PHOTO: _photo,
    Kind.TRANSCRIPT: _transcript,
}


def patience(size: int) -> float:
    """How many seconds decoding `size` bytes of sound may take: an hour needs some twenty; a hostile file must not hold
    the worker for ever."""
    return 120 + size / 200_000


def _moment(text: str, time_zone: str) -> datetime:
    """An ISO date as a moment; one without an offset was read on a clock at the place of the gathering."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(time_zone))
