"""Everything in one file, and back again.

A backup is a plain tar (media are compressed already), followed by the sha256 of all its bytes — the seal. A truncated
or altered archive does not end with its seal, wherever the fault is. Inside:

    database.sqlite3 or database.pgdump    one consistent state of the database, taken while people work
    secret.key                             where it is a file of ours
    media/COMMUNITY/SHA256                 all that the store holds
    manifest.json                          what must be there: size and sha256 of each file, rows and sha256 of each table

A table's sha256 is over its values as Python sees them, so it says the same on SQLite and on PostgreSQL. The cache and
the search index are not counted: they can be made again (on SQLite, the file's sha256 covers them all the same).
"""

import fcntl
import glob
import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import IO, Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, connections, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.models.functions import Collate
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.progress import Progress

from recolte.jobs.models import LEASE, Worker
from recolte.sources import store

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
            raise Refused(_newer(str(said["recolte"])))
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


# Backup --------------------------------------------------------------------------------------------------------------


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
    if connection.vendor == "sqlite" and not _is_there():
        raise Refused(_nothing())
    with _written(target) as file:
        writer = _Passing(file)
        with store.working_folder() as folder:
            with _snapshot(folder, progress) as copy:
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
            _sync(target.parent)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


@contextmanager
def _snapshot(folder: Path, progress: Progress) -> Iterator[Path]:
    """The database as one file in `folder`; while the block lasts, Django's connection sees that very state of it."""
    progress.add_task(_("reading the database"), total=None)
    copy = folder / DATABASE[connection.vendor]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])  # copying the file would miss what is still in the WAL
        with _standing_in(copy):
            yield copy
        return
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        _postgres("pg_dump", "--format=custom", *UNOWNED, f"--snapshot={snapshot}", f"--file={copy}")
        yield copy


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
    reader = _Passing(file)
    tar.addfile(info, reader)
    return reader.sum


# Restore -------------------------------------------------------------------------------------------------------------


def restore(archive: Path, progress: Progress, *, force: bool = False) -> tuple[Manifest, Path | None]:
    """Bring back what `archive` keeps, in the place of the data directory.

    Returns the manifest, and where the former data directory now is (None when it held nothing). Raises `Refused`,
    `Unreadable` or OSError; the data directory is unchanged then. Media kept elsewhere than in it are added to, never
    replaced; a PostgreSQL database must be empty.
    """
    check_seal(archive, progress)
    try:
        with tarfile.open(archive, "r:") as tar:
            members = _members(tar, archive.stat().st_size)
            manifest = _manifest(tar, members)
            _check_fit(manifest, force=force)
            return manifest, _bring_back(tar, members, manifest, progress)
    except (tarfile.TarError, EOFError):
        raise Refused(_damaged(archive)) from None


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
            raise Refused(_damaged(archive))


def _members(tar: tarfile.TarFile, size: int) -> dict[str, tarfile.TarInfo]:
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


def _manifest(tar: tarfile.TarFile, members: dict[str, tarfile.TarInfo]) -> Manifest:
    try:
        info = members.pop(MANIFEST)
        manifest = Manifest.from_json(_content(tar, info).read())
        announced = manifest.files.keys() | {DATABASE[manifest.database]}
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        raise Refused(_("This is not a backup that Récolte made: use another file.")) from None
    if announced != members.keys():
        raise Refused(_("This backup does not hold what its list says: use another one."))
    return manifest


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
        raise Refused(_newer(manifest.recolte))
    if os.path.ismount(data):
        raise Refused(
            _("%(data)s is a disk of its own and cannot be put aside: name a folder in it with --data.")
            % {"data": data}
        )
    if connection.vendor != "sqlite" and _tables_there():
        raise Refused(
            _("The database %(name)s already holds Récolte's tables: make an empty one and name it in %(variable)s.")
            % {"name": connection.settings_dict["NAME"], "variable": "RECOLTE_DATABASE_URL"}
        )
    if not force and _somebody_works():
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
        with _restored_database(new):
            if describe() != (manifest.migrations, manifest.tables):
                raise Refused(_("The restored database is not the one that was kept: use another backup."))
            call_command("migrate", verbosity=0, interactive=False)
        return _swap(new, data)


@contextmanager
def _place_beside(data: Path) -> Iterator[Path]:
    """A new folder beside `data`, gone afterwards unless it was moved; those that killed restores left go first."""
    for left in data.parent.glob(f"{glob.escape(data.name)}.restoring-*"):
        with _opened(left) as descriptor, suppress(BlockingIOError):  # its restore is still under way
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left)
    new = Path(tempfile.mkdtemp(prefix=f"{data.name}.restoring-", dir=data.parent))
    with _opened(new) as descriptor:
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
            reader = _Passing(_content(tar, info), lambda size: progress.advance(bar, size))
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


@contextmanager
def _restored_database(new: Path) -> Iterator[None]:
    """While the block lasts, the unpacked database is Django's."""
    unpacked = new / DATABASE[connection.vendor]
    if connection.vendor == "sqlite":
        with _standing_in(unpacked.rename(new / Path(connection.settings_dict["NAME"]).name)):
            yield
    else:
        name = connection.settings_dict["NAME"]
        connection.close()
        _postgres("pg_restore", "--single-transaction", "--exit-on-error", *UNOWNED, f"--dbname={name}", str(unpacked))
        unpacked.unlink()
        yield


def _swap(new: Path, data: Path) -> Path | None:
    """Put `new` in the place of `data`; return where that is now, or None when there was nothing in it."""
    before: Path | None = None
    _sync(new)
    if data.exists():
        shutil.copymode(data, new)
        before = data.with_name(f"{data.name}.before-restore-{timezone.now():%Y%m%d-%H%M%S}")
        data.rename(before)
    try:
        new.rename(data)
    except OSError:
        if before:
            before.rename(data)
        raise
    _sync(data.parent)
    if before and {path.name for path in before.iterdir()} <= {SECRET}:  # made by starting this very command
        shutil.rmtree(before)
        return None
    return before


# The database --------------------------------------------------------------------------------------------------------


def describe() -> tuple[list[tuple[str, str]], dict[str, Sum]]:
    """The migrations that the database has, and what each of its tables amounts to.

    The tables are read as those migrations left them: an older database need not look like today's models.
    """
    loader = MigrationLoader(connection)
    applied = sorted(loader.applied_migrations)
    state = loader.project_state([key for key in applied if key in loader.graph.nodes])
    tables = {
        model._meta.db_table: _table(model)
        for model in state.apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }
    return applied, tables


def _table(model: type[models.Model]) -> Sum:
    names = sorted(one.attname for one in model._meta.concrete_fields)
    assert model._meta.pk
    order: Any = "pk"
    if connection.vendor == "postgresql" and isinstance(model._meta.pk, models.CharField | models.TextField):
        order = Collate("pk", "C")  # each machine sorts texts by its own rules
    digest, rows = hashlib.sha256(_line(names)), 0
    for row in model._base_manager.order_by(order).values_list(*names).iterator():
        digest.update(_line(row))
        rows += 1
    return Sum(rows, digest.hexdigest())


def _line(values: object) -> bytes:
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return text.encode() + b"\n"


def _plain(value: object) -> object:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat() if value.tzinfo else value.isoformat()
        case date() | time():
            return value.isoformat()
        case timedelta():
            return value // timedelta(microseconds=1)
        case Decimal():
            return format(value.normalize(), "f")
        case UUID():
            return str(value)
        case bytes() | memoryview():
            return bytes(value).hex()
    raise TypeError(f"a backup cannot describe a {type(value).__name__}")


@contextmanager
def _standing_in(path: Path) -> Iterator[None]:
    """While the block lasts, the SQLite file at `path` is Django's database."""
    live = connections["default"]
    live.close()
    connections["default"] = other = type(live)({**live.settings_dict, "NAME": str(path)}, "default")
    try:
        yield
    finally:
        other.close()  # also brings its WAL into the file
        connections["default"] = live


def _is_there() -> bool:
    """Is there an SQLite database? Asking it would make one."""
    name = str(connection.settings_dict["NAME"])
    return "mode=memory" in name or Path(name).exists()


def _tables_there() -> bool:
    there = set(connection.introspection.table_names())
    return bool(there & {"django_migrations", *connection.introspection.django_table_names()})


def _somebody_works() -> bool:
    """Is a worker alive on the database that would be put aside?"""
    if connection.vendor != "sqlite" or not _is_there():
        return False
    try:
        return Worker.objects.exclude(pid=0).filter(seen_at__gte=timezone.now() - LEASE).exists()
    except DatabaseError:  # empty, of another version or damaged: that is what one restores for
        return False
    finally:
        connection.close()


UNOWNED = ("--no-owner", "--no-privileges")  # the database that it is restored into belongs to somebody else


def _postgres(program: str, *options: str) -> None:
    """Run one of PostgreSQL's programs on our database; where it is and the password stay off the command line."""
    if not shutil.which(program):
        raise Refused(
            _(
                "PostgreSQL's program %(program)s is missing here: install its client programs "
                "(on Debian and Ubuntu: apt install postgresql-client), then start again."
            )
            % {"program": program}
        )
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    given = {name: str(connection.settings_dict[key]) for name, key in names.items() if connection.settings_dict[key]}
    done = subprocess.run(
        [program, "--no-password", *options],
        env={**os.environ, **given},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Refused(
            _("PostgreSQL's program %(program)s stopped: %(reason)s")
            % {"program": program, "reason": done.stderr.strip() or done.returncode}
        )


# Small things --------------------------------------------------------------------------------------------------------


class _Passing:
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


@contextmanager
def _store_at(root: Path) -> Iterator[None]:
    """While the block lasts, the store is at `root`."""
    live, settings.MEDIA_STORE = settings.MEDIA_STORE, root
    try:
        yield
    finally:
        settings.MEDIA_STORE = live


def _content(tar: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    file = tar.extractfile(info)
    assert file  # it is a plain file
    return file


def _text(path: Path) -> str:
    return path.read_text().strip() if path.is_file() else ""


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _sync(folder: Path) -> None:
    with _opened(folder) as descriptor:
        os.fsync(descriptor)


def _nothing() -> str:
    return _("There is nothing in %(data)s yet: check --data, or bring something in first.") % {"data": settings.DATA}


def _newer(theirs: str) -> str:
    return _("A newer Récolte made this backup (%(theirs)s; this one is %(ours)s): update this one first.") % {
        "theirs": theirs,
        "ours": version("recolte"),
    }


def _damaged(archive: Path) -> str:
    return _(
        "%(file)s is not a whole backup: it was cut short or altered, or never was one. Nothing was changed; "
        "copy it again from where it is kept, or use another one."
    ) % {"file": archive}
