"""Interviews in OpenDocument text (ODF 1.2, ISO/IEC 26300): read by whatever habit, written for who works with a pencil.

Laid out as those in Word (`recolte.engine.formats.docx`).
"""

from collections.abc import Iterator

from recolte.engine.formats import packed
from recolte.engine.formats.habits import Line, transcript_of
from recolte.engine.formats.text import head_for
from recolte.engine.formats.xml import escaped
from recolte.engine.turns import Transcript, Turn

MEDIA_TYPE = "application/vnd.oasis.opendocument.text"
_SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in {
        "office": "office",
        "text": "text",
        "style": "style",
        "fo": "xsl-fo-compatible",
        "manifest": "manifest",
    }.items()
)
_MANIFEST = f"""<manifest:manifest {_SPACES} manifest:version="1.2">
<manifest:file-entry manifest:full-path="/" manifest:version="1.2" manifest:media-type="{MEDIA_TYPE}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/></manifest:manifest>"""
_STYLES = f"""<office:document-styles {_SPACES} office:version="1.2"><office:styles>
<style:style style:name="Standard" style:family="paragraph" style:class="text">
<style:text-properties fo:font-family="Calibri, Carlito, sans-serif" fo:font-size="11pt"/></style:style>
<style:style style:name="Title" style:family="paragraph" style:parent-style-name="Standard">
<style:paragraph-properties fo:margin-bottom="0.6cm"/>
<style:text-properties fo:font-size="16pt" fo:font-weight="bold"/></style:style>
<style:style style:name="Turn" style:family="paragraph" style:parent-style-name="Standard">
<style:paragraph-properties fo:line-height="150%" fo:margin-bottom="0.2cm"/></style:style>
<style:style style:name="Footer" style:family="paragraph" style:parent-style-name="Standard">
<style:paragraph-properties fo:text-align="end"/></style:style>
<style:style style:name="Time" style:family="text">
<style:text-properties fo:font-size="9pt" fo:color="#555555"/></style:style>
<style:style style:name="Voice" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
<text:list-style style:name="Turns"><text:list-level-style-number text:level="1" text:style-name="Time" style:num-format="1">
<style:list-level-properties text:list-level-position-and-space-mode="label-alignment"><style:list-level-label-alignment
text:label-followed-by="listtab" fo:margin-left="1cm" fo:text-indent="-1cm"/></style:list-level-properties>
</text:list-level-style-number></text:list-style></office:styles>
<office:automatic-styles><style:page-layout style:name="Page"><style:page-layout-properties fo:page-width="21cm"
fo:page-height="29.7cm" fo:margin-top="2cm" fo:margin-bottom="1.2cm" fo:margin-left="2cm" fo:margin-right="7cm"/>
<style:footer-style/></style:page-layout></office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="Page"><style:footer>
<text:p text:style-name="Footer"><text:page-number text:select-page="current">1</text:page-number> /
<text:page-count>1</text:page-count></text:p></style:footer></style:master-page></office:master-styles>
</office:document-styles>"""


def lines(data: bytes) -> Iterator[Line]:
    """The lines in which turns are looked for."""
    return packed.lines(data, "odt")


def read(data: bytes) -> Transcript:
    """The turns of an interview. Raises what `recolte.engine.documents` raises."""
    return transcript_of(lines(data))


def write(transcript: Transcript) -> bytes:
    title = f'<text:p text:style-name="Title">{_said(transcript.title)}</text:p>' if transcript.title else ""
    turns = "".join(f"<text:list-item>{_paragraph(turn)}</text:list-item>" for turn in transcript.turns)
    turns = f'<text:list text:style-name="Turns">{turns}</text:list>' if turns else "<text:p/>"
    content = f"""<office:document-content {_SPACES} office:version="1.2"><office:body><office:text>{title}{turns}</office:text>
</office:body></office:document-content>"""
    members = {
        "mimetype": MEDIA_TYPE,
        "META-INF/manifest.xml": _MANIFEST,
        "styles.xml": _STYLES,
        "content.xml": content,
    }
    return packed.zipped(members)


def _paragraph(turn: Turn) -> str:
    head = "".join(
        f'<text:span text:style-name="{style}">{_said(words)}</text:span>'
        for style, words in zip(("Time", "Voice"), head_for(turn), strict=True)
        if words
    )
    return f'<text:p text:style-name="Turn">{head}{_said(turn.text)}</text:p>'


def _said(text: str) -> str:
    return escaped(text).replace("\n", "<text:line-break/>")
