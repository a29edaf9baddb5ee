"""The codes of languages, as short as they can be: "fra", "FR" and "fr" are one."""

import re

_SHORT = {
    "ara": "ar",
    "bre": "br",
    "cat": "ca",
    "deu": "de",
    "ger": "de",
    "eng": "en",
    "eus": "eu",
    "baq": "eu",
    "fas": "fa",
    "fra": "fr",
    "fre": "fr",
    "ita": "it",
    "nld": "nl",
    "dut": "nl",
    "oci": "oc",
    "por": "pt",
    "ron": "ro",
    "rum": "ro",
    "rus": "ru",
    "spa": "es",
    "tur": "tr",
    "zho": "zh",
    "chi": "zh",
}


def language(code: str | None) -> str:
    """The code of a language as Récolte writes it, or "" when `code` is none."""
    code = (code or "").strip().replace("_", "-")
    if not re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,4}){0,2}", code):
        return ""
    first, dash, rest = code.partition("-")
    first = first.lower()
    return "" if first == "und" else _SHORT.get(first, first) + dash + rest
