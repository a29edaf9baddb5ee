import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.template import engines
from django.test import Client

from tests.world import World, make_world

# Whoever runs the tests in the background may have had SIGINT ignored, which children inherit: here Ctrl-C is tried too.
signal.signal(signal.SIGINT, signal.default_int_handler)

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real files, which is no part of the repository."""
    folder = Path(os.environ.get("RECOLTE_TEST_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"There is no folder of real files at {folder}: set RECOLTE_TEST_DATA to where it is.")
    return folder


class UnknownVariable(str):
    """What an unknown variable of a template becomes: an error, as soon as it is shown."""

    def __mod__(self, name: object) -> str:
        raise AssertionError(f"unknown variable in a template: {name}")

    def __contains__(self, what: object) -> bool:
        return what == "%s"  # Django asks this to know whether to format it

    def __bool__(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def unknown_variables_fail() -> None:
    for template in engines.all():
        template.engine.string_if_invalid = UnknownVariable()


@pytest.fixture(autouse=True)
def own_store(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_STORE = tmp_path / "media"


@pytest.fixture
def shared_database(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """A database that several threads can write to: on SQLite a file, as in real life, in place of one in memory."""
    if connection.vendor != "sqlite":
        yield
        return
    path = str(tmp_path / "shared.sqlite3")
    in_memory, name = connection.connection, connection.settings_dict["NAME"]
    with closing(sqlite3.connect(path)) as file:
        in_memory.backup(file)
    connection.connection, connection.settings_dict["NAME"] = None, path
    try:
        yield
    finally:
        connection.close()
        connection.connection, connection.settings_dict["NAME"] = in_memory, name


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def amina(world: World) -> Client:
    return world.client("amina")


@pytest.fixture
def bruno(world: World) -> Client:
    return world.client("bruno")


@pytest.fixture
def driss(world: World) -> Client:
    return world.client("driss")


@pytest.fixture
def anonymous(world: World) -> Iterator[Client]:
    yield world.client("anonymous")
