"""The database of a backup: one state of it kept and brought back, and what its tables amount to."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, connections, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.models.functions import Collate
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.progress import Progress

from recolte.jobs.models import LEASE, Worker
from recolte.server.backup.archive import DATABASE, Refused, Sum

UNOWNED = ("--no-owner", "--no-privileges")  # the database that it is restored into belongs to somebody else


@contextmanager
def snapshot(folder: Path, progress: Progress) -> Iterator[Path]:
    """The database as one file in `folder`; while the block lasts, Django's connection sees that very state of it."""
    progress.add_task(_("reading the database"), total=None)
    copy = folder / DATABASE[connection.vendor]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])  # copying the file would miss what is still in the WAL
        with standing_in(copy):
            yield copy
        return
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (state,) = cursor.fetchone()
        _postgres("pg_dump", "--format=custom", *UNOWNED, f"--snapshot={state}", f"--file={copy}")
        yield copy


@contextmanager
def restored(new: Path) -> Iterator[None]:
    """While the block lasts, the unpacked database is Django's."""
    unpacked = new / DATABASE[connection.vendor]
    if connection.vendor == "sqlite":
        with standing_in(unpacked.rename(new / Path(connection.settings_dict["NAME"]).name)):
            yield
    else:
        name = connection.settings_dict["NAME"]
        connection.close()
        _postgres("pg_restore", "--single-transaction", "--exit-on-error", *UNOWNED, f"--dbname={name}", str(unpacked))
        unpacked.unlink()
        yield


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
def emptied_on_failure() -> Iterator[None]:
    """Where the block fails, the tables that it brought into a PostgreSQL database are gone again.

    Raises DatabaseError when they cannot be dropped. (An SQLite file that fails is never put in its place.)
    """
    if connection.vendor == "sqlite":
        yield
        return
    before = set(connection.introspection.table_names())
    try:
        yield
    except BaseException:
        connection.close()  # whatever state it is in
        with transaction.atomic(), connection.cursor() as cursor:
            brought = [name for name in connection.introspection.table_names(cursor) if name not in before]
            if brought:
                cursor.execute(f"DROP TABLE {', '.join(map(connection.ops.quote_name, brought))} CASCADE")
        raise


@contextmanager
def standing_in(path: Path) -> Iterator[None]:
    """While the block lasts, the SQLite file at `path` is Django's database."""
    live = connections["default"]
    live.close()
    connections["default"] = other = type(live)({**live.settings_dict, "NAME": str(path)}, "default")
    try:
        yield
    finally:
        other.close()  # also brings its WAL into the file
        connections["default"] = live


def is_there() -> bool:
    """Is there an SQLite database? Asking it would make one."""
    name = str(connection.settings_dict["NAME"])
    return "mode=memory" in name or Path(name).exists()


def holds_our_tables() -> bool:
    there = set(connection.introspection.table_names())
    return bool(there & {"django_migrations", *connection.introspection.django_table_names()})


def somebody_works() -> bool:
    """Is a worker alive on the database that would be put aside?"""
    if connection.vendor != "sqlite" or not is_there():
        return False
    try:
        return Worker.objects.exclude(pid=0).filter(seen_at__gte=timezone.now() - LEASE).exists()
    except DatabaseError:  # empty, of another version or damaged: that is what one restores for
        return False
    finally:
        connection.close()


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
