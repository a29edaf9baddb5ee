"""Documents as blocks of text: headings, paragraphs, items of lists, quotes, rows of tables, pages.

    [{"kind": "h1", "text": "Compte rendu"}, {"kind": "p", "text": "Présents : …"}]

`as_text` joins them into the one text that passages are anchored in; `spans` says where each block lies in it.
Libraries see a file only after its real size unpacked has been counted; call `read` through `recolte.engine.sandbox`.
"""

import html
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import docx
import pypdf
import pypdf.errors
from docx.opc.exceptions import PackageNotFoundError
from lxml import etree
from markdown_it import MarkdownIt
from markdown_it.token import Token

from recolte.engine.formats.decoding import decode
from recolte.engine.formats.habits import paragraphs
from recolte.engine.formats.xml import ENTITY, root_of
from recolte.engine.problems import Problem, Unreadable

Block = dict[str, str]  # "kind": h1 … h4, p, li, quote, row, page; "text": NFC, LF (for a page, its number)

UNPACKED = 200 * 1024 * 1024  # bytes, all members of a docx or odt together
CELLS = " · "


def read(path: str, format: str) -> list[Block]:
    """The blocks of the document at `path`, whose `format` is pdf, docx, odt, md or txt.

    Unreadable: PROTECTED, TOO_LARGE, DAMAGED, NO_TEXT.
    """
    readers = {"pdf": _pdf, "docx": _docx, "odt": _odt, "md": _md, "txt": _txt}
    blocks = [block for block in map(_tidied, readers[format](path)) if block["text"]]
    if not re.search(r"\w", as_text(blocks)):
        raise Unreadable(Problem.NO_TEXT)
    return blocks


def as_text(blocks: Iterable[Block]) -> str:
    """The text of a document: its blocks, but for the page marks, parted by an empty line."""
    return "\n\n".join(block["text"] for block in blocks if block["kind"] != "page")


def spans(blocks: Iterable[Block]) -> list[tuple[int, int]]:
    """(start, end) of each block in `as_text(blocks)`, in code points; a page mark is empty, where its text begins."""
    found = []
    position = 0
    for block in blocks:
        length = 0 if block["kind"] == "page" else len(block["text"])
        found.append((position, position + length))
        position += length + 2 if block["kind"] != "page" else 0
    return found


def _block(kind: str, text: str) -> Block:
    return {"kind": kind, "text": text}


def _heading(level: int) -> str:
    return f"h{min(max(level, 1), 4)}"


def _tidied(block: Block) -> Block:
    text = unicodedata.normalize("NFC", block["text"].replace("\r\n", "\n").replace("\r", "\n"))
    # Controls and lone surrogates, which some PDF are full of, can be kept in no database.
    text = re.sub(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufeff\u00ad]", "", text)
    lines = (re.sub(r"[ \t]+", " ", line).strip(" ") for line in text.split("\n"))
    return _block(block["kind"], re.sub(r"\n{2,}", "\n", "\n".join(lines)).strip(" \n"))


# Text


def _txt(path: str) -> Iterator[Block]:
    for paragraph in paragraphs(decode(Path(path).read_bytes())):
        yield _block("p", paragraph)


def _md(path: str) -> Iterator[Block]:
    tokens = MarkdownIt("commonmark").enable("table").parse(decode(Path(path).read_bytes()))
    kinds: list[str] = []  # of the blocks we are in
    cells: list[str] = []
    for index, token in enumerate(tokens):
        if token.type in ("list_item_open", "blockquote_open", "heading_open"):
            kinds.append(
                {"list_item_open": "li", "blockquote_open": "quote"}.get(token.type) or _heading(int(token.tag[1]))
            )
        elif token.type in ("list_item_close", "blockquote_close", "heading_close"):
            kinds.pop()
        elif token.type == "tr_open":
            cells = []
        elif token.type == "tr_close":
            yield _block("row", CELLS.join(cells))
        elif token.type == "inline" and tokens[index - 1].tag in ("td", "th"):
            cells.append(_inline(token))
        elif token.type == "inline":
            yield _block(kinds[-1] if kinds else "p", _inline(token))
        elif token.type in ("fence", "code_block"):
            yield _block("p", token.content)
        elif token.type == "html_block":
            yield _block("p", _without_tags(token.content))


def _inline(token: Token) -> str:
    written = []
    for child in token.children or []:
        if child.type in ("softbreak", "hardbreak"):
            written.append(" " if child.type == "softbreak" else "\n")
        elif child.type == "image":
            written.append(_inline(child))
        elif child.type in ("text", "code_inline"):
            written.append(child.content)
    return "".join(written)


def _without_tags(source: str) -> str:
    return html.unescape(re.sub(r"<!--.*?(?:-->|$)|<[^<>]*>", " ", source, flags=re.DOTALL))


# Office files


def _unpacked(path: str, wanted: Iterable[str] = ()) -> dict[str, bytes]:
    """The `wanted` members of the zip at `path`, once all its members have been unpacked within the limit."""
    kept: dict[str, bytes] = {}
    wanted = set(wanted)
    room = UNPACKED
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if member.flag_bits & 1:
                    raise Unreadable(Problem.PROTECTED, member.filename)
                is_xml = member.filename.endswith((".xml", ".rels"))
                pieces: list[bytes] = []
                before = b""
                with archive.open(member) as file:
                    while piece := file.read(1 << 20):
                        room -= len(piece)
                        if room < 0:
                            raise Unreadable(Problem.TOO_LARGE, f"unpacks to more than {UNPACKED} bytes")
                        if is_xml and ENTITY in (before + piece).replace(b"\0", b""):
                            raise Unreadable(Problem.DAMAGED, f"{member.filename} declares an entity")
                        before = piece[-40:]
                        if member.filename in wanted:
                            pieces.append(piece)
                if member.filename in wanted:
                    kept[member.filename] = b"".join(pieces)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, zlib.error) as error:
        raise Unreadable(Problem.DAMAGED, str(error)) from None
    return kept


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
# Deletions that are only proposed, the old copy of what is drawn anew, text boxes, field codes.
DROPPED = {
    f"{W}del",
    f"{W}moveFrom",
    f"{MC}Fallback",
    f"{W}txbxContent",
    f"{W}instrText",
    f"{W}delText",
    f"{W}pPr",
    f"{W}rPr",
}
SIGNS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "\u2011"}
HEADING = re.compile(r"(?:heading|titre|überschrift|título|titolo)\s*(\d)", re.IGNORECASE)
QUOTES = re.compile(r"quot|citation", re.IGNORECASE)
LISTS = re.compile(r"list|puce", re.IGNORECASE)


def _docx(path: str) -> Iterator[Block]:
    _unpacked(path)
    try:
        document = docx.Document(path)
    except (PackageNotFoundError, KeyError, ValueError, etree.XMLSyntaxError, AttributeError) as error:
        raise Unreadable(Problem.DAMAGED, f"{type(error).__name__}: {error}") from None
    # python-docx passes over inserted text, content controls and notes, hence a walk of our own over its elements.
    yield from _Word(document).blocks(document.element.body)


class _Word:
    """The blocks in the elements of a Word document, whose styles have names and whose notes stand in other parts."""

    def __init__(self, document: Any) -> None:
        self.styles: dict[str, str] = {style.style_id: style.name or "" for style in document.styles}
        self.notes: dict[tuple[str, str], Any] = {}
        for relation in document.part.rels.values():
            kind = relation.reltype.rpartition("/")[2].removesuffix("s")
            if kind in ("footnote", "endnote") and not relation.is_external:
                for note in root_of(relation.target_part.blob).iter(f"{W}{kind}"):
                    self.notes[f"{W}{kind}Reference", note.get(f"{W}id") or ""] = note

    def blocks(self, parent: Any) -> Iterator[Block]:
        for element in parent:
            if element.tag == f"{W}p":
                yield _block(self.kind(element), self.text(element))
            elif element.tag == f"{W}tbl":
                for row in element.iter(f"{W}tr"):
                    inner = any(above.tag == f"{W}tr" for above in _between(row, element))
                    if not inner:  # a table in a cell is read with that cell
                        cells = row.iterchildren(f"{W}tc")
                        yield _block("row", _row(" ".join(self.text(p) for p in cell.iter(f"{W}p")) for cell in cells))
            elif element.tag not in DROPPED and isinstance(element.tag, str):
                yield from self.blocks(element)

    def kind(self, paragraph: Any) -> str:
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        identifier = "" if style is None else style.get(f"{W}val") or ""
        name = self.styles.get(identifier, identifier)
        if match := HEADING.match(name):
            return _heading(int(match[1]))
        if name.casefold() in ("title", "titre"):
            return "h1"
        if paragraph.find(f"{W}pPr/{W}numPr") is not None or LISTS.search(name):
            return "li"
        return "quote" if QUOTES.search(name) else "p"

    def text(self, element: Any) -> str:
        if element.tag == f"{W}t":
            return element.text or ""
        if element.tag in DROPPED:
            return ""
        note = self.notes.pop((element.tag, element.get(f"{W}id")), None)
        if note is not None:
            words = self.text(note).split()
            return f" [{' '.join(words)}]" if words else ""
        return SIGNS.get(element.tag, "") + "".join(self.text(child) for child in element)


def _between(element: Any, top: Any) -> Iterator[Any]:
    """The ancestors of `element` below `top`."""
    for ancestor in element.iterancestors():
        if ancestor is top:
            return
        yield ancestor


def _row(cells: Iterable[str]) -> str:
    """The text of a row, on one line: that of the cells that have any."""
    flat = [" ".join(cell.split()) for cell in cells]
    return CELLS.join(filter(None, flat))


TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
ODF_DROPPED = {
    f"{TEXT}tracked-changes",
    f"{OFFICE}annotation",
    f"{TEXT}note-citation",
    f"{DRAW}frame",
    f"{DRAW}custom-shape",
}
ODF_DROPPED |= {f"{TEXT}sequence-decls", f"{OFFICE}forms", f"{TEXT}bibliography-mark"}
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
AUTOMATIC = f"{OFFICE}automatic-styles/{STYLE}style"
ODF_SIGNS = {f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n"}


def _odt(path: str) -> Iterator[Block]:
    members = _unpacked(path, ["content.xml", "META-INF/manifest.xml"])
    if b"encryption-data" in members.get("META-INF/manifest.xml", b""):
        raise Unreadable(Problem.PROTECTED)
    if "content.xml" not in members:
        raise Unreadable(Problem.DAMAGED, "no content.xml")
    # odfdo gives the text of elements with the changes and notes in it, hence the XML itself.
    content = root_of(members["content.xml"])
    body = content.find(f"{OFFICE}body/{OFFICE}text")
    if body is None:
        raise Unreadable(Problem.DAMAGED, "no text in content.xml")
    parents = {
        style.get(f"{STYLE}name"): style.get(f"{STYLE}parent-style-name") for style in content.iterfind(AUTOMATIC)
    }
    yield from _odf_blocks(body, "p", {str(name): parent or "" for name, parent in parents.items()})


def _odf_blocks(parent: etree._Element, kind: str, parents: dict[str, str]) -> Iterator[Block]:
    """The blocks under `parent`; `parents` has the named style that each automatic one is made from."""
    for element in parent:
        if element.tag == f"{TEXT}h":
            yield _block(_heading(int(element.get(f"{TEXT}outline-level") or 1)), _odf_text(element))
        elif element.tag == f"{TEXT}p":
            style = element.get(f"{TEXT}style-name") or ""
            special = {"Title": "h1", "Quotations": "quote"}.get(parents.get(style, style))
            yield _block(special or kind, _odf_text(element))
        elif element.tag == f"{TABLE}table-row":
            cells = (" ".join(_odf_text(p) for p in cell.iter(f"{TEXT}p", f"{TEXT}h")) for cell in element)
            yield _block("row", _row(cells))
        elif element.tag not in ODF_DROPPED and isinstance(element.tag, str):
            yield from _odf_blocks(element, "li" if element.tag == f"{TEXT}list-item" else kind, parents)


def _odf_text(element: etree._Element) -> str:
    if element.tag == f"{TEXT}s":
        return " "
    written = [ODF_SIGNS.get(str(element.tag), ""), element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and child.tag not in ODF_DROPPED:
            text = _odf_text(child)
            written.append(f" [{' '.join(text.split())}]" if child.tag == f"{TEXT}note" else text)
        written.append(child.tail or "")
    return "".join(written)


# PDF


def _pdf(path: str) -> Iterator[Block]:
    try:
        reader = pypdf.PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable(Problem.PROTECTED)
        for number, page in enumerate(reader.pages, 1):
            yield _block("page", str(number))
            for paragraph in _rejoined(page.extract_text()):
                yield _block("p", paragraph)
    except pypdf.errors.DependencyError as error:  # AES needs a package that is not here
        raise Unreadable(Problem.PROTECTED, str(error)) from None
    except (pypdf.errors.LimitReachedError, RecursionError) as error:
        raise Unreadable(Problem.TOO_LARGE, str(error)) from None
    except Unreadable:
        raise
    except Exception as error:  # noqa: BLE001 — a broken PDF breaks pypdf in as many ways as there are
        raise Unreadable(Problem.DAMAGED, f"{type(error).__name__}: {error}"[:500]) from None


def _rejoined(page: str) -> list[str]:
    """The paragraphs of a page of lines: a line much shorter than the page is wide, or a bullet, parts them."""
    joined: list[str] = []
    page = page.replace("\r", "\n")
    lines = [re.sub(r"\s+", " ", line).strip() for line in page.split("\n")]
    width = max(map(len, lines), default=0)
    apart = True
    for line in lines:
        if not line:
            apart = True
            continue
        if apart or re.match(r"[•◦▪●\-–—*]\s|\d{1,2}[.)]\s", line):
            joined.append(line)
        elif re.search(r"\w-$", joined[-1]) and line[0].islower():
            joined[-1] = joined[-1][:-1] + line
        else:
            joined[-1] += " " + line
        # The last line of a paragraph ends early and with a stop; a title ends early and is followed by a capital.
        apart = len(line) < 0.75 * width and (bool(re.search(r"[.!?…:»”\"]$", line)) or len(line) < 0.5 * width)
    return joined
