"""The French translation: `compile` it, or `check` that it is whole, compiled, well set, and says all that the code says.

`check` collects the words anew where xgettext is installed, and compares.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
FRENCH = ROOT / "recolte/locale/fr/LC_MESSAGES/django.po"
NOISE = ["POT-Creation-Date", "PO-Revision-Date", "Last-Translator", "Language-Team", "Report-Msgid-Bugs-To"]
PLACE = re.compile(r"%\(\w+\)[sd]")
TYPOGRAPHY = {
    "an ordinary space before a sign": re.compile(r" [:;?!»]|« "),
    "a straight apostrophe": re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])"),
    "a straight quotation mark": re.compile(r'(?<![=\\>])"(?![^<]*>)'),
}


def compile() -> None:
    """Write the .mo — and the .po without what changes at each collecting, so that a diff shows words alone."""
    po = polib.pofile(str(FRENCH))
    for name in NOISE:
        po.metadata.pop(name, None)
    po.save()
    po.save_as_mofile(str(FRENCH.with_suffix(".mo")))


def faults() -> list[str]:
    po = polib.pofile(str(FRENCH))
    found = [f"not translated: {entry.msgid!r}" for entry in po.untranslated_entries()]
    found += [f"to be checked (fuzzy): {entry.msgid!r}" for entry in po.fuzzy_entries()]
    found += [f"{fault}: {french!r}" for entry in po.translated_entries() for fault, french in _misprints(entry)]
    mo = polib.mofile(str(FRENCH.with_suffix(".mo")))
    if {_words(entry) for entry in mo} != {_words(entry) for entry in po.translated_entries()}:
        found.append("django.mo is older than django.po: run `make messages`")
    if shutil.which("xgettext"):
        said = _collect()
        known = {(entry.msgctxt, entry.msgid) for entry in po}
        found += [f"in the code, not in django.po: {msgid!r}" for _, msgid in sorted(said - known, key=str)]
        found += [f"in django.po, no longer in the code: {msgid!r}" for _, msgid in sorted(known - said, key=str)]
    return found


def _misprints(entry: polib.POEntry) -> list[tuple[str, str]]:
    """What is wrong in the French of `entry`: its places for names and numbers, or its typography."""
    found = []
    for french in entry.msgstr_plural.values() or [entry.msgstr]:
        english = [words for words in (entry.msgid, entry.msgid_plural) if words]
        if set(PLACE.findall(french)) not in [set(PLACE.findall(words)) for words in english]:
            found.append(("not the places of the English", french))
        for fault, sign in TYPOGRAPHY.items():
            if sign.search(french) and not (fault.endswith("mark") and "--" in french):  # a command is quoted as typed
                found.append((fault, french))
    return found


def _words(entry: polib.POEntry | polib.MOEntry) -> tuple[object, ...]:
    return entry.msgctxt, entry.msgid, entry.msgstr, tuple(sorted(entry.msgstr_plural.items()))


def _collect() -> set[tuple[str | None, str]]:
    """What makemessages finds in the code now."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "recolte"
        shutil.copytree(ROOT / "recolte", copy, ignore=shutil.ignore_patterns("vendor", "__pycache__", "*.po", "*.mo"))
        (copy / "locale/fr/LC_MESSAGES").mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [sys.executable, "-m", "django", "makemessages", "-l", "fr", "--no-location"],
            cwd=copy,
            check=True,
            capture_output=True,
        )
        return {(e.msgctxt, e.msgid) for e in polib.pofile(str(copy / "locale/fr/LC_MESSAGES/django.po"))}


if __name__ == "__main__":
    if sys.argv[1:] == ["compile"]:
        compile()
    elif problems := faults():
        sys.exit("\n".join(problems))
