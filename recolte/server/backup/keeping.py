"""Everything into one file."""

import fcntl
import os
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.progress import Progress

from recolte.server.backup.archive import BLOCK, MANIFEST, SECRET, Manifest, Passing, Refused, Sum, sync
from recolte.server.backup.database import describe, is_there, snapshot
from recolte.sources import store


def back_up(target: Path, progress: Progress, *, force: bool = False) -> tuple[Manifest, list[str]]:
    """Keep everything in the file `target`: whole once it has that name, `target`.part until then.

    Returns the manifest, and the addresses of the media that are damaged in the store (they are kept as they are).
    Raises `Refused`, `Unreadable` or OSError; there is no new file then.
    """
    if target.is_dir():
        raise Refused(_("%(file)s is a folder: give the name of a file in it.") % {"file": target})
    if not target.parent.is_dir():
        raise Refused(_("There is no folder %(folder)s: make it first.") % {"folder": target.parent})
    if target.exists() and not force:
        raise Refused(_("%(file)s exists already: give another name, or replace it with --force.") % {"file": target})
    if connection.vendor == "sqlite" and not is_there():
        raise Refused(_nothing())
    with _written(target) as file:
        writer = Passing(file)
        with store.working_folder() as folder:
            with snapshot(folder, progress) as copy:
                migrations, tables = describe()
            if not migrations:
                raise Refused(_nothing())
            manifest = Manifest(connection.vendor, migrations, tables)
            with tarfile.open(fileobj=writer, mode="w", copybufsize=BLOCK) as tar:  # type: ignore[call-overload]
                damaged = _fill(tar, manifest, copy, progress)
        file.write(writer.digest.hexdigest().encode())
    return manifest, damaged


@contextmanager
def _written(target: Path) -> Iterator[IO[bytes]]:
    """A file that gets the name `target` when all of it is on the disk; readable by nobody else, and by one at a time."""
    part = target.with_name(target.name + ".part")
    with open(part, "ab", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not os.path.samestat(os.fstat(file.fileno()), part.stat()):  # it has just become another's backup
                raise BlockingIOError
        except (BlockingIOError, FileNotFoundError):
            raise Refused(_("Another backup is writing to %(file)s: let it end first.") % {"file": target}) from None
        try:
            file.truncate(0)  # a killed process may have left it
            os.fchmod(file.fileno(), 0o600)
            yield file
            file.flush()
            os.fsync(file.fileno())
            part.replace(target)
            sync(target.parent)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


def _fill(tar: tarfile.TarFile, manifest: Manifest, copy: Path, progress: Progress) -> list[str]:
    """Put all the files into `tar`, and what they amount to into `manifest`."""
    media, damaged = list(store.everything()), []
    bar = progress.add_task(_("keeping the media"), total=len(media))
    with copy.open("rb") as file:
        manifest.files[copy.name] = _add(tar, copy.name, file)
    # Links that people hold — to come in, one day to withdraw — are signed with this key and must outlive a restore. It
    # opens nothing that is not in this archive already. A key given by the environment is kept by whoever gives it.
    if _text(settings.DATA / SECRET) == settings.SECRET_KEY:
        with (settings.DATA / SECRET).open("rb") as file:
            manifest.files[SECRET] = _add(tar, SECRET, file)
    for community, sha256 in media:
        progress.advance(bar)
        try:
            medium = store.open_file(community, sha256)
        except FileNotFoundError:  # withdrawn in the meantime: gone is gone
            continue
        with closing(medium):
            name = f"media/{community}/{sha256}"
            kept = manifest.files[name] = _add(tar, name, medium)
        if kept.sha256 != sha256:
            damaged.append(sha256)
    _add(tar, MANIFEST, BytesIO(manifest.to_json()))
    return damaged


def _add(tar: tarfile.TarFile, name: str, file: IO[bytes]) -> Sum:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = file.seek(0, os.SEEK_END), 0o600, int(timezone.now().timestamp())
    file.seek(0)
    reader = Passing(file)
    tar.addfile(info, reader)
    return reader.sum


def _text(path: Path) -> str:
    return path.read_text().strip() if path.is_file() else ""


def _nothing() -> str:
    return _("There is nothing in %(data)s yet: check --data, or bring something in first.") % {"data": settings.DATA}
