import io
import os
import unicodedata
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml

from recolte.engine import documents, sandbox
from recolte.engine.documents import Block, as_text, read, spans
from recolte.engine.problems import Problem, Unreadable
from recolte.engine.recognise import Kind, recognise

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def blocks_of(path: Path, format: str) -> list[tuple[str, str]]:
    return [(block["kind"], block["text"]) for block in read(str(path), format)]


def problem_of(path: Path, format: str) -> Problem:
    with pytest.raises(Unreadable) as error:
        read(str(path), format)
    return error.value.problem


def stored(folder: Path, content: str | bytes, name: str = "document") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def zipped(folder: Path, members: dict[str, str | bytes]) -> Path:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stored(folder, file.getvalue())


def odt(folder: Path, body: str, manifest: str = "<m/>") -> Path:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text", "table", "style")
    )
    content = f"<office:document-content {spaces}>{body}</office:document-content>"
    return zipped(folder, {"content.xml": content, "META-INF/manifest.xml": manifest})


# Text


def test_plain_text_is_paragraphs(tmp_path: Path) -> None:
    path = stored(tmp_path, "Un\r\n  deux\r\n\r\n\r\ntrois e\u0301\0\r\n".encode())
    assert blocks_of(path, "txt") == [("p", "Un\ndeux"), ("p", "trois é\ufffd")]


def test_markdown_is_its_text(tmp_path: Path) -> None:
    source = """# Titre *un*

Un **paragraphe** avec [un lien](http://x.y), `du code` et <b>du HTML</b>
suite.

##### Petit titre

- un
- deux
  - trois

> citation

| a | b |
|---|---|
| 1 | **2** |

<div>brut &amp; gardé</div>

    print()
"""
    assert blocks_of(stored(tmp_path, source), "md") == [
        ("h1", "Titre un"),
        ("p", "Un paragraphe avec un lien, du code et du HTML suite."),
        ("h4", "Petit titre"),
        ("li", "un"),
        ("li", "deux"),
        ("li", "trois"),
        ("quote", "citation"),
        ("row", "a · b"),
        ("row", "1 · 2"),
        ("p", "brut & gardé"),
        ("p", "print()"),
    ]


def test_each_block_is_found_in_the_text() -> None:
    blocks: list[Block] = [
        {"kind": "page", "text": "1"},
        {"kind": "h1", "text": "Titre"},
        {"kind": "p", "text": "Un\ndeux"},
        {"kind": "page", "text": "2"},
        {"kind": "p", "text": "fin"},
    ]
    text = as_text(blocks)
    assert text == "Titre\n\nUn\ndeux\n\nfin"
    assert spans(blocks) == [(0, 0), (0, 5), (7, 14), (16, 16), (16, 19)]
    assert [text[start:end] for start, end in spans(blocks)] == ["", "Titre", "Un\ndeux", "", "fin"]


@pytest.mark.parametrize("content", ["", " \n ", "...\n\n---"])
def test_a_document_without_words_is_refused(tmp_path: Path, content: str) -> None:
    assert problem_of(stored(tmp_path, content), "txt") == Problem.NO_TEXT


# Word


def test_word_headings_lists_tables_changes_and_notes(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_heading("Compte rendu", 0)
    made.add_heading("Présents", 2)
    made.add_paragraph("Amina", style="List Bullet")
    made.add_paragraph("Une phrase.", style="Quote")
    table = made.add_table(2, 2)
    for cell, text in zip((*table.rows[0].cells, *table.rows[1].cells), ("a", "b", "c", ""), strict=True):
        cell.text = text
    made.styles["Heading 1"].name = "Titre 1"
    made.add_paragraph("En français", style="Titre 1")
    made.element.body.insert(
        -1,
        parse_xml(
            f"<w:p {W}><w:r><w:t>On </w:t></w:r><w:del><w:r><w:delText>refuse</w:delText></w:r></w:del>"
            "<w:ins><w:r><w:t>accepte</w:t></w:r></w:ins><w:hyperlink><w:r><w:t> tout</w:t></w:r></w:hyperlink>"
            "<w:moveFrom><w:r><w:t>parti</w:t></w:r></w:moveFrom><w:r><w:br/><w:t>ici</w:t></w:r></w:p>"
        ),
    )
    made.element.body.insert(
        -1, parse_xml(f"<w:sdt {W}><w:sdtContent><w:p><w:r><w:t>cadre</w:t></w:r></w:p></w:sdtContent></w:sdt>")
    )
    made.save(str(tmp_path / "a.docx"))
    assert blocks_of(tmp_path / "a.docx", "docx") == [
        ("h1", "Compte rendu"),
        ("h2", "Présents"),
        ("li", "Amina"),
        ("quote", "Une phrase."),
        ("row", "a · b"),
        ("row", "c"),
        ("h1", "En français"),
        ("p", "On accepte tout\nici"),
        ("p", "cadre"),
    ]


def test_real_word_files(data: Path) -> None:
    folder = data / "6_media_docs/docs_misc"
    assert blocks_of(folder / "testWORD.docx", "docx")[:9] == [
        ("h1", "Sample Word Document Title"),
        ("p", "And now for a subtitle"),
        ("p", "Main Heading"),
        ("h1", "Heading Level 1"),
        ("h2", "Heading Level 2"),
        ("h3", "Heading Level 3"),
        ("p", "This is a sample Microsoft Word Document."),
        ("p", "This document includes text that is BOLD and ITALIC."),
        ("row", "This is a table"),
    ]
    assert blocks_of(folder / "testComment.docx", "docx") == [("p", "Here is some text.")]
    assert ("li", "1st.2.1someText") in blocks_of(folder / "testWORD_override_list_numbering.docx", "docx")
    interview = blocks_of(data / "3_qda/qualcoder_examples/ID1.docx", "docx")
    assert interview[0][1].startswith("I really like learning new things. I think this course is good for me")


# OpenDocument


def test_opendocument_headings_lists_tables_changes_and_notes(tmp_path: Path) -> None:
    path = odt(
        tmp_path,
        '<office:automatic-styles><style:style style:name="P1" style:parent-style-name="Quotations"/></office:automatic-styles>'
        "<office:body><office:text>"
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>effacé</text:p></text:deletion></text:changed-region>"
        "</text:tracked-changes>"
        '<text:h text:outline-level="2">Présents</text:h>'
        '<text:list><text:list-item><text:p>Amina</text:p></text:list-item></text:list><text:p text:style-name="P1">Dit.</text:p>'
        "<table:table><table:table-row><table:table-cell><text:p>a</text:p><text:p>b</text:p></table:table-cell>"
        "<table:table-cell/><table:table-cell><text:p>c</text:p></table:table-cell></table:table-row></table:table>"
        '<text:p>On<text:s text:c="3"/>dé<text:change/>cide<text:note><text:note-citation>1</text:note-citation>'
        "<text:note-body><text:p>Une note.</text:p></text:note-body></text:note>, <text:span>oui</text:span>.<text:line-break/>Fin"
        "<office:annotation><text:p>commentaire</text:p></office:annotation></text:p></office:text></office:body>",
    )
    assert blocks_of(path, "odt") == [
        ("h2", "Présents"),
        ("li", "Amina"),
        ("quote", "Dit."),
        ("row", "a b · c"),
        ("p", "On décide [Une note.], oui.\nFin"),
    ]


def test_real_opendocument_files(data: Path) -> None:
    rgaa = blocks_of(data / "6_media_docs/docs_fr/RGAA-v4.1.odt", "odt")
    assert ("li", "Soit la gestion est soumise à leur contrôle ;") in rgaa
    assert ("row", "NVDA (dernière version) · Firefox") in rgaa
    assert sum(kind.startswith("h") for kind, _ in rgaa) > 400
    assert blocks_of(data / "6_media_docs/docs_misc/testODTNoMeta.odt", "odt") == [("p", "Test text")]
    macro = blocks_of(data / "6_media_docs/docs_misc/testODTMacro.odt", "odt")
    assert [text for _, text in macro] == ["Hello dear user,", "Click the smiley", "Just one little click…", "- hacker"]
    assert len(blocks_of(data / "6_media_docs/audio_video_formats/fixture.odt", "odt")) == 7


# Hostile office files


def test_a_bomb_is_refused_while_it_unpacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "UNPACKED", 3_000_000)
    path = zipped(tmp_path, {"content.xml": bytes(2_000_000), "word/media/a.png": bytes(2_000_000)})
    assert path.stat().st_size < 10_000
    assert (problem_of(path, "odt"), problem_of(path, "docx")) == (Problem.TOO_LARGE, Problem.TOO_LARGE)


@pytest.mark.usefixtures("sandboxed")
def test_a_real_bomb_is_refused_within_the_memory_of_the_sandbox(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(22):
            archive.writestr(f"word/{number}.png", bytes(10_000_000))
    with pytest.raises(Unreadable) as error:
        sandbox.call("recolte.engine.documents:read", str(tmp_path / "a.docx"), "docx", seconds=30, megabytes=400)
    assert error.value.problem == Problem.TOO_LARGE


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_wherever_they_hide(tmp_path: Path, encoding: str) -> None:
    laughs = f'<?xml version="1.0" encoding="{encoding}"?><!--{"-" * 5000}--><!DOCTYPE a [<!ENTITY b "ha">]><a>&b;</a>'
    path = zipped(tmp_path, {"content.xml": laughs.encode(encoding), "[Content_Types].xml": laughs.encode(encoding)})
    for format in ("odt", "docx"):
        with pytest.raises(Unreadable, match="entity") as error:
            read(str(path), format)
        assert error.value.problem == Problem.DAMAGED


def test_office_files_under_a_password_say_so(tmp_path: Path) -> None:
    path = odt(tmp_path, "", manifest="<manifest:encryption-data/>")
    assert problem_of(path, "odt") == Problem.PROTECTED


def test_broken_office_files_are_damaged(data: Path, tmp_path: Path) -> None:
    whole = (data / "6_media_docs/docs_misc/testWORD.docx").read_bytes()
    corrupt = bytearray(whole)
    corrupt[len(whole) // 3 : len(whole) // 3 + 200] = bytes(200)
    for content in (whole[: len(whole) // 2], bytes(corrupt), b"PK\3\4", b"bonjour"):
        assert problem_of(stored(tmp_path, content), "docx") == Problem.DAMAGED
    assert problem_of(zipped(tmp_path, {"a": "b"}), "docx") == Problem.DAMAGED
    assert problem_of(zipped(tmp_path, {"a": "b"}), "odt") == Problem.DAMAGED
    assert problem_of(zipped(tmp_path, {"content.xml": "<a>"}), "odt") == Problem.DAMAGED


# PDF


def test_lines_of_a_page_become_paragraphs() -> None:
    page = (
        "Compte rendu\n"
        "Nous avons décidé de nous retrouver tous les mois dans la salle commu-\n"
        "nale, avec les voisins et leurs enfants.\n"
        "Fin de la réunion.\n\n"
        "• un point\n• un autre\n"
    )
    assert documents._rejoined(page) == [
        "Compte rendu",
        "Nous avons décidé de nous retrouver tous les mois dans la salle communale, avec les voisins et leurs enfants.",
        "Fin de la réunion.",
        "• un point",
        "• un autre",
    ]


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("3_qda/mannheimer_docs/Mannheimer_BSR_Interview_Guide.pdf", "The interview will take 60-75 minutes."),
        ("6_media_docs/docs_misc/google-doc-document.pdf", "Explicit is better than implicit."),
        ("6_media_docs/docs_misc/habibi.pdf", "حَبيبي habibi حَبيبي"),
        ("6_media_docs/docs_misc/testComment.pdf", "Here is some text."),
        ("6_media_docs/docs_misc/pdflatex-4-pages.pdf", "Hello, here is some text without a meaning."),
        ("6_media_docs/audio_video_formats/fixture.pdf", "Adobe Acrobat PDF Files"),
        ("6_media_docs/audio_video_formats/fixture-minimal.pdf", "Hello World"),
    ],
)
def test_real_pdf_have_their_sentences(data: Path, file: str, expected: str) -> None:
    assert unicodedata.normalize("NFC", expected) in as_text(read(str(data / file), "pdf"))


def test_pages_are_numbered(data: Path) -> None:
    blocks = read(str(data / "6_media_docs/docs_misc/pdflatex-4-pages.pdf"), "pdf")
    assert [block["text"] for block in blocks if block["kind"] == "page"] == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        ("6_media_docs/docs_misc/libreoffice-writer-password.pdf", Problem.PROTECTED),
        ("6_media_docs/docs_misc/grayscale-image.pdf", Problem.NO_TEXT),
        ("6_media_docs/docs_misc/imagemagick-lzw.pdf", Problem.NO_TEXT),
        ("7_hostile/pdf_bad/bad35.pdf", Problem.DAMAGED),
        ("7_hostile/pdf_bad/issue-119.pdf", Problem.DAMAGED),
        ("7_hostile/pdf_bad/fuzz-16214.pdf", Problem.DAMAGED),
    ],
)
def test_pdf_that_cannot_be_read_say_why(data: Path, file: str, problem: Problem) -> None:
    assert problem_of(data / file, "pdf") == problem


@pytest.mark.usefixtures("sandboxed")
def test_hostile_files_end_in_text_or_in_a_problem(data: Path) -> None:
    """Whatever they are given for: a broken PDF as it is, an XML bomb as text and as Markdown."""

    def outcome(file: Path) -> str:
        try:
            format = "pdf" if file.suffix == ".pdf" else "md"
            blocks = sandbox.call("recolte.engine.documents:read", str(file), format, seconds=30)
            return as_text(blocks)
        except Unreadable as error:
            return error.problem

    names = ["bad9.pdf", "bad24.pdf", "bad35.pdf", "fuzz-16214.pdf", "issue-449.pdf"]
    files = [*(data / "7_hostile/pdf_bad" / name for name in names), data / "7_hostile/xml/quadratic.xml"]
    with ThreadPoolExecutor(2) as pool:
        outcomes = dict(zip((file.name for file in files), pool.map(outcome, files), strict=True))
    assert len(outcomes.pop("quadratic.xml")) < 200_000  # 100 kB that entities would make 10 GB
    assert outcomes == {
        "bad9.pdf": "Potato",
        "bad24.pdf": Problem.DAMAGED,
        "bad35.pdf": Problem.DAMAGED,
        "fuzz-16214.pdf": Problem.DAMAGED,
        "issue-449.pdf": Problem.NO_TEXT,
    }


def test_every_real_document_gives_text_or_a_problem(data: Path) -> None:
    folders = [
        "6_media_docs",
        "7_hostile/pdf_bad",
        "7_hostile/strings",
        "3_qda/qualcoder_examples",
        "3_qda/mannheimer_docs",
    ]
    texts, problems = 0, 0
    for folder in folders:
        for parent, _, names in os.walk(data / folder):
            for name in names:
                path = os.path.join(parent, name)
                try:
                    found = recognise(path, name)
                    if found.kind != Kind.DOCUMENT:
                        continue
                    blocks = read(path, found.format)
                except Unreadable:
                    problems += 1
                    continue
                text = as_text(blocks)
                assert unicodedata.is_normalized("NFC", text)
                assert all(
                    text[start:end] == block["text"]
                    for block, (start, end) in zip(blocks, spans(blocks), strict=True)
                    if end > start
                )
                assert not any(ord(char) < 32 and char not in "\n\t" for char in text)
                texts += 1
    assert texts >= 85
    assert problems >= 50
