"""The writer of the public site: from plain values to a folder of files that any web server, or a USB stick, can show.

From a claim one reaches the quotes that bear it, the voice at its second and the passage beside it, without a script.
The writer asks no rights: the values it is given hold only what may be public.
"""

import errno
import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote as percent
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator, slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recolte.publishing.figured import Part, Told
from recolte.ui.durations import clock

STATIC = Path(__file__).parent / "static" / "publishing"
UI_STATIC = Path(__file__).parents[1] / "ui" / "static" / "ui"
ATKINSON = "vendor/atkinson-hyperlegible-next-5.3.0"
SERIF = "vendor/source-serif-4-5.3.1"
FROM_UI = [
    "mark.svg",
    *(f"{ATKINSON}/{name}" for name in ("LICENSE", "latin-400-normal.woff2", "latin-600-normal.woff2")),
    *(f"{SERIF}/{name}" for name in ("LICENSE", "latin-400-italic.woff2", "latin-600-normal.woff2")),
    "vendor/lucide-1.62.0/LICENSE",
]

FORMAT = "recolte-site-1"
MANIFEST = "recolte.json"
PART = ".recolte-part"  # what is being written; it gets its name once it is whole
# Every name that this writer ever gives: whatever a manifest says, nothing else is replaced or removed.
OURS = re.compile(
    r"(?:index\.html|404\.html|atom\.xml|site\.css|mark\.svg|preuve/index\.html"
    r"|points-d-etape/[a-z0-9_-]+/index\.html|fiches/[a-z0-9_-]+/(?:index\.html|[0-9a-f]{16}\.mp3)|vendor/[a-z0-9][a-z0-9.-]*/(?:LICENSE|[a-z0-9-]+\.woff2))"
)
# Characters that neither HTML nor XML may hold: control characters, halves of pairs, noncharacters.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)

Kind = Literal["finding", "convergence", "disagreement", "question", "proposal"]
Stance = Literal["supports", "nuances", "contradicts"]
# The words and the glyph of each.
KINDS = {
    "finding": (gettext_lazy("Finding"), "eye"),
    "convergence": (gettext_lazy("Convergence"), "handshake"),
    "disagreement": (gettext_lazy("Disagreement"), "objection"),
    "question": (gettext_lazy("Open question"), "help"),
    "proposal": (gettext_lazy("Proposal"), "path"),
}
STANCES = {
    "supports": (gettext_lazy("Supports"), "check"),
    "nuances": (gettext_lazy("Nuances"), "contrast"),
    "contradicts": (gettext_lazy("Contradicts"), "objection"),
}
GLYPHS = sorted(
    {glyph for _words, glyph in [*KINDS.values(), *STANCES.values()]} | {"checks", "circle", "listen", "note"}
)


class NotOurs(Exception):
    """The folder holds what this writer did not write: nothing was changed. Says so, and what to do, in a sentence."""


@dataclass(frozen=True, slots=True)
class Line:
    """One turn of a passage: who speaks, under the name that may be public, and what they say."""

    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that bear a claim, or contest it: of a voice (with its clip, where that was agreed), or of a note."""

    id: str
    stance: Stance
    lines: tuple[Line, ...]
    language: str
    source: str
    start_ms: int | None = None
    end_ms: int | None = None
    sound: bytes | None = None
    is_note: bool = False

    @property
    def anchor(self) -> str:
        return f"citation-{_short(self.id)}"

    @property
    def stance_words(self) -> str:
        return str(STANCES[self.stance][0])

    @property
    def glyph(self) -> str:
        return STANCES[self.stance][1]

    @property
    def clip(self) -> str:
        """The name of the file of the voice, beside the page; empty without one."""
        return f"{_sha256(self.sound)[:16]}.mp3" if self.sound else ""

    @property
    def at(self) -> str:
        """Where in the whole recording: "12:04"; empty where that is not known."""
        return "" if self.start_ms is None else clock(self.start_ms)

    @property
    def seconds(self) -> int:
        return (
            0 if self.start_ms is None or self.end_ms is None else max(1, round((self.end_ms - self.start_ms) / 1000))
        )


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing learned. `version` is the sha256 of the claim and its quotes, that those who validated it saw."""

    id: str
    kind: Kind
    text: str
    quotes: tuple[Quote, ...]
    version: str
    validated_on: date | None = None
    validated_by: int = 0

    @property
    def anchor(self) -> str:
        return f"enseignement-{_short(self.id)}"

    @property
    def kind_words(self) -> str:
        return str(KINDS[self.kind][0])

    @property
    def glyph(self) -> str:
        return KINDS[self.kind][1]


@dataclass(frozen=True, slots=True)
class Card:
    """One page: a question, what was learned about it, and the attribution of what is played or shown."""

    id: str
    title: str
    question: str
    claims: tuple[Claim, ...]
    published_at: datetime
    changed_at: datetime
    language: str
    credits: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        return f"fiches/{_slug(self.title, self.id)}"

    @property
    def quote_count(self) -> int:
        return sum(len(claim.quotes) for claim in self.claims)


@dataclass(frozen=True, slots=True)
class Report:
    """One edition of an interim report. `version` is the sha256 of all that it says, and `figures` are those in its words."""

    id: str
    title: str
    number: int
    parts: tuple[Part, ...]
    figures: tuple[Told, ...]
    published_at: datetime
    version: str
    language: str
    since: date | None = None
    until: date | None = None

    @property
    def folder(self) -> str:
        return f"points-d-etape/{_slug(self.title, self.id)}"

    @property
    def anchor(self) -> str:
        return f"point-d-etape-{_short(self.id)}"


@dataclass(frozen=True, slots=True)
class Site:
    """All that is public in one community. Cards and reports come in the order in which they are shown.

    `url` is where the folder will be served, or empty: then nothing in it tells an absolute address. Each of `checks`
    is the name of a check, in words for people, and how many links it walked. Times know their zone.
    """

    community: str
    url: str
    language: str
    cards: tuple[Card, ...]
    written_at: datetime
    checks: tuple[tuple[str, int], ...] = ()
    reports: tuple[Report, ...] = ()

    def __post_init__(self) -> None:
        if self.url and (urlsplit(self.url).scheme not in ("http", "https") or not urlsplit(self.url).hostname):
            raise ValueError(f"not the address of a site: {self.url}")

    def address(self, path: str) -> str:
        """The absolute address of a path, or empty."""
        return f"{self.url.rstrip('/')}/{path}" if self.url else ""


@dataclass(frozen=True, slots=True)
class Written:
    """What a writing changed: files that came or became others, files that went (the manifest, whose sha256 this
    tells, is not counted)."""

    written: int
    removed: int
    manifest: str


def write(site: Site, to: Path) -> Written:
    """Make `to` hold this site, and of an earlier one nothing more. Files that are not ours stay as they are.

    Raises `NotOurs`, before anything is changed, where somebody else's files are in the way. After any other end, be it
    a full disk or kill -9, the same call mends the folder.
    """
    files = _files(site)
    final = _manifest(site, files)
    with _alone_in(to):
        earlier = _names_of_earlier_writing(to)
        _refuse_to_overwrite(to, files, earlier)
        (to / PART).unlink(missing_ok=True)
        # First, all names, old and new: whoever comes after a crash knows what is ours.
        _put(to, MANIFEST, _json({"format": FORMAT, "complete": False, "cards": [], "files": dict.fromkeys(sorted({*files, *earlier}))}))  # fmt: skip
        # Then what was withdrawn goes, before anything is announced: the voices, the pages of words, and the words in
        # pages that stay. Stopped here, the site has links that lead nowhere; it never has words that were taken back.
        stale = sorted(earlier - files.keys(), key=lambda name: (not name.endswith(".mp3"), name))
        removed = sum(_remove(to, name) for name in stale)
        replaced = [name for name in files if (to / name).exists()]
        added = [name for name in files if name not in replaced]
        written = sum(_put(to, name, files[name]) for name in [*replaced, *added])
        _put(to, MANIFEST, final)
    return Written(written, removed, _sha256(final))


def manifest(folder: Path) -> dict[str, Any] | None:
    """What a folder that we wrote says of itself: cards, their claims with version and quotes, files with their sha256.

    `complete` is false while it is being written, and after a crash. None where there is no folder of ours.
    """
    try:
        if (folder / MANIFEST).is_symlink():
            return None
        said = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    ours = isinstance(said, dict) and said.get("format") == FORMAT and isinstance(said.get("files"), dict)
    return said if ours else None


# The folder ----------------------------------------------------------------------------------------------------------


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """The folder exists, and no other process writes into it."""
    if not folder.is_dir():
        if os.path.lexists(folder):
            raise NotOurs(
                _("%(folder)s is a file: the site needs a folder. Give the name of another place.") % {"folder": folder}
            )
        folder.mkdir(parents=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # a disk that knows no locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _names_of_earlier_writing(folder: Path) -> set[str]:
    said = manifest(folder)
    if said is not None:
        return {name for name in said["files"] if OURS.fullmatch(name)}
    if any(entry.name != PART for entry in folder.iterdir()):
        raise NotOurs(
            _(
                "%(folder)s holds files that Récolte did not write: nothing was changed there. Give a new or an empty"
                " folder, or the one of the earlier site."
            )
            % {"folder": folder}
        )
    return set()


def _refuse_to_overwrite(folder: Path, files: dict[str, bytes], earlier: set[str]) -> None:
    for name in files:
        path = folder / name
        ours = name in earlier and path.is_file() and not path.is_symlink()
        if not _leads_inside(folder, name) or (os.path.lexists(path) and not ours):
            raise NotOurs(
                _(
                    "%(file)s, in %(folder)s, was not written by Récolte, and the site needs this name: nothing was"
                    " changed. Move it elsewhere, then write the site again."
                )
                % {"file": name, "folder": folder}
            )


def _leads_inside(folder: Path, name: str) -> bool:
    """Whether the folders on the way are folders, or not there yet: never a link, nor a file."""
    above = [folder / parent for parent in Path(name).parents if parent.name]
    return all(path.is_dir() and not path.is_symlink() for path in above if os.path.lexists(path))


def _put(folder: Path, name: str, content: bytes) -> bool:
    """Write a file whole or not at all, and say whether that was needed."""
    path, part = folder / name, folder / PART
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    return True


def _remove(folder: Path, name: str) -> bool:
    """Remove a file of ours, and the folders that this empties, and say whether it was there."""
    if not _leads_inside(folder, name):
        return False
    path = folder / name
    there = path.is_file() and not path.is_symlink()
    if there:
        path.unlink()
    for parent in Path(name).parents:
        if parent.name:
            try:
                (folder / parent).rmdir()
            except FileNotFoundError:
                continue
            except OSError as error:
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise
                break
    return there


# The files -----------------------------------------------------------------------------------------------------------


def _files(site: Site) -> dict[str, bytes]:
    """Every file but the manifest, by name, in the order in which a new site is written: the front page late."""
    files = {name: (UI_STATIC / name).read_bytes() for name in FROM_UI}
    files["site.css"] = (STATIC / "site.css").read_bytes().replace(b"../ui/vendor/", b"vendor/")
    with translation.override(site.language), timezone.override(timezone.get_default_timezone()):
        for card in site.cards:
            if f"{card.folder}/index.html" in files:
                raise ValueError(f"two cards of the same id: {card.id}")
            for quote in (quote for claim in card.claims for quote in claim.quotes):
                if quote.sound:
                    files[f"{card.folder}/{quote.clip}"] = quote.sound
            about = " ".join([card.question, *(claim.text for claim in card.claims[:1])])
            files[f"{card.folder}/index.html"] = _page(
                "publishing/site/card.html", site, f"{card.folder}/", title=card.title, description=about, card=card
            )
        for report in site.reports:
            name = f"{report.folder}/index.html"
            if name in files:
                raise ValueError(f"two reports of the same id: {report.id}")
            files[name] = _page(
                "publishing/site/report.html", site, f"{report.folder}/", title=report.title, report=report
            )
        files["atom.xml"] = _feed(site)
        root = f"{site.url.rstrip('/')}/" if site.url else ""  # the page of an error is shown at any depth
        files["404.html"] = _page(
            "publishing/site/missing.html", site, None, root=root, title=_("This page is not here")
        )
        files["index.html"] = _page("publishing/site/index.html", site, "", title=site.community)
        listed = [(name, _sha256(files[name])) for name in sorted(files)]
        files["preuve/index.html"] = _page(
            "publishing/site/proof.html", site, "preuve/", title=_("Proof"), files=listed
        )
    return files


def _page(template: str, site: Site, path: str | None, *, title: str, description: str = "", **more: Any) -> bytes:
    """One page at a path from the site's root, to which its links go back; None for a page without an address."""
    context = {
        "site": site,
        "root": "../" * (path or "").count("/"),
        "address": "" if path is None else site.address(path),
        "has_address": path is not None,
        "title": title,
        "description": Truncator(description or _lead()).chars(200),
        "lead": _lead(),
        "glyphs": _glyphs(),
        **more,
    }
    return FORBIDDEN.sub("", render_to_string(template, context)).encode()


def _lead() -> str:
    return _(
        "What was learned in visits: each claim with the quotes that bear or contest it, and the voices themselves."
    )


def _glyphs() -> SafeString:
    """The icons, inline: a page opened from a folder may not ask another file for them."""
    symbols = dict(re.findall(r'<symbol id="([\w-]+)" (.*?</symbol>)', (UI_STATIC / "icons.svg").read_text()))
    inline = "".join(f'<symbol id="glyph-{name}" {symbols[name]}' for name in GLYPHS)
    return mark_safe(f'<svg class="glyphs" width="0" height="0" aria-hidden="true">{inline}</svg>')


def _feed(site: Site) -> bytes:
    """Atom 1.0 (RFC 4287). The identifiers hold neither titles nor paths, so that they stay when those change."""
    authority = f"tag:{urlsplit(site.url).hostname or 'recolte.invalid'},2026:"
    feed = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": site.language})
    moments = [card.changed_at for card in site.cards] + [report.published_at for report in site.reports]
    changed = max(moments, default=site.written_at)
    # Where nobody said an address, the communities of all houses share one: their names tell them apart
    _element(feed, "id", f"{authority}{'' if site.url else slugify(site.community) + '/'}fiches")
    _element(feed, "title", site.community)
    _element(feed, "updated", changed.isoformat())
    _element(SubElement(feed, "author"), "name", site.community)
    SubElement(feed, "link", rel="alternate", type="text/html", href=site.address("") or "index.html")
    if site.url:
        SubElement(feed, "link", rel="self", type="application/atom+xml", href=site.address("atom.xml"))
    for card in site.cards:
        page = site.address(f"{card.folder}/") or f"{card.folder}/index.html"
        entry = SubElement(feed, "entry", {"xml:lang": card.language})
        _element(entry, "id", f"{authority}fiches/{percent(card.id, safe='', errors='replace')}")
        _element(entry, "title", card.title)
        _element(entry, "published", card.published_at.isoformat())
        _element(entry, "updated", card.changed_at.isoformat())
        SubElement(entry, "link", rel="alternate", type="text/html", href=page)
        if card.question:
            _element(entry, "summary", card.question)
    for report in site.reports:
        entry = SubElement(feed, "entry", {"xml:lang": report.language})
        _element(entry, "id", f"{authority}points-d-etape/{percent(report.id, safe='', errors='replace')}")
        _element(entry, "title", report.title)
        _element(entry, "updated", report.published_at.isoformat())
        page = site.address(f"{report.folder}/") or f"{report.folder}/index.html"
        SubElement(entry, "link", rel="alternate", type="text/html", href=page)
    indent(feed)
    text = '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed, encoding="unicode") + "\n"
    return FORBIDDEN.sub("", text).encode()


def _element(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text


def _manifest(site: Site, files: dict[str, bytes]) -> bytes:
    return _json(
        {
            "format": FORMAT,
            "complete": True,
            "community": site.community,
            "url": site.url,
            "language": site.language,
            "written_at": site.written_at.isoformat(),
            "checks": [{"name": name, "links": links} for name, links in site.checks],
            "cards": [
                {
                    "id": card.id,
                    "page": f"{card.folder}/index.html",
                    "published_at": card.published_at.isoformat(),
                    "changed_at": card.changed_at.isoformat(),
                    "claims": [
                        {
                            "id": claim.id,
                            "anchor": claim.anchor,
                            "version": claim.version,
                            "validated_on": claim.validated_on and claim.validated_on.isoformat(),
                            "validated_by": claim.validated_by,
                            "quotes": [
                                {
                                    "id": quote.id,
                                    "anchor": quote.anchor,
                                    "sound": f"{card.folder}/{quote.clip}" if quote.sound else None,
                                }
                                for quote in claim.quotes
                            ],
                        }
                        for claim in card.claims
                    ],
                }
                for card in site.cards
            ],
            "reports": [
                {
                    "id": report.id,
                    "page": f"{report.folder}/index.html",
                    "number": report.number,
                    "version": report.version,
                    "published_at": report.published_at.isoformat(),
                }
                for report in site.reports
            ],
            "files": {name: _sha256(files[name]) for name in sorted(files)},
        }
    )


def _json(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, indent=1) + "\n").encode()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _slug(title: str, id: str) -> str:
    words = slugify(re.sub("['’]", " ", title))[:60]
    return "-".join(part for part in (words, _short(id)) if part)


def _short(id: str) -> str:
    """Eight characters for an address, from any identifier: those of a UUIDv7 begin alike."""
    return _sha256(id.encode(errors="replace"))[:8]
