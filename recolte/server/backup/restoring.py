"""And back again."""

import fcntl
import glob
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.progress import Progress

from recolte.jobs.models import LEASE
from recolte.server.backup.archive import (
    BLOCK,
    MEDIUM,
    SECRET,
    Manifest,
    Passing,
    Refused,
    Sum,
    check_seal,
    file_of,
    list_members,
    not_whole,
    opened,
    read_manifest,
    sync,
    too_new,
)
from recolte.server.backup.database import describe, emptied_on_failure, holds_our_tables, restored, somebody_works
from recolte.sources import store


def restore(archive: Path, progress: Progress, *, force: bool = False) -> tuple[Manifest, Path | None]:
    """Bring back what `archive` keeps, in the place of the data directory.

    Returns the manifest, and where the former data directory now is (None when it held nothing). Raises `Refused`,
    `Unreadable` or OSError; the data directory and the database are unchanged then. Media kept elsewhere than in it are
    added to, never replaced; a PostgreSQL database must hold none of our tables.
    """
    check_seal(archive, progress)
    try:
        with tarfile.open(archive, "r:") as tar:
            members = list_members(tar, archive.stat().st_size)
            manifest = read_manifest(tar, members)
            _check_fit(manifest, force=force)
            return manifest, _bring_back(tar, members, manifest, progress)
    except (tarfile.TarError, EOFError):
        raise Refused(not_whole(archive)) from None


def _check_fit(manifest: Manifest, *, force: bool) -> None:
    """Refuse what cannot be restored here and now."""
    data: Path = settings.DATA
    if manifest.database != connection.vendor:
        raise Refused(
            _(
                "This backup is of a %(theirs)s database and this installation uses %(ours)s: restore it where "
                "RECOLTE_DATABASE_URL names a %(theirs)s database (none: sqlite)."
            )
            % {"theirs": manifest.database, "ours": connection.vendor}
        )
    if set(manifest.migrations) - MigrationLoader(None).disk_migrations.keys():
        raise Refused(too_new(manifest.recolte))
    if os.path.ismount(data):
        raise Refused(
            _("%(data)s is a disk of its own and cannot be put aside: name a folder in it with --data.")
            % {"data": data}
        )
    if connection.vendor != "sqlite" and holds_our_tables():
        raise Refused(
            _("The database %(name)s already holds Récolte's tables: make an empty one and name it in %(variable)s.")
            % {"name": connection.settings_dict["NAME"], "variable": "RECOLTE_DATABASE_URL"}
        )
    if not force and somebody_works():
        raise Refused(
            _(
                "Récolte is at work on %(data)s: stop it first (after a crash, wait %(n)d seconds), "
                "or restore all the same with --force."
            )
            % {"data": data, "n": LEASE.total_seconds()}
        )
    data.parent.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(data.parent).free
    if free < manifest.size:
        raise Refused(
            _("%(needed)s are needed beside %(data)s and %(free)s are free: make room first.")
            % {"needed": filesizeformat(manifest.size), "free": filesizeformat(free), "data": data}
        )


def _bring_back(
    tar: tarfile.TarFile, members: dict[str, tarfile.TarInfo], manifest: Manifest, progress: Progress
) -> Path | None:
    data: Path = settings.DATA.resolve()
    with _place_beside(data) as new:
        if _unpack(tar, members, new, progress) != manifest.files:
            raise Refused(_("This backup does not hold what its list says: use another one."))
        progress.add_task(_("verifying the database"), total=None)
        with emptied_on_failure():
            with restored(new):
                if describe() != (manifest.migrations, manifest.tables):
                    raise Refused(_("The restored database is not the one that was kept: use another backup."))
                call_command("migrate", verbosity=0, interactive=False)
            before = _swap(new, data)
    if before and {path.name for path in before.iterdir()} <= {SECRET}:  # made by starting this very command
        shutil.rmtree(before, ignore_errors=True)
    return before if before and before.exists() else None


@contextmanager
def _place_beside(data: Path) -> Iterator[Path]:
    """A new folder beside `data`, gone afterwards unless it was moved; those that killed restores left go first."""
    for left in data.parent.glob(f"{glob.escape(data.name)}.restoring-*"):
        with opened(left) as descriptor, suppress(BlockingIOError):  # its restore is still under way
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left)
    new = Path(tempfile.mkdtemp(prefix=f"{data.name}.restoring-", dir=data.parent))
    with opened(new) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        try:
            yield new
        finally:
            shutil.rmtree(new, ignore_errors=True)


def _unpack(tar: tarfile.TarFile, members: dict[str, tarfile.TarInfo], new: Path, progress: Progress) -> dict[str, Sum]:
    """Write the files where they belong under `new`, for good; return what they amounted to on the way."""
    inside = settings.MEDIA_STORE.is_relative_to(settings.DATA)
    root = new / settings.MEDIA_STORE.relative_to(settings.DATA) if inside else settings.MEDIA_STORE
    found: dict[str, Sum] = {}
    bar = progress.add_task(_("unpacking"), total=sum(info.size for info in members.values()))
    with _store_at(root):
        for name, info in members.items():
            reader = Passing(file_of(tar, info), lambda size: progress.advance(bar, size))
            if medium := MEDIUM.fullmatch(name):
                if info.size:  # an emptied one is kept in mind, but there is nothing to store
                    store.put(UUID(medium[1]), reader)
            else:
                with open(new / name, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
                    shutil.copyfileobj(reader, file, BLOCK)
                    file.flush()
                    os.fsync(file.fileno())
            found[name] = reader.sum
    return found


def _swap(new: Path, data: Path) -> Path | None:
    """Put `new` in the place of `data`; return where that is now, if it was there. What fails on the way is undone."""
    aside = data.with_name(f"{data.name}.before-restore-{timezone.now():%Y%m%d-%H%M%S}")
    before = aside if data.exists() else None
    sync(new)
    try:
        if before:
            shutil.copymode(data, new)
            data.rename(before)
        new.rename(data)
        sync(data.parent)
    except BaseException:
        if not new.exists():
            data.rename(new)
        if before and not data.exists():
            before.rename(data)
        raise
    return before


@contextmanager
def _store_at(root: Path) -> Iterator[None]:
    """While the block lasts, the store is at `root`."""
    live, settings.MEDIA_STORE = settings.MEDIA_STORE, root
    try:
        yield
    finally:
        settings.MEDIA_STORE = live
