"""The files of a site: the pages, the voices, and what they need to be shown."""

import re
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from recolte.publishing.site.feed import FORBIDDEN, atom
from recolte.publishing.site.values import KINDS, STANCES, Site, sha256

STATIC = Path(__file__).parents[1] / "static" / "publishing"
UI_STATIC = Path(__file__).parents[2] / "ui" / "static" / "ui"
ATKINSON = "vendor/atkinson-hyperlegible-next-5.3.0"
SERIF = "vendor/source-serif-4-5.3.1"
FROM_UI = [
    "mark.svg",
    *(f"{ATKINSON}/{name}" for name in ("LICENSE", "latin-400-normal.woff2", "latin-600-normal.woff2")),
    *(f"{SERIF}/{name}" for name in ("LICENSE", "latin-400-italic.woff2", "latin-600-normal.woff2")),
    "vendor/lucide-1.62.0/LICENSE",
]
GLYPHS = sorted(
    {glyph for _words, glyph in [*KINDS.values(), *STANCES.values()]} | {"checks", "circle", "listen", "note"}
)


def files_of(site: Site) -> dict[str, bytes]:
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
        files["atom.xml"] = atom(site)
        root = f"{site.url.rstrip('/')}/" if site.url else ""  # the page of an error is shown at any depth
        files["404.html"] = _page(
            "publishing/site/missing.html", site, None, root=root, title=_("This page is not here")
        )
        files["index.html"] = _page("publishing/site/index.html", site, "", title=site.community)
        listed = [(name, sha256(files[name])) for name in sorted(files)]
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
