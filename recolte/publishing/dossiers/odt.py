"""A dossier as an OpenDocument text (ODF 1.2, ISO/IEC 26300): real headings, lists, tables and links."""

import io
from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _
from odfdo import (
    Cell,
    Column,
    Document,
    Element,
    Frame,
    Header,
    HeaderRows,
    Link,
    List,
    ListItem,
    Paragraph,
    Row,
    Span,
    Table,
)

from recolte.community.actions import site_address
from recolte.publishing.dossiers.paper import (
    Block,
    Code,
    Dossier,
    Figures,
    Heading,
    Item,
    Items,
    Quote,
    Section,
    Text,
    Words,
)
from recolte.publishing.dossiers.paper import Table as Lines
from recolte.publishing.site import FORBIDDEN
from recolte.ui.dates import date_format

ODT = "application/vnd.oasis.opendocument.text"
STYLES = [
    """<style:style style:name="Lead" style:family="paragraph" style:parent-style-name="Text_20_body">
       <style:text-properties fo:font-size="14pt"/></style:style>""",
    """<style:style style:name="Soft" style:family="paragraph" style:parent-style-name="Text_20_body">
       <style:text-properties fo:font-size="10pt" fo:color="#555555"/></style:style>""",
    """<style:style style:name="Said" style:family="paragraph" style:parent-style-name="Text_20_body">
       <style:paragraph-properties fo:margin-left="0.8cm" fo:padding-left="0.3cm" fo:border-left="1.5pt solid #b07d2b"/>
       <style:text-properties fo:font-style="italic"/></style:style>""",
    """<style:style style:name="Number" style:family="paragraph" style:parent-style-name="Text_20_body">
       <style:paragraph-properties fo:text-align="end"/></style:style>""",
    """<style:style style:name="Head" style:family="paragraph" style:parent-style-name="Text_20_body">
       <style:text-properties fo:font-weight="bold"/></style:style>""",
    """<style:style style:name="Strong" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>""",
    """<style:style style:name="Quiet" style:family="text"><style:text-properties fo:color="#555555"/></style:style>""",
    """<style:style style:name="Cell" style:family="table-cell"><style:table-cell-properties fo:padding="0.1cm"
       fo:border-bottom="0.5pt solid #999999"/></style:style>""",
    """<text:list-style style:name="Lines"><text:list-level-style-bullet text:level="1" text:bullet-char="•">
       <style:list-level-properties text:list-level-position-and-space-mode="label-alignment">
       <style:list-level-label-alignment text:label-followed-by="listtab" fo:text-indent="-0.5cm" fo:margin-left="0.6cm"/>
       </style:list-level-properties></text:list-level-style-bullet></text:list-style>""",
]
FOOTER = (
    '<style:footer><text:p text:style-name="Number"><text:page-number text:select-page="current">1</text:page-number>'
    " / <text:page-count>1</text:page-count></text:p></style:footer>"
)


def odt(dossier: Dossier) -> bytes:
    document = Document("text")
    for style in STYLES:
        document.insert_style(style)
    page = document.get_style("master-page", "Standard")
    assert page is not None  # the library's own model of a text has one
    page.append(Element.from_tag(FOOTER))
    document.language = language = to_locale(get_language() or settings.LANGUAGE_CODE).replace("_", "-")
    body = document.body
    body.clear()
    body.append(_heading(1, Words(dossier.title), "Heading_20_1"))
    body.append(_paragraph(dossier.about, style="Lead"))
    if dossier.facts:
        body.append(_paragraph(" · ".join(dossier.facts)))
    body.append(_paragraph(made(dossier), style="Soft"))
    for number, section in enumerate(dossier.sections):
        for element in _section(document, section, number):
            body.append(element)
    meta = document.meta
    meta.title, meta.subject, meta.creator = _plain(dossier.title), _plain(dossier.about), _plain(dossier.community)
    meta.language = language
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def made(dossier: Dossier) -> str:
    """When it was made, by whom, and from what."""
    at = date_format(dossier.made_at, "l j F Y, H:i")
    return _("%(community)s · made on %(at)s, %(made_from)s.") % {
        "community": dossier.community,
        "at": at,
        "made_from": dossier.made_from,
    }


def _section(document: Document, section: Section, number: int) -> Iterable[Element]:
    yield _heading(2, Words(section.title), "Heading_20_2")
    for place, block in enumerate(section.blocks):
        yield from _block(document, block, f"Table {number + 1}-{place + 1}")


def _block(document: Document, block: Block, name: str) -> Iterable[Element]:
    match block:
        case Text():
            yield _paragraph(block.text, block.url, "Soft" if block.is_soft else "Text_20_body")
        case Heading():
            yield _heading(block.level, Words(block.text, block.url), f"Heading_20_{block.level}")
            if block.note:
                yield _paragraph(block.note, style="Soft")
        case Code():
            paragraph = Paragraph(style="Text_20_body")
            paragraph.append(_picture(document, block))
            yield paragraph
        case Items():
            yield _list(block.items)
        case Lines():
            yield _table(block, name)
        case Figures():
            lines = [[Words(label), Words(value)] for label, value in block.figures]
            yield _table(Lines(block.title, [_("What"), _("How many")], lines, frozenset({1})), name)
        case Quote():
            yield _paragraph(f"{block.stance} · {block.source}", style="Soft")
            for speaker, text in block.lines:
                paragraph = Paragraph(style="Said")
                if speaker:
                    paragraph.append(Span(_plain(f"{speaker}"), style="Strong"))
                    paragraph.append_plain_text(" – ")
                paragraph.append_plain_text(_plain(text))
                yield paragraph


def _picture(document: Document, code: Code) -> Frame:
    uri = document.add_file(io.BytesIO(code.png))
    document.manifest.set_media_type(uri, "image/png")
    frame = Frame.image_frame(uri, size=("4.5cm", "4.5cm"), anchor_type="as-char")
    frame.svg_description = _("QR code of the address above")
    return frame


def _list(items: Iterable[Item]) -> List:
    made = List(style="Lines")
    for one in items:
        line = Paragraph(style="Text_20_body")
        _append(line, one.title)
        if one.facts:
            line.append(Span(_plain(" – " + " · ".join(one.facts)), style="Quiet"))
        item = ListItem(line)
        if one.text:
            item.append(_paragraph(one.text))
        made.append(item)
    return made


def _table(table: Lines, name: str) -> Table:
    made = Table(name)
    made.append(Column(repeated=len(table.head)))
    head = HeaderRows()
    head.append(_row([Words(label) for label in table.head], table.numbers, is_head=True))
    made.append(head)
    for line in table.lines:
        made.append(_row(line, table.numbers))
    return made


def _row(cells: Iterable[Words], numbers: frozenset[int], *, is_head: bool = False) -> Row:
    row = Row()
    for number, words in enumerate(cells):
        style = "Head" if is_head else "Number" if number in numbers else "Text_20_body"
        paragraph = Paragraph(style=style)
        _append(paragraph, words)
        cell = Cell(cell_type="string", style="Cell")
        cell.append(paragraph)
        row.append_cell(cell, clone=False)
    return row


def _heading(level: int, words: Words, style: str) -> Header:
    heading = Header(level)
    heading.style = style
    _append(heading, words)
    return heading


def _paragraph(text: str, url: str = "", style: str = "Text_20_body") -> Paragraph:
    paragraph = Paragraph(style=style)
    _append(paragraph, Words(text, url))
    return paragraph


def _append(paragraph: Paragraph, words: Words) -> None:
    if not words.url:
        paragraph.append_plain_text(_plain(words.text))
        return
    link = Link(site_address(words.url) if words.url.startswith("/") else words.url, text=_plain(words.text))
    link.set_attribute("xlink:type", "simple")
    paragraph.append(link)
    if not words.url.startswith("/"):
        paragraph.append_plain_text(f" ({words.url})")


def _plain(text: str) -> str:
    """What XML may hold."""
    return FORBIDDEN.sub("", text)
