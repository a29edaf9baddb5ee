"""From the bytes of a text file to text: whatever the encoding, NFC with LF."""

import codecs
import re
import unicodedata

import charset_normalizer

BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark begins alike
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# What French desktops have written since the eighties; a free guess among a hundred code pages is worse on short texts.
LEGACY = ["cp1252", "mac_roman", "cp850"]
SAMPLE = 65_536


def decode(data: bytes) -> str:
    """The text in `data`, normalised. Never fails: bytes that mean nothing become U+FFFD."""
    return normalise(data.decode(encoding_of(data), errors="replace"))


def normalise(text: str) -> str:
    """`text` in NFC with LF line ends, without a byte order mark; NUL, which databases refuse, becomes U+FFFD."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    return unicodedata.normalize("NFC", text)


def encoding_of(data: bytes) -> str:
    """The name of a codec for `data`: by its mark, else UTF-8 if it is, else UTF-16 by its zeros, else a legacy page."""
    for mark, name in BOMS.items():
        if data.startswith(mark):
            return name
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start > len(data) - 4:
            return "utf-8"  # cut in the middle of a character
    else:
        if data.count(0) < len(data) // 4:
            return "utf-8"
    head = data[:SAMPLE]
    if head[1::2].count(0) > len(head) // 4:
        return "utf-16-le"
    if head[::2].count(0) > len(head) // 4:
        return "utf-16-be"
    # Only the lines with a doubtful byte say anything, and guessing is slow.
    doubtful = b"\n".join(re.findall(rb"[^\n]{0,60}[\x80-\xff][^\n]{0,60}", data)[:200])
    guess = charset_normalizer.from_bytes(doubtful, cp_isolation=LEGACY, preemptive_behaviour=False).best()
    return guess.encoding if guess else "cp1252"
