"""The store: the one place that knows where the bytes of a medium are.

Everything else says `put`, `open`, `on_disk`, `forget` with a community and a sha256. One day each recording has a key
of its own, or the media live on S3: this module changes, nothing else. A community's files are its own, even where two
communities hold the same bytes: what one erases must not depend on the other.
"""

import errno
import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, NamedTuple, Protocol
from uuid import UUID

from django.conf import settings

from recolte.engine.problems import Problem, Unreadable
from recolte.jobs.crashpoints import crashpoint

BLOCK = 1 << 20
ROOM = 1 << 20  # bytes without which nothing can be done


class Kept(NamedTuple):
    """What was stored: its content address and its length in bytes."""

    sha256: str
    size: int


class Readable(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


def put(community: UUID, content: Readable) -> Kept:
    """Keep the bytes of `content`, on the disk for good before this returns; the same bytes are kept once.

    Raises `Unreadable` (EMPTY, DISK_FULL, NO_PERMISSION); nothing is left behind then.
    """
    digest, size = hashlib.sha256(), 0
    with working_folder() as folder:
        part = folder / "part"
        with open(part, "xb") as file:
            while block := content.read(BLOCK):
                digest.update(block)
                size += len(block)
                file.write(block)
            if not size:
                raise Unreadable(Problem.EMPTY)
            file.flush()
            os.fsync(file.fileno())
        crashpoint("put.written")
        final = _place(community, digest.hexdigest())
        final.parent.mkdir(parents=True, exist_ok=True)
        os.replace(part, final)
        for above in final.parents[:3]:  # the folders may be as new as the file
            with _opened(above) as descriptor:
                os.fsync(descriptor)
        crashpoint("put.placed")
    return Kept(digest.hexdigest(), size)


def put_file(community: UUID, path: Path) -> Kept:
    try:
        with path.open("rb") as file:
            return put(community, file)
    except OSError as error:
        raise _explain(error) from None


def open_file(community: UUID, sha256: str) -> IO[bytes]:
    """The stored bytes, seekable. Raises FileNotFoundError when the store does not hold them."""
    return _place(community, sha256).open("rb")


@contextmanager
def on_disk(community: UUID, sha256: str) -> Iterator[Path]:
    """A path that a library may read while the block lasts — read only, and never kept."""
    yield _place(community, sha256)


@contextmanager
def working_folder() -> Iterator[Path]:
    """A folder for work under way, on the store's own disk, gone afterwards; a killed process's is swept later.

    What the system refuses while it is open is raised as `Unreadable` (DISK_FULL, NO_PERMISSION).
    """
    parent = settings.MEDIA_STORE / "work"
    try:
        parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=parent))
        with _opened(folder) as descriptor:
            with suppress(OSError):  # a disk that knows no locks: nothing is swept from it
                fcntl.flock(descriptor, fcntl.LOCK_EX)  # until we, or our process, have ended
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        raise _explain(error) from None


def exists(community: UUID, sha256: str) -> bool:
    return _place(community, sha256).exists()


def forget(community: UUID, sha256: str) -> None:
    """Remove the bytes. The caller has made sure that nothing of this community needs them any more."""
    with suppress(FileNotFoundError):
        _place(community, sha256).unlink()


def is_full() -> bool:
    """Whether there is no room left to work with, for media or for the database."""
    disks = [path for path in (settings.DATA, settings.MEDIA_STORE) if path.exists()]
    return any(shutil.disk_usage(path).free < ROOM for path in disks)


def everything() -> Iterator[tuple[UUID, str]]:
    """Every (community, sha256) that the store holds."""
    for path in sorted(settings.MEDIA_STORE.glob("*/??/*")):
        with suppress(ValueError):
            yield UUID(path.parts[-3]), path.name


def sweep(older_than: float = 60) -> None:
    """Remove the working folders that killed processes left behind, `older_than` seconds ago at least."""
    for folder in (settings.MEDIA_STORE / "work").glob("*"):
        with suppress(OSError):  # it is gone already; or still at work, however long, as its lock says
            if time.time() - folder.stat().st_mtime > older_than:
                with _opened(folder) as descriptor:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder, ignore_errors=True)


def _place(community: UUID, sha256: str) -> Path:
    return Path(settings.MEDIA_STORE) / str(community) / sha256[:2] / sha256


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _explain(error: OSError) -> OSError | Unreadable:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Unreadable(Problem.DISK_FULL, str(error))
    if isinstance(error, PermissionError):
        return Unreadable(Problem.NO_PERMISSION, str(error))
    return error
