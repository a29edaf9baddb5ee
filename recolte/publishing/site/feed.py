"""The feed of a site."""

import re
from urllib.parse import quote as percent
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from django.utils.text import slugify

from recolte.publishing.site.values import Site

# Characters that neither HTML nor XML may hold: control characters, halves of pairs, noncharacters.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)


def atom(site: Site) -> bytes:
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
