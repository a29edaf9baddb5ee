"""Backups taken apart and put together again, with a seal that is right — as somebody who means harm would."""

import hashlib
import io
import json
import tarfile
from pathlib import Path
from typing import Any


class Archive:
    """The files of the backup at `path`, and its manifest."""

    def __init__(self, path: Path) -> None:
        with tarfile.open(path) as tar:
            self.files = {info.name: tar.extractfile(info).read() for info in tar}  # type: ignore[union-attr]
        self.manifest: dict[str, Any] = json.loads(self.files.pop("manifest.json"))

    def put(self, name: str, content: bytes) -> "Archive":
        self.files[name] = content
        self.manifest["files"][name] = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        return self

    def write(self, path: Path, *others: tuple[tarfile.TarInfo, bytes]) -> Path:
        """Seal it, with `others` at its end."""
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as tar:
            for name, content in {**self.files, "manifest.json": json.dumps(self.manifest).encode()}.items():
                info = tarfile.TarInfo(name)
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
            for info, content in others:
                tar.addfile(info, io.BytesIO(content))
        return seal(path, out.getvalue())


def seal(path: Path, content: bytes) -> Path:
    path.write_bytes(content + hashlib.sha256(content).hexdigest().encode())
    return path
