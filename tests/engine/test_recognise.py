import gzip
import io
import os
import tarfile
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from recolte.engine.formats import FORMATS
from recolte.engine.problems import Problem, Unreadable
from recolte.engine.recognise import TYPES, Kind, recognise

# folder: {file: format or problem}
REAL: dict[str, dict[str, str]] = {
    "6_media_docs/audio_video_formats": {
        "fixture.3g2": "3gp",
        "fixture.3gp": "3gp",
        "fixture2.3gp": "3gp",
        "fixture-adts-mpeg4.aac": "aac",
        "fixture.aif": "aiff",
        "fixture.amr": "amr",
        "fixture.flac": "flac",
        "fixture.m4a": "m4a",
        "fixture.m4b": "m4a",
        "fixture.mov": "mov",
        "fixture-moov.mov": "mov",
        "fixture.mp3": "mp3",
        "fixture-bad-offset-10.mp3": "mp3",
        "fixture-ffe3.mp3": "mp3",
        "fixture-isom.mp4": "mp4",
        "fixture-isomv2.mp4": "mp4",
        "fixture-mp4v2.mp4": "mp4",
        "fixture.ogg": "ogg",
        "fixture-unknown-ogg.ogx": "ogg",
        "fixture.opus": "opus",
        "fixture.wav": "wav",
        "fixture.webm": "webm",
        "fixture.wma.asf": "wma",
        "fixture-mif1.heic": "heic",
        "fixture.docx": "docx",
        "fixture2.docx": "docx",
        "fixture-office365.docx": "docx",
        "fixture.odt": "odt",
        "fixture.pdf": "pdf",
        "fixture-minimal.pdf": "pdf",
        "fixture-printed.pdf": "pdf",
        "fixture-smallest.pdf": "pdf",
        "fixture.epub": Problem.UNKNOWN_KIND,
        "fixture.pptx": Problem.UNKNOWN_KIND,
        "fixture-office365.pptx": Problem.UNKNOWN_KIND,
    },
    "6_media_docs/audio_tags": {
        "detect_aiff.x": "aiff",
        "detect_flac.x": "flac",
        "detect_mp1_mpeg1.x": "mp3",
        "detect_mp2_mpeg2.x": "mp3",
        "detect_mp3_id3v2.x": "mp3",
        "detect_mp3_mpeg1.x": "mp3",
        "detect_mp3_mpeg2.x": "mp3",
        "detect_mp3_mpeg25.x": "mp3",
        "magic_bytes_only_ogg.x": "ogg",
        "magic_bytes_only_wav.x": "wav",
        "8khz_5s.opus": "opus",
        "alac_file.m4a": "m4a",
        "mp3_audio.m4a": "mp4",
        "test.m4a": "m4a",
        "test.ogg": "ogg",
        "test.opus": "opus",
        "empty_file.m4a": Problem.EMPTY,
        "empty_file.ogg": Problem.EMPTY,
        "invalid_file.m4a": Problem.UNKNOWN_KIND,
        "invalid_file.ogg": Problem.UNKNOWN_KIND,
    },
    "6_media_docs/audio_more": {
        "wrong_extension.aac": "m4a",
        "format_test.m4a": "m4a",
        "test1_empty.wav": "wav",
        "test2.mp3": "mp3",
        "test5.webm": "webm",
        "testAIFF.aif": "aiff",
        "testMP3truncated.mp3": "mp3",
        "testMP3vbr.mp3": "mp3",
        "testMP4AudioOnly.mp4": "mp4",
        "testMP4_drm.m4a": "m4a",
        "testOPUS.opus": "opus",
        "testWAV.wav": "wav",
        "testWEBM.webm": "webm",
    },
    "2_audio_fr": {
        "browser_recordings/audio-sample-android-chrome.webm": "webm",
        "browser_recordings/audio-sample-android-firefox.ogg": "opus",
        "browser_recordings/audio-sample-android.m4a": "mp4",
        "browser_recordings/audio-sample-ios-browser.webm": "webm",
        "browser_recordings/audio-sample-ios.m4a": "m4a",
        "dialogue_fr/fleurs_2spk.wav": "wav",
        "fleurs_fr/fleurs-fr-007.ogg": "opus",
        "ina/0021.mp3": "mp3",
        "misc/ShortAudioSampleFrench.mp3": "mp3",
        "misc/french.aiff": "aiff",
        "readalongs/audio_sample.ogg": "ogg",
        "readalongs/ej-fra.m4a": "3gp",
        "whisper_timestamped/laugh2.mp3": "mp3",
        "readalongs/fra.txt": "txt",
        "readalongs/ej-fra.readalong": Problem.UNKNOWN_KIND,
    },
    "6_media_docs/docs_misc": {
        "testWORD_protected_passtika.docx": Problem.PROTECTED,
        "testComment.doc": Problem.UNKNOWN_KIND,
        "testComment.xlsx": Problem.UNKNOWN_KIND,
        "testRTF.rtf": Problem.UNKNOWN_KIND,
        "testODTNoMeta.odt": "odt",
        "testODTnotaZipFile.odt": "txt",
    },
    "": {
        "6_media_docs/photos_gps/DSCN0010.jpg": "jpeg",
        "1_transcripts/subtitles/example.vtt": "vtt",
        "1_transcripts/subtitles/Per_voi_signore_Modelli_francesi_en.vtt": "vtt",
        "1_transcripts/subtitles/example.srt": "srt",
        "1_transcripts/subtitles/docs__examples__transcripts__example.json": "podcast",
        "1_transcripts/subtitles/exampleComplex.json": "txt",
        "1_transcripts/whisper_json/expected/tiny_fr/laugh2.mp3.words.json": "json",
        "1_transcripts/chat/french-child-speech.cha": "cha",
        "1_transcripts/teicorpo_misc/36M_Laetitia_BD016.CHA": "cha",
        "1_transcripts/teicorpo_misc/FOR_LEC.TextGrid": "textgrid",
        "1_transcripts/subtitles/example.html": Problem.UNKNOWN_KIND,
        "1_transcripts/subtitles/example.xml": Problem.UNKNOWN_KIND,
        "1_transcripts/teicorpo_misc/short.eaf": "eaf",
        "1_transcripts/transcriber_demo/frint980428.trs": "trs",
        "1_transcripts/elan_trs_real/names.tei_corpo.xml": "tei",
        "3_qda/catma/rose_for_emily_structure.xml": Problem.UNKNOWN_KIND,
        "1_transcripts/fredsum/transcript/Bardella_Darmanin--Partie_1_Ukraine.txt": "text",
        "1_transcripts/fredsum/README.md": "md",
        "3_qda/qualcoder_examples/transcript.txt": "text",
        "3_qda/qualcoder_examples/project_memo.txt": "txt",
        "3_qda/qualcoder_examples/ID1.docx": "docx",
        "3_qda/qualcoder_examples/ID2.odt": "odt",
        "3_qda/qdpx/TestProject.qdpx": Problem.ARCHIVE,
        "5_ess_geo_lexicon/stopwords/stopwords-fr.txt": "txt",
        "7_hostile/xml/xmlbomb.xml": Problem.UNKNOWN_KIND,
        "7_hostile/pdf_bad/bad9.pdf": "pdf",
        "8_conformance/epub/ocf-zip-unreadable-empty-fatal.epub": Problem.EMPTY,
    },
}


def named(path: Path, name: str = "") -> str:
    try:
        return recognise(str(path), name or path.name).format
    except Unreadable as error:
        return error.problem


def made(folder: Path, content: bytes, name: str = "fichier") -> str:
    path = folder / "stored"
    path.write_bytes(content)
    return named(path, name)


@pytest.mark.parametrize("folder", REAL)
def test_real_files_are_what_they_are(data: Path, folder: str) -> None:
    found = {file: named(data / folder / file) for file in REAL[folder] if (data / folder / file).exists()}
    assert found == {file: expected for file, expected in REAL[folder].items() if file in found}
    assert len(found) >= 0.9 * len(REAL[folder])


def test_the_name_of_a_real_file_does_not_matter(data: Path) -> None:
    for folder, files in REAL.items():
        for file, expected in files.items():
            if expected in TYPES and TYPES[expected].kind in (Kind.RECORDING, Kind.PHOTO):
                assert named(data / folder / file, "lettre.pdf") == expected


def test_every_real_file_is_recognised_or_refused(data: Path) -> None:
    kinds: Counter[str] = Counter()
    for folder, _, files in os.walk(data):
        for file in files:
            format = named(Path(folder, file))
            kinds[TYPES[format].kind if format in TYPES else "refused"] += 1
    assert sum(kinds.values()) > 1500
    assert kinds[Kind.RECORDING] >= 90
    assert kinds[Kind.TRANSCRIPT] >= 270
    assert kinds["refused"] >= 150


def test_every_transcript_format_can_be_read() -> None:
    assert all(FORMATS[format].read for format, type in TYPES.items() if type.kind == Kind.TRANSCRIPT)


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (b"", "vide.wav", Problem.EMPTY),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "son.webm", Problem.NOT_WHAT_IT_SAYS),
        (b"#EXTM3U\nhttp://example.org/a.ts\n", "son.mp3", Problem.NOT_WHAT_IT_SAYS),
        (b"<!DOCTYPE html><html><p>404", "son.MP3", Problem.NOT_WHAT_IT_SAYS),
        (b"<!DOCTYPE html><html><p>404", "page.txt", Problem.UNKNOWN_KIND),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "dessin.svg", Problem.UNKNOWN_KIND),
        (b"{\\rtf1 bonjour}", "note.rtf", Problem.UNKNOWN_KIND),
        (b"#!/bin/sh\nrm -rf /\n", "note.txt", Problem.UNKNOWN_KIND),
        (b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff" + bytes(200), "son.mp3", Problem.UNKNOWN_KIND),
        (b"\x7fELF\2\1\1" + bytes(60), "programme", Problem.UNKNOWN_KIND),
        (bytes(range(256)) * 8, "son.mp3", Problem.UNKNOWN_KIND),
        (gzip.compress(b"bonjour", mtime=0), "a.txt", Problem.ARCHIVE),
        (b"7z\xbc\xaf\x27\x1c\0\4" + bytes(30), "a.7z", Problem.ARCHIVE),
        (b"Rar!\x1a\7\1\0" + bytes(30), "a.rar", Problem.ARCHIVE),
        (b"PK\3\4" + bytes(40), "a.zip", Problem.ARCHIVE),
        (b"PK\3\4" + bytes(30) + b"word/document.xml" + bytes(40), "a.docx", Problem.DAMAGED),
        ("\ufeffWEBVTT\n\n00:01.000 --> 00:02.000\nx".encode(), "x.txt", "vtt"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\nx".encode("utf-16"), "x.txt", "vtt"),
        (b"WEBVTTX\n", "x.txt", "txt"),
        (b"1\r\n00:00:01,000 --> 00:00:02,000\r\nx\r\n", "x.txt", "srt"),
        ("Été\n".encode("utf-16"), "x.txt", "txt"),
        ("Cet été, à l'école, on a décidé.\n".encode("cp1252"), "x.txt", "txt"),
        (b"un mot", "notes.md", "md"),
        (b"# Titre\n\nUn mot\n", "notes", "md"),
        (b"# commentaire\nUn mot\n", "notes", "txt"),
        (b"Amina : oui\nBruno : non\nAmina : ah\n", "x.docx", "text"),
        (b"Amina : oui\nBruno : non\nAmina : ah\n", "x.mp3", Problem.NOT_WHAT_IT_SAYS),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "x", "webp"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0avifmif1miaf", "x", "avif"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "x", "heic"),
        (b"II*\0\x08\0\0\0", "x", "tiff"),
        (b"GIF89a\1\0\1\0", "x", "gif"),
        (b"\x89PNG\r\n\x1a\n", "x", "png"),
        (b"caff\0\1\0\0desc", "x", "caf"),
        (b"\x1aE\xdf\xa3\x93\x42\x82\x88matroska", "x", "mkv"),
        (b"ID3\4\0\0\0\0\0\2xxfLaC", "x", "flac"),
    ],
)
def test_content_decides(tmp_path: Path, content: bytes, name: str, expected: str) -> None:
    assert made(tmp_path, content, name) == expected


def test_a_long_text_is_recognised_by_its_beginning(tmp_path: Path) -> None:
    assert made(tmp_path, "Amina : où ça\nBruno : là\n".encode() * 20_000) == "text"
    assert made(tmp_path, "é".encode() * 200_000) == "txt"
    assert made(tmp_path, ("é" * 200_000).encode("utf-16")) == "txt"


def test_a_long_json_is_recognised_though_its_first_line_is_endless(tmp_path: Path) -> None:
    whole = '{\n "text": "' + "Où ça ? " * 20_000 + '",\n "segments": [\n  {\n   "start": 0'
    assert made(tmp_path, whole.encode()) == "json"


def test_archives_are_told_from_documents(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("photo.jpg", b"x")
    assert made(tmp_path, file.getvalue(), "a.docx") == Problem.ARCHIVE
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert made(tmp_path, file.getvalue(), "a.odt") == Problem.UNKNOWN_KIND
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        tar.addfile(tarfile.TarInfo("a"))
    assert made(tmp_path, file.getvalue()) == Problem.ARCHIVE


def test_what_cannot_be_opened_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert named(tmp_path / "pipe") == Problem.UNKNOWN_KIND
    assert named(tmp_path) == Problem.UNKNOWN_KIND

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "secret").write_bytes(b"x")
    monkeypatch.setattr("builtins.open", refuse)
    assert named(tmp_path / "secret") == Problem.NO_PERMISSION
