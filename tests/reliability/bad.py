"""Files that strangers send: empty, cut off, lying about what they are, made to do harm."""

import io
import os
import socket
import struct
import zipfile
import zlib
from pathlib import Path

import av
import numpy as np

from recolte.engine.problems import Problem
from tests.world import note, silence, tone

ENTITY = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><d>&b;</d>'
XXE = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>'

GOOD = {"carnet.md": note(), "voix.wav": tone(4)}


def bad_files() -> dict[str, tuple[bytes, Problem]]:
    """Contents by their names, each with what is wrong with it."""
    return {
        "vide.m4a": (b"", Problem.EMPTY),
        "coupé.m4a": (cut_off(), Problem.DAMAGED),
        "texte.mp3": (b"This is no sound at all.\n", Problem.NOT_WHAT_IT_SAYS),
        "voisin.webm": (b"ffconcat version 1.0\nfile 'voix.wav'\n", Problem.NOT_WHAT_IT_SAYS),
        "bruit.wav": (b"RIFF\xff\xff\0\0WAVE" + os.urandom(4000), Problem.DAMAGED),
        "zéro.wav": (silence(0), Problem.NO_SOUND),
        "programme.exe": (b"MZ\x90\0" + bytes(range(256)) * 20, Problem.UNKNOWN_KIND),
        "archive.zip": (zipped({"voix.wav": tone(1)}), Problem.ARCHIVE),
        "bombe.zip": (zipped({"zeros": 210}), Problem.ARCHIVE),
        "bombe.docx": (zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": 210}), Problem.TOO_LARGE),
        "entités.docx": (
            zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": ENTITY.encode()}),
            Problem.DAMAGED,
        ),
        "indiscret.odt": (
            zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": XXE.encode()}),
            Problem.DAMAGED,
        ),
        "rires.xml": (ENTITY.encode(), Problem.UNKNOWN_KIND),
        "cassé.pdf": (b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 9 0 R >>\nnothing more", Problem.DAMAGED),
        "numérisé.pdf": (blank_pdf(), Problem.NO_TEXT),
        "bombe.png": (png(40_000, 40_000), Problem.TOO_LARGE),
        "coupée.jpg": (b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0" + bytes(40), Problem.DAMAGED),
    }


def cut_off() -> bytes:
    """The first half of an m4a: its index, which comes last, is missing."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("aac", 16_000, layout="mono")
        for at in range(20):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
            frame.sample_rate, frame.pts = 16_000, at * 1024
            container.mux(stream.encode(frame))  # type: ignore[attr-defined]
        container.mux(stream.encode(None))  # type: ignore[attr-defined]
    return file.getvalue()[: file.tell() // 2]


def zipped(members: dict[str, bytes | int]) -> bytes:
    """A zip; a number is so many megabytes of zeros."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            with archive.open(name, "w") as member:
                for block in [content] if isinstance(content, bytes) else [bytes(1 << 20)] * content:
                    member.write(block)
    return file.getvalue()


def png(width: int, height: int) -> bytes:
    """A picture of one colour, small on the disk however large it is."""
    deflate = zlib.compressobj(9)
    rows = b"".join([deflate.compress(bytes((width + 7) // 8 + 1)) for _ in range(height)]) + deflate.flush()
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)), (b"IDAT", rows), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def blank_pdf() -> bytes:
    """A document of one page without a word, as scanners make them."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    return (
        out
        + f"xref\n0 4\n0000000000 65535 f \n{table}trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n".encode()
    )


def odd_entries(folder: Path) -> dict[str, Problem]:
    """Put what is no file into `folder`; the names as people see them, and what is wrong."""
    (folder / "perdu.wav").symlink_to(folder / "nowhere.wav")
    (folder / "rond-1.wav").symlink_to(folder / "rond-2.wav")
    (folder / "rond-2.wav").symlink_to(folder / "rond-1.wav")
    (folder / "encore").symlink_to(folder)  # a folder within itself: not followed
    os.mkfifo(folder / "tuyau.wav")
    before = os.getcwd()
    os.chdir(folder)  # the address of a socket may not be long
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind("prise.wav")
    finally:
        os.chdir(before)
    Path(os.fsdecode(os.fsencode(folder) + b"/deux\nlignes.mp3")).write_bytes(b"No sound.\n")
    Path(os.fsdecode(os.fsencode(folder) + b"/perc\xe9e.mp3")).write_bytes(b"No sound either.\n")
    (folder / "[red]📼.mp3").write_bytes(b"No sound here.\n")
    return {
        "perdu.wav": Problem.DAMAGED,
        "rond-1.wav": Problem.DAMAGED,
        "rond-2.wav": Problem.DAMAGED,
        "tuyau.wav": Problem.UNKNOWN_KIND,
        "prise.wav": Problem.UNKNOWN_KIND,
        "deux\ufffdlignes.mp3": Problem.NOT_WHAT_IT_SAYS,
        "perc\ufffde.mp3": Problem.NOT_WHAT_IT_SAYS,
        "[red]📼.mp3": Problem.NOT_WHAT_IT_SAYS,
    }


def odd_names(folder: Path) -> list[str]:
    """Good notes with strange names; the names as people see them."""
    names = [b"m\xe9moire\n2021.md", "🎙️ atelier.md".encode(), b"x" * 252 + b".md", b"[bold].md", b"-rf.md", b"..md"]
    for at, name in enumerate(names):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(note("Nom étrange", f"Le numéro {at}."))
    return ["m\ufffdmoire\ufffd2021.md", "🎙️ atelier.md", "x" * 252 + ".md", "[bold].md", "-rf.md"]
