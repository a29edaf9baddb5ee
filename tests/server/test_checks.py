"""What `recolte check` says, to whom, and when it fails."""

import sqlite3
from collections import namedtuple
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import CheckMessage, run_checks
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import translation

from recolte.server import checks
from tests.server.home import Home

Disk = namedtuple("Disk", "total used free")


def _ids(check: Callable[..., list[CheckMessage]]) -> list[str | None]:
    found = check(app_configs=None, databases=["default"])
    for one in found:
        for words in (str(one.msg), str(one.hint)):
            assert words[0].isupper() or words.startswith("http"), words
        assert str(one.hint).rstrip().endswith((".", ":587.")), one.hint
    return [one.id for one in found]


@pytest.fixture
def fresh(settings: Any, tmp_path: Path) -> Any:
    settings.DATA = tmp_path / "data"
    settings.MEDIA_STORE = settings.DATA / "media"
    return settings


@pytest.mark.django_db
def test_a_fresh_installation_has_nothing_to_say(fresh: Any) -> None:
    assert run_checks(databases=["default"]) == []


def test_sqlite_without_full_text_search_is_an_error(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setitem(settings.DATABASES, "default", {"ENGINE": "recolte.ui.sqlite"})
    assert _ids(checks.sqlite_has_full_text_search) == []

    class Poor(sqlite3.Connection):
        def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
            return super().execute(sql.replace("fts5", "no_such_module"), *parameters)

    monkeypatch.setattr(checks.sqlite3, "connect", Poor)
    assert _ids(checks.sqlite_has_full_text_search) == ["recolte.E001"]


def test_a_folder_that_refuses_is_an_error(fresh: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _ids(checks.data_folder_is_writable) == []
    monkeypatch.setattr(checks.os, "access", lambda folder, mode: False)  # root may write anywhere
    assert _ids(checks.data_folder_is_writable) == ["recolte.E002"]


def test_a_full_disk_is_a_warning_for_the_data_and_for_the_media(fresh: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks.shutil, "disk_usage", lambda folder: Disk(9, 9, 2 * 1000**3))
    assert _ids(checks.there_is_room) == []
    monkeypatch.setattr(checks.shutil, "disk_usage", lambda folder: Disk(9, 9, 2 * 1000**3 - 1))
    assert _ids(checks.there_is_room) == ["recolte.W002"]
    fresh.MEDIA_STORE = fresh.DATA.parent / "large-disk"
    assert _ids(checks.there_is_room) == ["recolte.W002", "recolte.W002"]


@pytest.mark.django_db
def test_an_older_database_is_a_warning_and_a_new_one_is_not() -> None:
    assert _ids(checks.database_answers_and_is_up_to_date) == []
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("search", "0002_index")
    assert _ids(checks.database_answers_and_is_up_to_date) == ["recolte.W001"]
    recorder.migration_qs.all().delete()
    assert _ids(checks.database_answers_and_is_up_to_date) == []


def test_where_the_speech_model_is(fresh: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh.SPEECH_CACHE = tmp_path / "cache"
    (tmp_path / "good").mkdir()
    (tmp_path / "good" / "model.bin").touch()
    (tmp_path / "cache" / "hub" / "models--Systran--faster-whisper-small").mkdir(parents=True)
    for name, ids in {
        "fake": [],
        str(tmp_path / "good"): [],
        str(tmp_path / "none"): ["recolte.W003"],
        "small": [],
        "somebody/large": ["recolte.I001"],
    }.items():
        fresh.SPEECH_MODEL = name
        assert _ids(checks.speech_model_is_there) == ids
    fresh.SPEECH_MODEL = "base"
    monkeypatch.setattr(checks, "BASE_PARTS", ("not_installed_part1", "not_installed_part2"))
    assert _ids(checks.speech_model_is_there) == ["recolte.W003"]
    (tmp_path / "cache" / "whisper-base-d01c3014").mkdir()
    assert _ids(checks.speech_model_is_there) == []


@pytest.mark.parametrize(
    ("site", "mail", "encryption"),
    [
        ("http://127.0.0.1:8000", [], []),
        ("http://192.168.1.20", [], []),
        ("http://atelier.local", [], []),
        ("http://recolte.example.org", [], ["recolte.W005"]),
        ("http://93.184.216.34", [], ["recolte.W005"]),
        ("https://recolte.example.org", ["recolte.W004"], []),
    ],
)
def test_a_public_site_sends_mail_and_is_encrypted(
    fresh: Any, site: str, mail: list[str], encryption: list[str]
) -> None:
    fresh.SITE_URL = site
    fresh.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert _ids(checks.mail_leaves_a_public_site) == mail
    assert _ids(checks.public_site_is_encrypted) == encryption
    fresh.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert _ids(checks.mail_leaves_a_public_site) == []


@pytest.mark.django_db
def test_the_command_says_each_finding_with_its_hint_and_fails_on_errors(
    fresh: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    out = StringIO()
    call_command("check", databases=["default"], stdout=out)
    assert out.getvalue() == "All is well.\n"

    out = StringIO()
    fresh.SITE_URL = "http://recolte.example.org"
    warning = (
        "• http://recolte.example.org is not encrypted: on the way, anybody can read what people said.\n"
        "  Put a proxy that speaks https in front (Caddy, say), and begin RECOLTE_SITE_URL with https://.\n"
    )
    call_command("check", databases=["default"], stdout=out)
    assert out.getvalue() == warning
    out = StringIO()
    call_command("check", stdout=out)  # as `recolte manage check`: the code alone
    assert out.getvalue() == "All is well.\n"

    out = StringIO()
    monkeypatch.setattr(checks.os, "access", lambda folder, mode: False)
    with translation.override("fr"), pytest.raises(CommandError) as failed:
        call_command("check", databases=["default"], stdout=out)
    assert str(failed.value) == "This installation is not in order: put right what is said above, then check again."
    assert out.getvalue().splitlines()[0] == f"• Récolte may not write to {fresh.DATA.parent}."
    assert out.getvalue().endswith(warning)


@pytest.mark.slow
def test_on_the_command_line_the_installation_is_looked_at_only_by_recolte_check(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "data")
    home.environment["RECOLTE_SITE_URL"] = "https://recolte.example.org"
    mail = "• No mail leaves this site: sign-in codes and invitations are only printed on its console."
    assert home.run("manage", "check", "--fail-level", "WARNING") == "All is well.\n"
    assert home.run("check", "--deploy").splitlines()[0] == mail
    assert home.refused("check", "--fail-level", "WARNING") == (
        "This installation is not in order: put right what is said above, then check again."
    )
