"""What the formats of office programs share: a zip of XML. Others' are opened in a child process, by its limits."""

import io
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from recolte.engine import sandbox
from recolte.engine.formats.habits import Line, lines_of_blocks

MADE = (1980, 1, 1, 0, 0, 0)  # the same transcript makes the same bytes
DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def lines(data: bytes, format: str) -> Iterator[Line]:
    """The lines of a document of this format of `recolte.engine.documents`, whose problems it raises."""
    with tempfile.TemporaryDirectory(prefix="recolte-") as folder:
        path = Path(folder, "document")
        path.write_bytes(data)
        return lines_of_blocks(sandbox.call("recolte.engine.documents:read", str(path), format))


def zipped(members: Mapping[str, str]) -> bytes:
    """A file of these members; `mimetype`, by which OpenDocument is known, is not compressed."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            is_plain = name == "mimetype"
            archive.writestr(
                zipfile.ZipInfo(name, MADE),
                content if is_plain else DECLARED + content,
                zipfile.ZIP_STORED if is_plain else zipfile.ZIP_DEFLATED,
            )
    return file.getvalue()
