"""The codes of languages, as short as they can be: "fra", "FR" and "fr" are one."""

import re

# Where there are two, that of ISO 639-3 stands first.
_SHORT = {
    "ara": "ar",
    "bul": "bg",
    "bre": "br",
    "cat": "ca",
    "cos": "co",
    "ces": "cs",
    "cym": "cy",
    "dan": "da",
    "deu": "de",
    "ger": "de",
    "ell": "el",
    "eng": "en",
    "spa": "es",
    "est": "et",
    "eus": "eu",
    "baq": "eu",
    "fas": "fa",
    "fin": "fi",
    "fra": "fr",
    "fre": "fr",
    "gle": "ga",
    "heb": "he",
    "hin": "hi",
    "hrv": "hr",
    "hun": "hu",
    "isl": "is",
    "ita": "it",
    "jpn": "ja",
    "kor": "ko",
    "lit": "lt",
    "lav": "lv",
    "nld": "nl",
    "dut": "nl",
    "nor": "no",
    "oci": "oc",
    "pol": "pl",
    "por": "pt",
    "ron": "ro",
    "rum": "ro",
    "rus": "ru",
    "slk": "sk",
    "slv": "sl",
    "srp": "sr",
    "swe": "sv",
    "swa": "sw",
    "tur": "tr",
    "ukr": "uk",
    "vie": "vi",
    "wol": "wo",
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


def in_three_letters(code: str) -> str:
    """The code of ISO 639-3 for a language as Récolte writes it; one that has none here stays as it is."""
    return next((three for three, short in _SHORT.items() if short == code), code)
