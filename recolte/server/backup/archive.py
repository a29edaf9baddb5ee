"""The file of a backup: what it holds under which names, its manifest, its seal."""

import hashlib
import json
import os
import re
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC
from importlib.metadata import version
from pathlib import Path
from typing import IO, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from rich.progress import Progress

FORMAT = 1
BLOCK = 1 << 20
SEAL = 64  # the hexadecimal digits of a sha256
MANIFEST = "manifest.json"
SECRET = "secret.key"
DATABASE = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}
MEDIUM = re.compile(r"media/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/([0-9a-f]{64})")


class Refused(Exception):
    """Nothing was changed; the message says why, and what to do."""


class Sum(NamedTuple):
    """What a file (bytes) or a table (rows) amounts to."""

    amount: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup holds. `migrations` are those that its database had: they say which version can read it."""

    database: str
    migrations: list[tuple[str, str]]
    tables: dict[str, Sum]
    files: dict[str, Sum] = field(default_factory=dict)
    recolte: str = field(default_factory=lambda: version("recolte"))
    created_at: str = field(default_factory=lambda: timezone.now().astimezone(UTC).isoformat(timespec="seconds"))
    format: int = FORMAT

    def to_json(self) -> bytes:
        tables = {name: {"rows": one.amount, "sha256": one.sha256} for name, one in self.tables.items()}
        files = {name: {"size": one.amount, "sha256": one.sha256} for name, one in self.files.items()}
        return json.dumps(vars(self) | {"tables": tables, "files": files}, indent=1, sort_keys=True).encode()

    @classmethod
    def from_json(cls, content: bytes) -> "Manifest":
        """Raises ValueError, TypeError or KeyError when this is no manifest that we know."""
        said = json.loads(content)
        if said["format"] > FORMAT:
            raise Refused(too_new(str(said["recolte"])))
        return cls(
            database=str(said["database"]),
            migrations=[(str(app), str(name)) for app, name in said["migrations"]],
            tables={str(name): Sum(int(one["rows"]), str(one["sha256"])) for name, one in said["tables"].items()},
            files={str(name): Sum(int(one["size"]), str(one["sha256"])) for name, one in said["files"].items()},
            recolte=str(said["recolte"]),
            created_at=str(said["created_at"]),
            format=int(said["format"]),
        )

    @property
    def media(self) -> list[str]:
        return [name for name in self.files if MEDIUM.fullmatch(name)]

    @property
    def size(self) -> int:
        """Bytes of all the files together."""
        return sum(one.amount for one in self.files.values())


class Passing:
    """A file whose bytes are counted and hashed as they pass, read or written."""

    def __init__(self, file: IO[bytes], passed: Callable[[int], None] = lambda size: None) -> None:
        self.file, self.passed = file, passed
        self.digest, self.size = hashlib.sha256(), 0

    @property
    def sum(self) -> Sum:
        return Sum(self.size, self.digest.hexdigest())

    def read(self, size: int = -1, /) -> bytes:
        return self._pass(self.file.read(size))

    def write(self, block: bytes) -> int:
        return self.file.write(self._pass(block))

    def tell(self) -> int:
        return self.size

    def _pass(self, block: bytes) -> bytes:
        self.digest.update(block)
        self.size += len(block)
        self.passed(len(block))
        return block


def check_seal(archive: Path, progress: Progress) -> None:
    """Raise `Refused` unless `archive` is, to the last bit, what was written."""
    if not archive.is_file():
        raise Refused(_("There is no file %(file)s: check its name.") % {"file": archive})
    left = archive.stat().st_size - SEAL
    bar = progress.add_task(_("verifying"), total=max(left, 0))
    digest = hashlib.sha256()
    with archive.open("rb") as file:
        while left > 0 and (block := file.read(min(BLOCK, left))):
            digest.update(block)
            left -= len(block)
            progress.advance(bar, len(block))
        if left or file.read() != digest.hexdigest().encode():
            raise Refused(not_whole(archive))


def list_members(tar: tarfile.TarFile, size: int) -> dict[str, tarfile.TarInfo]:
    """What is in the archive, by name: plain files with the names that we give, each once, not more than the archive."""
    known = {MANIFEST, SECRET, *DATABASE.values()}
    members: dict[str, tarfile.TarInfo] = {}
    for info in tar:
        fits = info.type == tarfile.REGTYPE and not info.issparse() and 0 <= info.size <= size
        if not fits or info.name in members or not (info.name in known or MEDIUM.fullmatch(info.name)):
            raise Refused(
                _("This archive holds something that no backup holds (%(name)s): do not trust it, use another one.")
                % {"name": repr(info.name[:120])}
            )
        members[info.name] = info
        size -= info.size
    return members


def read_manifest(tar: tarfile.TarFile, members: dict[str, tarfile.TarInfo]) -> Manifest:
    try:
        info = members.pop(MANIFEST)
        manifest = Manifest.from_json(file_of(tar, info).read())
        announced = manifest.files.keys() | {DATABASE[manifest.database]}
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        raise Refused(_("This is not a backup that Récolte made: use another file.")) from None
    if announced != members.keys():
        raise Refused(_("This backup does not hold what its list says: use another one."))
    return manifest


def file_of(tar: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    file = tar.extractfile(info)
    assert file  # it is a plain file
    return file


def too_new(theirs: str) -> str:
    return _("A newer Récolte made this backup (%(theirs)s; this one is %(ours)s): update this one first.") % {
        "theirs": theirs,
        "ours": version("recolte"),
    }


def not_whole(archive: Path) -> str:
    return _(
        "%(file)s is not a whole backup: it was cut short or altered, or never was one. Nothing was changed; "
        "copy it again from where it is kept, or use another one."
    ) % {"file": archive}


@contextmanager
def opened(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def sync(folder: Path) -> None:
    with opened(folder) as descriptor:
        os.fsync(descriptor)
