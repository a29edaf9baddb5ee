"""Backup and restore as people use them: `recolte …` on real files (on a real server where PostgreSQL is tried)."""

import fcntl
import json
import os
import shutil
import tarfile
import threading
import time
from pathlib import Path

import pytest

from tests.server.home import POSTGRESQL, Home, fingerprint
from tests.server.sealed import Archive
from tests.world import note, tone

pytestmark = pytest.mark.slow
only_sqlite = pytest.mark.skipif(bool(POSTGRESQL), reason="a matter of SQLite's file")
only_postgresql = pytest.mark.skipif(not POSTGRESQL, reason="a matter of PostgreSQL")

CUES = "WEBVTT\n\n00:00.000 --> 00:02.000\n<v Amina>On décide ensemble.\n"


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """After a visit: a recording and its transcript, a note, a subtitle file, the journal, the jobs."""
    folder = tmp_path_factory.mktemp("visit")
    (folder / "son.wav").write_bytes(tone(3))
    (folder / "carnet.md").write_bytes(note())
    (folder / "autre.vtt").write_text(CUES)
    home = Home.at(tmp_path_factory.mktemp("visited") / "data")
    home.run("harvest", folder, "--gathering", "Visite à l’Atelier", "--agreed", "Tous, à voix haute.")
    return home


@pytest.fixture(scope="module")
def archive(visited: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("kept") / "kept.tar"
    visited.run("backup", file)
    return file


@pytest.fixture
def home(visited: Home, tmp_path: Path) -> Home:
    """A copy of it to do anything with."""
    return visited.copy(tmp_path / "home" / "data")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Home:
    """Another machine, on which nothing is yet."""
    return Home.at(tmp_path / "elsewhere" / "data")


def test_what_is_restored_elsewhere_is_what_was_kept(visited: Home, archive: Path, elsewhere: Home) -> None:
    elsewhere.run("restore", archive)
    rows, media = visited.rows(), visited.media()
    for table in ("sources_source", "transcripts_turn", "journal_event", "jobs_job", "search_segment"):
        assert rows[table] != []
    assert len(media) >= 4
    assert elsewhere.rows() == rows
    assert elsewhere.media() == media
    assert (elsewhere.data / "secret.key").read_text() == (visited.data / "secret.key").read_text()
    assert [path.name for path in elsewhere.data.parent.iterdir()] == ["data"]


def test_a_restored_place_can_be_kept_again_and_says_the_same(archive: Path, elsewhere: Home, tmp_path: Path) -> None:
    elsewhere.run("restore", archive)
    elsewhere.run("backup", tmp_path / "again.tar")
    first, again = Archive(archive).manifest, Archive(tmp_path / "again.tar").manifest
    assert (again["tables"], again["migrations"]) == (first["tables"], first["migrations"])
    assert again["files"].keys() == first["files"].keys()


def test_the_manifest_counts_every_row(visited: Home, archive: Path) -> None:
    tables = Archive(archive).manifest["tables"]
    assert {name: len(rows) for name, rows in visited.rows().items() if name in tables} == {
        name: table["rows"] for name, table in tables.items()
    }
    with visited.sql() as sql:
        applied = sql.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
    assert Archive(archive).manifest["migrations"] == [list(one) for one in applied]


def test_a_backup_is_for_its_owner_alone_and_leaves_nothing_beside(home: Home, tmp_path: Path) -> None:
    before = fingerprint(home.data)
    file = tmp_path / "out" / "kept.tar"
    file.parent.mkdir()
    file.with_name("kept.tar.part").write_bytes(b"left by a killed process")
    home.run("backup", file)
    assert [(path.name, oct(path.stat().st_mode)) for path in file.parent.iterdir()] == [("kept.tar", "0o100600")]
    assert fingerprint(home.data) == before


def test_a_file_that_exists_is_replaced_only_by_force(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "kept.tar"
    file.write_text("precious")
    assert home.refused("backup", file) == (f"{file} exists already: give another name, or replace it with --force.")
    assert file.read_text() == "precious"
    home.run("backup", file, "--force")
    assert tarfile.is_tarfile(file)


def test_two_backups_do_not_write_to_the_same_file(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "kept.tar"
    with open(f"{file}.part", "w") as part:
        fcntl.flock(part, fcntl.LOCK_EX)
        assert home.refused("backup", file) == f"Another backup is writing to {file}: let it end first."
    assert not file.exists()


def test_where_there_is_nothing_there_is_nothing_to_keep(elsewhere: Home, tmp_path: Path) -> None:
    assert elsewhere.refused("backup", tmp_path / "kept.tar") == (
        f"There is nothing in {elsewhere.data} yet: check --data, or bring something in first."
    )
    assert not (tmp_path / "kept.tar").exists()
    assert not (elsewhere.data / "recolte.sqlite3").exists()


def test_what_is_written_during_a_backup_is_in_it_whole_or_not_at_all(
    home: Home, elsewhere: Home, tmp_path: Path
) -> None:
    row = "INSERT INTO jobs_worker (id, pid, host, queues, started_at, seen_at) VALUES ('{}', 0, '', '', {}, {})"
    then = "'2020-01-01 00:00:00+00:00'" if POSTGRESQL else "'2020-01-01 00:00:00'"
    written, over = 0, threading.Event()

    def write() -> None:
        nonlocal written
        with home.sql() as sql:
            while not over.is_set():
                sql.execute("BEGIN")
                for half in ("left", "right"):
                    sql.execute(row.format(f"{half}-{written:06}", then, then))
                sql.execute("COMMIT")
                written += 1
                time.sleep(0.001)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while not written:
            time.sleep(0.01)
        home.run("backup", tmp_path / "kept.tar")
    finally:
        over.set()
        writer.join()
    elsewhere.run("restore", tmp_path / "kept.tar")
    with elsewhere.sql() as sql:
        kept = [
            name for (name,) in sql.execute("SELECT id FROM jobs_worker WHERE id LIKE '%-%' ORDER BY id").fetchall()
        ]
    left = [name for name in kept if name.startswith("left-")]
    assert 0 < len(left) < written
    assert left == [f"left-{n:06}" for n in range(len(left))]
    assert [name for name in kept if name.startswith("right-")] == [f"right-{n:06}" for n in range(len(left))]


@only_sqlite
def test_the_former_data_are_put_aside(home: Home, archive: Path) -> None:
    with home.sql() as sql:
        sql.execute("DELETE FROM search_segment")
    shutil.rmtree(home.data / "media")
    kept, now = Home(home.data), fingerprint(home.data)
    home.run("restore", archive)
    (aside,) = [path for path in home.data.parent.iterdir() if path != home.data]
    assert aside.name.startswith("data.before-restore-")
    assert fingerprint(aside) == now
    assert kept.rows()["search_segment"] != []
    assert kept.media() == {name: Path(name).name for name in kept.media()} != {}


def test_what_killed_restores_left_is_removed_and_what_others_do_is_not(archive: Path, elsewhere: Home) -> None:
    killed, other = (elsewhere.data.with_name(f"data.restoring-{name}") for name in ("killed", "other"))
    for folder in (killed, other):
        folder.mkdir(parents=True)
        (folder / "recolte.sqlite3").write_text("what people said")
    descriptor = os.open(other, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        elsewhere.run("restore", archive)
    finally:
        os.close(descriptor)
    assert sorted(path.name for path in elsewhere.data.parent.iterdir()) == ["data", "data.restoring-other"]


def test_media_kept_elsewhere_are_added_to_that_place(visited: Home, archive: Path, elsewhere: Home) -> None:
    store = elsewhere.data.parent / "large-disk"
    elsewhere.environment["RECOLTE_MEDIA"] = str(store)
    one = next(iter(visited.media()))
    (store / one).parent.mkdir(parents=True)
    shutil.copy(visited.data / "media" / one, store / one)
    elsewhere.run("restore", archive)
    assert elsewhere.media(store) == visited.media()
    assert not (elsewhere.data / "media").exists()


def test_a_medium_that_is_damaged_in_the_store_is_told_and_kept(home: Home, elsewhere: Home, tmp_path: Path) -> None:
    one = home.data / "media" / next(iter(home.media()))
    content = one.read_bytes()
    one.write_bytes(content[:-1])
    said = home.run("backup", tmp_path / "kept.tar")
    assert [line for line in said.splitlines() if line.startswith("The medium")] == [
        f"The medium {one.name} is damaged; it was kept as it is: look for it in an older backup."
    ]
    elsewhere.run("restore", tmp_path / "kept.tar")
    assert sorted(elsewhere.media().values()) == sorted(home.media().values())


@pytest.mark.parametrize("fault", ["cut", "flipped"])
def test_a_damaged_backup_changes_nothing(home: Home, archive: Path, tmp_path: Path, fault: str) -> None:
    content = bytearray(archive.read_bytes())
    if fault == "cut":
        del content[len(content) // 2 :]
    else:
        content[len(content) // 2] ^= 1
    damaged = tmp_path / "damaged.tar"
    damaged.write_bytes(content)
    before = fingerprint(home.data.parent)
    assert home.refused("restore", damaged) == (
        f"{damaged} is not a whole backup: it was cut short or altered, or never was one. Nothing was changed; "
        "copy it again from where it is kept, or use another one."
    )
    assert fingerprint(home.data.parent) == before


@only_sqlite
def test_a_database_with_other_rows_than_were_kept_is_refused(home: Home, archive: Path, tmp_path: Path) -> None:
    forged = Archive(archive)
    copy = Home(tmp_path)
    (tmp_path / "recolte.sqlite3").write_bytes(forged.files["database.sqlite3"])
    with copy.sql() as sql:
        sql.execute("UPDATE transcripts_turn SET text = text || '!'")
    sealed = forged.put("database.sqlite3", (tmp_path / "recolte.sqlite3").read_bytes()).write(tmp_path / "forged.tar")
    before = fingerprint(home.data.parent)
    assert home.refused("restore", sealed) == (
        "The restored database is not the one that was kept: use another backup."
    )
    assert fingerprint(home.data.parent) == before


@only_sqlite
def test_restoring_over_a_running_worker_is_refused(home: Home, archive: Path) -> None:
    worker = home.start("manage", "work")
    try:
        with home.sql() as sql:
            while not sql.execute("SELECT 1 FROM jobs_worker WHERE pid = ?", [worker.pid]).fetchone():
                assert worker.poll() is None
                time.sleep(0.1)
        assert home.refused("restore", archive) == (
            f"Récolte is at work on {home.data}: stop it first (after a crash, wait 10 seconds), "
            "or restore all the same with --force."
        )
        assert [path.name for path in home.data.parent.iterdir()] == ["data"]
    finally:
        worker.terminate()
        worker.communicate()
    home.run("restore", archive)


@only_sqlite
def test_force_restores_over_what_still_seems_to_run(home: Home, archive: Path) -> None:
    with home.sql() as sql:
        sql.execute("INSERT INTO jobs_worker VALUES ('seen', 1, '', '', '2999-01-01', '2999-01-01')")
    assert home.refused("restore", archive).startswith("Récolte is at work on ")
    home.run("restore", archive, "--force")


def test_an_older_backup_is_brought_up_to_date(home: Home, elsewhere: Home, tmp_path: Path) -> None:
    home.run("manage", "migrate", "search", "0001", "-v0")
    assert ("search", "0002_index") not in _migrations(home)
    home.run("backup", tmp_path / "older.tar")
    assert ("search", "0002_index") not in _migrations(home)  # it is kept as it is
    elsewhere.run("restore", tmp_path / "older.tar")
    assert ("search", "0002_index") in _migrations(elsewhere)
    assert elsewhere.rows()["transcripts_turn"] == home.rows()["transcripts_turn"]


def test_a_newer_backup_is_refused(home: Home, elsewhere: Home, tmp_path: Path) -> None:
    with home.sql() as sql:
        sql.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('search', '0999_later', '2030-01-01 00:00:00')"
        )
    home.run("backup", tmp_path / "newer.tar")
    ours = Archive(tmp_path / "newer.tar").manifest["recolte"]
    assert elsewhere.refused("restore", tmp_path / "newer.tar") == (
        f"A newer Récolte made this backup ({ours}; this one is {ours}): update this one first."
    )


def test_a_backup_of_the_other_database_is_refused(archive: Path, elsewhere: Home, tmp_path: Path) -> None:
    ours, theirs = ("postgresql", "sqlite") if POSTGRESQL else ("sqlite", "postgresql")
    other = Archive(archive)
    names = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}
    other.put(names[theirs], other.files.pop(names[ours]))
    other.manifest["database"] = theirs
    del other.manifest["files"][names[ours]]
    assert elsewhere.refused("restore", other.write(tmp_path / "other.tar")) == (
        f"This backup is of a {theirs} database and this installation uses {ours}: restore it where "
        f"RECOLTE_DATABASE_URL names a {theirs} database (none: sqlite)."
    )


@only_postgresql
def test_a_database_that_was_filled_in_vain_is_emptied_of_what_came(
    visited: Home, archive: Path, elsewhere: Home, tmp_path: Path
) -> None:
    forged = Archive(archive)
    forged.manifest["tables"]["transcripts_turn"]["rows"] += 1
    with elsewhere.sql() as sql:
        sql.execute("CREATE TABLE of_others AS SELECT 1 AS one")
        objects = "SELECT relname FROM pg_class UNION ALL SELECT typname FROM pg_type ORDER BY 1"
        before = sql.execute(objects).fetchall()
        assert elsewhere.refused("restore", forged.write(tmp_path / "forged.tar")) == (
            "The restored database is not the one that was kept: use another backup."
        )
        assert sql.execute(objects).fetchall() == before
    elsewhere.run("restore", archive)
    assert elsewhere.rows() == {**visited.rows(), "of_others": ["(1,)"]}


def test_what_fails_when_the_data_change_places_leaves_all_as_it_was(archive: Path, tmp_path: Path) -> None:
    elsewhere = Home.at(tmp_path / "elsewhere" / ("d" * 230))  # with “.before-restore-…” it is too long for a name
    elsewhere.data.mkdir(parents=True)
    (elsewhere.data / "precious").write_text("precious")
    said = elsewhere.refused("restore", archive)
    assert said.startswith("The computer refuses ([Errno 36] File name too long: ")
    assert said.endswith(" Nothing was changed.")
    assert [path.name for path in elsewhere.data.parent.iterdir()] == [elsewhere.data.name]
    assert sorted(path.name for path in elsewhere.data.iterdir()) == ["precious", "secret.key"]
    assert elsewhere.rows() == {}


@only_postgresql
def test_a_database_that_is_in_use_is_never_restored_into(home: Home, archive: Path) -> None:
    rows, files = home.rows(), fingerprint(home.data.parent)
    name = home.environment["RECOLTE_DATABASE_URL"].rpartition("/")[2]
    assert home.refused("restore", archive) == (
        f"The database {name} already holds Récolte's tables: make an empty one and name it in RECOLTE_DATABASE_URL."
    )
    assert (home.rows(), fingerprint(home.data.parent)) == (rows, files)


@only_postgresql
@pytest.mark.parametrize(("command", "program"), [("backup", "pg_dump"), ("restore", "pg_restore")])
def test_a_missing_program_is_named(
    home: Home, elsewhere: Home, archive: Path, tmp_path: Path, command: str, program: str
) -> None:
    where, file = (home, tmp_path / "kept.tar") if command == "backup" else (elsewhere, archive)
    where.environment["PATH"] = os.devnull
    assert where.refused(command, file) == (
        f"PostgreSQL's program {program} is missing here: install its client programs "
        "(on Debian and Ubuntu: apt install postgresql-client), then start again."
    )
    assert not (tmp_path / "kept.tar").exists()


def test_the_password_of_the_database_is_not_in_the_backup(archive: Path) -> None:
    manifest = json.dumps(Archive(archive).manifest)
    assert sorted(Archive(archive).manifest) == [
        "created_at",
        "database",
        "files",
        "format",
        "migrations",
        "recolte",
        "tables",
    ]
    assert "postgresql://" not in manifest


def _migrations(home: Home) -> set[tuple[str, str]]:
    with home.sql() as sql:
        return set(sql.execute("SELECT app, name FROM django_migrations").fetchall())
