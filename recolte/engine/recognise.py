"""What a file is, by its content: a recording, a transcript, a document, a photo, or nothing that Récolte takes.

A table of signatures of our own, because what decides here is inside: the brands of ISO media, the members of a zip,
whether a text is a conversation. The general libraries (puremagic, filetype) stop before that.
"""

import os
import re
import stat
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

from recolte.engine.formats import FORMATS, format_of
from recolte.engine.formats.decoding import decode
from recolte.engine.problems import Problem, Unreadable

HEAD = 65_536


class Kind(StrEnum):
    RECORDING = "recording"
    TRANSCRIPT = "transcript"
    DOCUMENT = "document"
    PHOTO = "photo"


@dataclass(frozen=True, slots=True)
class Recognised:
    """`format` is a key of `TYPES`: for a transcript that of `recolte.engine.formats.FORMATS`."""

    kind: Kind
    format: str
    media_type: str


TYPES: dict[str, Recognised] = {
    format: Recognised(kind, format, media_type)
    for kind, formats in {
        Kind.RECORDING: {
            "wav": "audio/wav",
            "mp3": "audio/mpeg",
            "aac": "audio/aac",
            "m4a": "audio/mp4",
            "mp4": "video/mp4",
            "mov": "video/quicktime",
            "3gp": "video/3gpp",
            "ogg": "audio/ogg",
            "opus": "audio/ogg",
            "webm": "video/webm",
            "mkv": "video/x-matroska",
            "flac": "audio/flac",
            "aiff": "audio/aiff",
            "amr": "audio/amr",
            "caf": "audio/x-caf",
            "wma": "audio/x-ms-wma",
        },
        Kind.TRANSCRIPT: {
            key: format.media_type for key, format in FORMATS.items() if format.read and not format.is_packed
        },
        Kind.DOCUMENT: {
            "pdf": "application/pdf",
            "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "odt": "application/vnd.oasis.opendocument.text",
            "md": "text/markdown",
            "txt": "text/plain",
        },
        Kind.PHOTO: {
            "jpeg": "image/jpeg",
            "png": "image/png",
            "webp": "image/webp",
            "gif": "image/gif",
            "tiff": "image/tiff",
            "heic": "image/heic",
            "avif": "image/avif",
        },
    }.items()
    for format, media_type in formats.items()
}

# At the very beginning; a dot is any byte.
SIGNATURES: list[tuple[re.Pattern[bytes], str]] = [
    (re.compile(pattern, re.DOTALL), format)
    for pattern, format in [
        (rb"(?:RIFF|RF64|BW64)....WAVE", "wav"),
        (rb"RIFF....WEBP", "webp"),
        (rb"OggS.{20,400}OpusHead", "opus"),
        (rb"OggS", "ogg"),
        (rb"\x1aE\xdf\xa3.{0,60}matroska", "mkv"),
        (rb"\x1aE\xdf\xa3", "webm"),
        (rb"fLaC", "flac"),
        (rb"FORM....AIF[FC]", "aiff"),
        (rb"#!AMR", "amr"),
        (rb"caff\0", "caf"),
        (rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "wma"),
        (rb"....(?:moov|mdat|wide|pnot)", "mov"),  # QuickTime from before `ftyp`
        (rb"\xff\xd8\xff", "jpeg"),
        (rb"\x89PNG\r\n\x1a\n", "png"),
        (rb"GIF8[79]a", "gif"),
        (rb"II\*\0|MM\0\*", "tiff"),
        (rb".{0,1019}%PDF-", "pdf"),
    ]
]
ARCHIVES = re.compile(
    rb"\x1f\x8b|7z\xbc\xaf\x27\x1c|Rar!\x1a|BZh[1-9]1AY|\xfd7zXZ\0|\x28\xb5\x2f\xfd|.{257}ustar", re.DOTALL
)
BRANDS = [  # the major brand of ISO media decides, else the compatible ones
    (re.compile(rb"avi[fs]"), "avif"),
    (re.compile(rb"he[iv][a-z]|mif1|msf1"), "heic"),
    (re.compile(rb"M4[ABP] "), "m4a"),
    (re.compile(rb"qt  "), "mov"),
    (re.compile(rb"3g[a-z0-9]{2}"), "3gp"),
]
RECORDING_NAMES = re.compile(
    r"\.(?:wav|mp[234]|aac|m4[abv]|mov|3g[p2]|og[gav]|opus|webm|mk[av]|flac|aif[fc]?|amr|caf|wm[av]|asf|avi)",
    re.IGNORECASE,
)
MARKUP = re.compile(
    r"\s*<(?:\?|!doctype|!--|html|head|body|svg|[a-z][\w:.-]*(?:\s[^<>]*)?/?>)|\s*\{\\rtf|%!PS|#!\s*/", re.I
)
MARKDOWN = re.compile(
    r"(?:^|\n)#{1,6} \S[^\n]*\n[ \t]*\n"
)  # a `#` without air below is a comment in some other language


def recognise(path: str, name: str) -> Recognised:
    """What the file at `path` is; `name`, as the person calls it, only parts Markdown from text and finds impostors.

    Reads the head of the file, or the directory of a zip. Unreadable when it is nothing that can be taken: EMPTY,
    NO_PERMISSION, ARCHIVE, PROTECTED, DAMAGED (a broken zip of a document), NOT_WHAT_IT_SAYS, UNKNOWN_KIND.
    """
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise Unreadable(Problem.UNKNOWN_KIND, "not a regular file")
        with open(path, "rb") as file:
            head = file.read(HEAD)
    except PermissionError as error:
        raise Unreadable(Problem.NO_PERMISSION, str(error)) from None
    if not head:
        raise Unreadable(Problem.EMPTY)
    if head.startswith(b"PK"):
        return TYPES[_zipped(path, head)]
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise Unreadable(_compound(path, head), "an OLE2 compound file")
    if ARCHIVES.match(head):
        raise Unreadable(Problem.ARCHIVE)
    if format := _binary(head):
        return TYPES[format]
    text = _text(head)
    if text is None:
        raise Unreadable(Problem.UNKNOWN_KIND)
    format = _textual(text, name)
    if RECORDING_NAMES.fullmatch(PurePath(name).suffix) and format not in ("vtt", "srt"):
        raise Unreadable(Problem.NOT_WHAT_IT_SAYS, text[:80])
    if not format:
        raise Unreadable(Problem.UNKNOWN_KIND, text[:80])
    return TYPES[format]


def _binary(head: bytes) -> str:
    if head[4:8] == b"ftyp":
        return _branded(head)
    for signature, format in SIGNATURES:
        if signature.match(head):
            return format
    return _mpeg(head)


def _branded(head: bytes) -> str:
    size = int.from_bytes(head[:4], "big")
    compatible = [head[at : at + 4] for at in range(16, min(size, 256), 4)]
    for brand in (head[8:12], *compatible):
        for pattern, format in BRANDS:
            if pattern.fullmatch(brand):
                # HEIF is the family of both kinds of photos
                return "avif" if format == "heic" and {b"avif", b"avis"} & set(compatible) else format
        if (
            brand == head[8:12]
            and brand not in (b"mif1", b"msf1")
            and re.fullmatch(rb"iso\w|mp4\w|avc1|dash|M4V |MSNV", brand)
        ):
            return "mp4"
    return "mp4"


def _mpeg(head: bytes) -> str:
    """`mp3` (any layer) or `aac` when frames of sound begin here, after the tag if there is one."""
    start = 0
    if head.startswith(b"ID3") and len(head) > 10:
        start = 10 + sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
        if start >= len(head):
            return "mp3"
        if head.startswith(b"fLaC", start):
            return "flac"
    # Some encoders leave a few bytes before the first frame.
    for at in range(start, min(start + 16, len(head) - 3)):
        sync, version, layer = head[at : at + 2] >= b"\xff\xe0", head[at + 1] >> 3 & 3, head[at + 1] >> 1 & 3
        if not sync or head[at] != 0xFF:
            continue
        if version >= 2 and layer == 0 and head[at + 2] >> 2 & 15 < 13:
            return "aac"
        bitrate, rate = head[at + 2] >> 4, head[at + 2] >> 2 & 3
        byte_order_mark = at == 0 and head[1] == 0xFE
        if version != 1 and layer != 0 and bitrate not in (0, 15) and rate != 3 and not byte_order_mark:
            return "mp3"
    return "mp3" if start else ""


def _zipped(path: str, head: bytes) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                return _opendocument(archive.read("mimetype"))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError) as error:
        if b"word/" in head or b"opendocument.text" in head:
            raise Unreadable(Problem.DAMAGED, str(error)) from None
        raise Unreadable(Problem.ARCHIVE, str(error)) from None
    if "[Content_Types].xml" in names:
        if any(name.startswith("word/") for name in names):
            return "docx"
        raise Unreadable(Problem.UNKNOWN_KIND, "an office file that is no text")
    if "content.xml" in names and "META-INF/manifest.xml" in names:
        return "odt"
    raise Unreadable(Problem.ARCHIVE)


def _opendocument(mimetype: bytes) -> str:
    if mimetype.strip().startswith(b"application/vnd.oasis.opendocument.text"):
        return "odt"
    raise Unreadable(Problem.UNKNOWN_KIND, mimetype.decode("ascii", "replace"))


def _compound(path: str, head: bytes) -> Problem:
    """PROTECTED for a modern office file under a password: its directory has an `EncryptedPackage`."""
    sector = 1 << min(int.from_bytes(head[30:32], "little"), 16)
    with open(path, "rb") as file:
        file.seek((int.from_bytes(head[48:52], "little") + 1) * sector)
        directory = file.read(sector * 4)
    protected = "EncryptedPackage".encode("utf-16-le") in directory
    return Problem.PROTECTED if protected else Problem.UNKNOWN_KIND


def _text(head: bytes) -> str | None:
    """The text that `head` begins, or None when it is no text."""
    if len(head) == HEAD:
        head = head[: head.rfind(b"\n", HEAD // 2) + 1 or HEAD]  # but JSON may have no lines, or one that is endless
        head = head[: len(head) // 2 * 2] if head[:2] in (b"\xff\xfe", b"\xfe\xff") else head
    text = decode(head)
    if not text.strip():
        return None
    strange = sum(1 for char in text if char in "\ufffd\x7f" or (char < " " and char not in "\t\n\f\v\x15\x1b"))
    return text if strange * 100 <= len(text) and (len(text) > 3 or text.strip().isalnum()) else None


def _textual(text: str, name: str) -> str:
    """A key of `TYPES`, or "" for languages of machines."""
    format = format_of(text)
    if format and (FORMATS[format].signature or not MARKUP.match(text)):
        return format
    if MARKUP.match(text):
        return ""
    if PurePath(name).suffix.lower() in (".md", ".markdown") or MARKDOWN.search(text):
        return "md"
    return "txt"
