"""XML from strangers. The one parser: it loads nothing, expands nothing, and is not asked for huge trees.

`root_of` is for documents, which are whole or refused; `readable_root` takes a transcript as far as it can be read.
The writers write text themselves, through `escaped`: the standard escapes let through signs that XML cannot hold.
"""

import codecs
import html
import re

from lxml import etree

from recolte.engine.formats.decoding import encoding_of, normalise
from recolte.engine.formats.faults import BAD_ENCODING, BAD_XML
from recolte.engine.problems import Problem, Unreadable
from recolte.engine.turns import Fault

Element = etree._Element
LANG = "{http://www.w3.org/XML/1998/namespace}lang"

ENTITY = b"<!ENTITY"  # nobody's office program or transcription tool declares one: they are for bombs and for theft
FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# One tag that does not close what is open makes all that follow not to either
CROSSED = (etree.ErrorTypes.ERR_TAG_NAME_MISMATCH, etree.ErrorTypes.ERR_TAG_NOT_FINISHED)
DECLARED = re.compile(r"<\?xml[^>]*?\sencoding\s*=\s*[\"']([\w.:-]+)[\"'][^>]*\?>")
ENCODINGS = re.compile(r"utf-8|ascii|iso8859-\d+|cp\d+|mac-\w+|koi8-\w")  # Python knows others, for other ends
C1 = re.compile(rb"[\x80-\x9f]")
_PROLOG = r"(?:\s++|(?><\?.*?\?>)|(?><!--.*?-->)|(?><!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>))*+"


def signature(root: str, somewhere: str = "") -> re.Pattern[str]:
    """How a file begins whose root is an element `root`, with one of `somewhere` (`a|b`) in what follows."""
    later = rf"(?=.*?<(?:\w+:)?(?:{somewhere})[\s/>])" if somewhere else ""
    return re.compile(rf"{_PROLOG}<(?:\w+:)?{root}[\s>]{later}", re.DOTALL)


def root_of(source: bytes) -> Element:
    """The root of `source`. Unreadable (DAMAGED) when it is not well-formed."""
    try:
        return etree.fromstring(source, _parser())
    except etree.XMLSyntaxError as error:
        raise Unreadable(Problem.DAMAGED, str(error)) from None


def readable_root(data: bytes, faults: list[Fault]) -> Element:
    """The root of what can be read of `data`; a fault is added for each line that could not be.

    Unreadable (DAMAGED) when nothing can, or when it declares an entity.
    """
    text = _decoded(data, faults).replace("\r\n", "\n").replace("\r", "\n")
    if ENTITY.decode() in text:
        raise Unreadable(Problem.DAMAGED, "declares an entity")
    broken = {number for number, line in enumerate(text.split("\n"), 1) if FORBIDDEN.search(line)}
    parser = _parser(recover=True, encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(FORBIDDEN.sub("\ufffd", text).encode(), parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(Problem.DAMAGED, str(error)) from None
    if root is None:
        raise Unreadable(Problem.DAMAGED, "no element at all")
    errors = [entry for entry in parser.error_log if entry.level >= etree.ErrorLevels.FATAL]
    crossed = [entry.line for entry in errors if entry.type in CROSSED]
    broken |= {entry.line for entry in errors if entry.type not in CROSSED} | set(crossed[:1])
    faults += [Fault(line, BAD_XML) for line in sorted(broken)]
    return root


def _parser(**options: object) -> etree.XMLParser:
    safe = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
    return etree.XMLParser(**safe, **options)  # type: ignore[arg-type]


def _decoded(data: bytes, faults: list[Fault]) -> str:
    """The text of `data`: in the encoding of its mark or declaration, else in the one that it seems to be in."""
    guess = encoding_of(data)
    declared = DECLARED.match(data[:400].decode("latin-1"))
    if declared and not guess.startswith(("utf-8-sig", "utf-16", "utf-32")):
        try:
            encoding = codecs.lookup(declared[1]).name
            if encoding == "iso8859-1" and C1.search(data):
                encoding = "cp1252"  # what Windows means by it, where œ and ’ are
            if ENCODINGS.fullmatch(encoding):
                return data.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            pass
        faults.append(Fault(1, BAD_ENCODING))
    text = data.decode(guess, errors="replace").removeprefix("\ufeff")
    if not declared and "\ufffd" in text:
        faults.append(Fault(text[: text.index("\ufffd")].count("\n") + 1, BAD_ENCODING))
    return text


def name_of(element: Element) -> str:
    """The name of an element without its namespace; "" for what is no element."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def line_of(element: Element) -> int:
    """The line (1-based) of `element`, or 0."""
    return element.sourceline or 0  # type: ignore[return-value]  # the stubs leave it open


def text_of(element: Element | None, breaks: str = " ") -> str:
    """All the text in `element`, tidied."""
    return "" if element is None else tidy("".join(str(part) for part in element.itertext()), breaks)


def tidy(text: str | None, breaks: str = " ") -> str:
    """The `text` of an element, normalised, without the blanks around it; line breaks become `breaks`."""
    text = re.sub(r"[ \t\f\v]+", " ", normalise(text or ""))
    return re.sub(r" ?\n[ \n]*", breaks, text.strip(" \n"))


def escaped(text: str) -> str:
    """`text` as it stands in an element or in an attribute between double quotes."""
    return html.escape(FORBIDDEN.sub("\ufffd", text)).replace("&#x27;", "'")
