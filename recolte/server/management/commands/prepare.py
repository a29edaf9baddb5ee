import fcntl
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection, transaction

from recolte.engine.problems import Problem
from recolte.sources import store
from recolte.sources.sentences import sentence


class Command(BaseCommand):
    help = "Create or migrate the database; every command that needs it calls this first."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        store.sweep()
        try:
            settings.DATA.mkdir(parents=True, exist_ok=True)
            Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir(parents=True, exist_ok=True)
            with open(settings.DATA / ".preparing", "w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)  # several commands may start at once
                self._make_tables()
        except (OperationalError, OSError):
            if store.is_full():
                raise CommandError(sentence(Problem.DISK_FULL)) from None
            raise

    def _make_tables(self) -> None:
        """All of them or none: Django alone may make a table and be killed before it has noted that it did.

        Not so for a PostgreSQL that holds rows: there, one transaction over several migrations can block itself.
        """
        at_once = connection.vendor == "sqlite" or not connection.introspection.table_names()
        with connection.constraint_checks_disabled(), transaction.atomic() if at_once else nullcontext():
            call_command("migrate", verbosity=0, interactive=False)
            call_command("createcachetable", verbosity=0)
