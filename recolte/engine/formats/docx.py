"""Interviews in Word (Office Open XML, ISO/IEC 29500): read by whatever habit, written for who works with a pencil.

Each turn is a paragraph with its number, its time and its voice, the lines far apart and a wide margin at their right.
"""

from collections.abc import Iterator

from recolte.engine.formats import packed
from recolte.engine.formats.habits import Line, transcript_of
from recolte.engine.formats.text import head_for
from recolte.engine.formats.xml import escaped
from recolte.engine.turns import Transcript, Turn

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_PART = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PARTS = {"styles": "styles", "numbering": "numbering", "footer": "footer"}  # part and kind of relationship

# Lengths are twentieths of a point, sizes half points
_STYLES = f"""<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Calibri"/>
<w:sz w:val="22"/></w:rPr></w:rPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/></w:style>
<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="Normal"/>
<w:pPr><w:spacing w:after="360"/></w:pPr><w:rPr><w:b/><w:sz w:val="32"/></w:rPr></w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="Turn"><w:name w:val="Turn"/><w:basedOn w:val="Normal"/>
<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:spacing w:after="120" w:line="360" w:lineRule="auto"/></w:pPr></w:style>
<w:style w:type="character" w:customStyle="1" w:styleId="Time"><w:name w:val="Time"/><w:rPr><w:color w:val="555555"/>
<w:sz w:val="18"/></w:rPr></w:style>
<w:style w:type="character" w:customStyle="1" w:styleId="Voice"><w:name w:val="Voice"/><w:rPr><w:b/></w:rPr></w:style>
</w:styles>"""
_NUMBERING = f"""<w:numbering {_W}><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="singleLevel"/>
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1"/><w:lvlJc w:val="left"/>
<w:pPr><w:ind w:left="567" w:hanging="567"/></w:pPr><w:rPr><w:color w:val="555555"/><w:sz w:val="18"/></w:rPr></w:lvl>
</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>"""
_FOOTER = f"""<w:ftr {_W}><w:p><w:pPr><w:jc w:val="right"/></w:pPr><w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r>
</w:fldSimple><w:r><w:t xml:space="preserve"> / </w:t></w:r><w:fldSimple w:instr=" NUMPAGES "><w:r><w:t>1</w:t></w:r></w:fldSimple>
</w:p></w:ftr>"""
_PAGE = f"""<w:sectPr><w:footerReference xmlns:r="{_R}" w:type="default" r:id="footer"/>
<w:pgSz w:w="11906" w:h="16838"/>
<w:pgMar w:top="1134" w:right="3969" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>"""


def lines(data: bytes) -> Iterator[Line]:
    """The lines in which turns are looked for."""
    return packed.lines(data, "docx")


def read(data: bytes) -> Transcript:
    """The turns of an interview. Raises what `recolte.engine.documents` raises."""
    return transcript_of(lines(data))


def write(transcript: Transcript) -> bytes:
    title = f'<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr>{_run(transcript.title)}</w:p>' if transcript.title else ""
    body = "".join(map(_paragraph, transcript.turns))
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_PART}.{kind}+xml"/>'
        for name, kind in {"document": "document.main", **_PARTS}.items()
    )
    members = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>',
        "_rels/.rels": _relations({"document": ("officeDocument", "word/document.xml")}),
        "word/_rels/document.xml.rels": _relations({name: (kind, f"{name}.xml") for name, kind in _PARTS.items()}),
        "word/styles.xml": _STYLES,
        "word/numbering.xml": _NUMBERING,
        "word/footer.xml": _FOOTER,
        "word/document.xml": f"<w:document {_W}><w:body>{title}{body}{_PAGE}</w:body></w:document>",
    }
    return packed.zipped(members)


def _paragraph(turn: Turn) -> str:
    time, voice = head_for(turn)
    runs = _run(time, "Time") + _run(voice, "Voice") + _run(turn.text)
    return f'<w:p><w:pPr><w:pStyle w:val="Turn"/></w:pPr>{runs}</w:p>'


def _run(text: str, style: str = "") -> str:
    if not text:
        return ""
    properties = f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
    said = "<w:br/>".join(f'<w:t xml:space="preserve">{escaped(line)}</w:t>' for line in text.split("\n"))
    return f"<w:r>{properties}{said}</w:r>"


def _relations(targets: dict[str, tuple[str, str]]) -> str:
    written = "".join(
        f'<Relationship Id="{name}" Type="{_R}/{kind}" Target="{target}"/>' for name, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{written}</Relationships>'
