"""An installation of its own, used through the command line as people do, and looked into behind the program's back."""

import hashlib
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

POSTGRESQL = os.environ.get("RECOLTE_DATABASE_URL", "")


@dataclass
class Home:
    data: Path
    environment: dict[str, str] = field(default_factory=dict)

    @classmethod
    def at(cls, data: Path, template: str = "") -> "Home":
        """A new installation; on PostgreSQL with a database of its own (like `template`)."""
        if not POSTGRESQL:
            return cls(data)
        name = f"home_{secrets.token_hex(6)}"
        with _server() as server:
            server.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        return cls(data, {"RECOLTE_DATABASE_URL": urlsplit(POSTGRESQL)._replace(path=f"/{name}").geturl()})

    def copy(self, data: Path) -> "Home":
        shutil.copytree(self.data, data)
        return Home.at(data, urlsplit(self.environment.get("RECOLTE_DATABASE_URL", "")).path.lstrip("/"))

    @property
    def _environment(self) -> dict[str, str]:
        own = {"RECOLTE_DATA": str(self.data), "RECOLTE_SPEECH_MODEL": "fake", "LC_ALL": "en_GB.UTF-8"}
        return {**os.environ, "DJANGO_SETTINGS_MODULE": "recolte.settings", **own, **self.environment}

    def start(self, *words: str | Path) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "recolte", *map(str, words)],
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str | Path) -> str:
        """What `recolte WORDS` says when it succeeds."""
        process = self.start(*words)
        said, problem = process.communicate()
        assert process.returncode == 0, problem
        return said + problem

    def refused(self, *words: str | Path) -> str:
        """The one sentence with which `recolte WORDS` fails."""
        process = self.start(*words)
        _said, problem = process.communicate()
        assert process.returncode == 1, problem
        (sentence,) = [line for line in problem.splitlines() if line.strip()]
        return sentence.removeprefix("CommandError: ")

    @contextmanager
    def sql(self) -> Iterator[Any]:
        """The database, without Django; each statement is a transaction unless one is begun."""
        if url := self.environment.get("RECOLTE_DATABASE_URL"):
            with _server(url) as connection:
                yield connection
        else:
            with closing(sqlite3.connect(self.data / "recolte.sqlite3", isolation_level=None, timeout=20)) as file:
                yield file

    def rows(self) -> dict[str, list[str]]:
        """Every row of every table (the index's own included), as text."""
        with self.sql() as sql:
            if self.environment:
                names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            else:
                names = "SELECT name FROM sqlite_master WHERE type = 'table'"
            tables = sorted(name for (name,) in sql.execute(names).fetchall())
            return {
                name: sorted(map(repr, sql.execute(f'SELECT * FROM "{name}"').fetchall()))  # noqa: S608
                for name in tables
            }

    def media(self, root: Path | None = None) -> dict[str, str]:
        root = root or self.data / "media"
        return {name: sha for name, sha in fingerprint(root).items() if not name.startswith("work")}


@contextmanager
def _server(url: str = POSTGRESQL) -> Iterator[Any]:
    import psycopg  # noqa: PLC0415 — only there where PostgreSQL is tried

    with closing(psycopg.connect(url, autocommit=True)) as connection:
        yield connection


def fingerprint(folder: Path) -> dict[str, str]:
    """The sha256 of every file under `folder`, by its path there."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
