"""What a restore refuses before it touches anything: archives that are damaged, or made by somebody who means harm."""

import os
import random
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import override_settings
from rich.progress import Progress

from recolte.server.backup import Refused, back_up, restore, restoring
from tests.server.home import POSTGRESQL, fingerprint
from tests.server.sealed import Archive, seal
from tests.world import bring, make_world, note, spoken, tone

pytestmark = pytest.mark.django_db
only_sqlite = pytest.mark.skipif(bool(POSTGRESQL), reason="PostgreSQL's database here is not empty: refused sooner")
NOT_WHOLE = (
    "{} is not a whole backup: it was cut short or altered, or never was one. Nothing was changed; "
    "copy it again from where it is kept, or use another one."
)
FOREIGN = "This archive holds something that no backup holds ({!r}): do not trust it, use another one."
INCOMPLETE = "This backup does not hold what its list says: use another one."
NONE_OF_OURS = "This is not a backup that Récolte made: use another file."


@pytest.fixture(autouse=True)
def english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture(scope="module")
def content(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a backup. It is made once: outside a transaction, which a backup cannot be in."""
    folder = tmp_path_factory.mktemp("kept")
    with django_db_blocker.unblock(), override_settings(MEDIA_STORE=folder / "media"):
        world = make_world()
        spoken(bring(world, "son.wav", tone(), folder, agreed=""), "On décide ensemble.")
        bring(world, "carnet.md", note(), folder)
        with Progress(disable=True) as progress:
            back_up(folder / "kept.tar", progress)
        call_command("flush", interactive=False, verbosity=0)
    return (folder / "kept.tar").read_bytes()


@pytest.fixture
def archive(content: bytes, tmp_path: Path) -> Path:
    (tmp_path / "kept.tar").write_bytes(content)
    return tmp_path / "kept.tar"


@pytest.fixture
def unchanged(tmp_path: Path, settings: Any) -> Iterator[None]:
    """Fails the test if a byte in the data directory, or anything beside it, is another one afterwards."""
    settings.DATA = tmp_path / "live" / "data"
    settings.MEDIA_STORE = settings.DATA / "media"
    settings.MEDIA_STORE.mkdir(parents=True)
    (settings.MEDIA_STORE / "old").write_bytes(b"live")
    (settings.DATA / "secret.key").write_text("live")
    before = fingerprint(settings.DATA.parent)
    yield
    assert fingerprint(settings.DATA.parent) == before
    assert os.listdir(settings.DATA.parent) == ["data"]


def _refusal(file: Path) -> str:
    with pytest.raises(Refused) as refused, Progress(disable=True) as progress:
        restore(file, progress)
    return str(refused.value)


def test_a_backup_cut_short_anywhere_is_refused(archive: Path, unchanged: None, tmp_path: Path) -> None:
    content = archive.read_bytes()
    cut = tmp_path / "cut.tar"
    some = random.Random(1).sample(range(len(content)), 60)
    for length in [0, 1, 63, 64, 65, 512, 10240, *some, *range(len(content) - 70, len(content))]:
        cut.write_bytes(content[:length])
        assert _refusal(cut) == NOT_WHOLE.format(cut)


def test_a_backup_with_one_bit_flipped_anywhere_is_refused(archive: Path, unchanged: None, tmp_path: Path) -> None:
    content = archive.read_bytes()
    flipped = tmp_path / "flipped.tar"
    some = random.Random(2).sample(range(len(content)), 300)
    for at in [0, 100, 156, 257, 511, 512, *some, *range(len(content) - 70, len(content))]:
        flipped.write_bytes(content[:at] + bytes([content[at] ^ (1 << at % 8)]) + content[at + 1 :])
        assert _refusal(flipped) == NOT_WHOLE.format(flipped)


def test_a_backup_with_something_behind_it_is_refused(archive: Path, unchanged: None) -> None:
    with archive.open("ab") as file:
        file.write(b"\n")
    assert _refusal(archive) == NOT_WHOLE.format(archive)


def test_a_file_that_is_not_there_is_named(unchanged: None, tmp_path: Path) -> None:
    assert _refusal(tmp_path / "none.tar") == f"There is no file {tmp_path / 'none.tar'}: check its name."


def _member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


HOSTILE = {
    "parent": _member("../evil"),
    "parent in a medium": _member("media/../../evil"),
    "absolute": _member("/tmp/evil"),
    "unknown": _member("recolte.sqlite3"),
    "not quite a medium": _member("media/00000000-0000-0000-0000-000000000000/" + "0" * 64 + "/x"),
    "symbolic link": _member("secret.key", tarfile.SYMTYPE, "/etc/passwd"),
    "link to a folder": _member("media", tarfile.SYMTYPE, "/tmp"),
    "hard link": _member("secret.key", tarfile.LNKTYPE, "/etc/passwd"),
    "device": _member("secret.key", tarfile.CHRTYPE),
    "pipe": _member("secret.key", tarfile.FIFOTYPE),
    "folder": _member("media", tarfile.DIRTYPE),
    "a second one of that name": _member("manifest.json"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_members_that_no_backup_holds_are_refused(archive: Path, unchanged: None, what: str) -> None:
    info = HOSTILE[what]
    Archive(archive).write(archive, (info, b""))
    assert _refusal(archive) == FOREIGN.format(info.name)


def test_a_file_that_would_unpack_to_more_than_the_archive_is_refused(archive: Path, unchanged: None) -> None:
    sparse = _member("secret.key")
    sparse.pax_headers = {"GNU.sparse.map": "0,1", "GNU.sparse.size": str(1 << 50)}
    Archive(archive).write(archive, (sparse, b""))
    assert _refusal(archive) == FOREIGN.format("secret.key")


def test_a_file_that_the_list_does_not_name_is_refused(archive: Path, unchanged: None) -> None:
    Archive(archive).write(archive, (_member(f"media/{'0' * 8}-0000-0000-0000-{'0' * 12}/{'0' * 64}"), b""))
    assert _refusal(archive) == INCOMPLETE


def test_a_file_that_is_missing_is_noticed(archive: Path, unchanged: None) -> None:
    less = Archive(archive)
    del less.files[next(name for name in less.files if name.startswith("media/"))]
    assert _refusal(less.write(archive)) == INCOMPLETE


@only_sqlite
def test_a_medium_that_is_not_what_the_list_says_is_noticed(archive: Path, unchanged: None) -> None:
    less = Archive(archive)
    name = next(name for name in less.files if name.startswith("media/"))
    less.files[name] = less.files[name][:-1] + b"?"
    assert _refusal(less.write(archive)) == INCOMPLETE


@pytest.mark.parametrize(
    "manifest",
    ["", "[]", "{}", '{"format": "x"}', "[" * 100_000, '{"format": 1, "database": [], "files": 3}'],
    ids=["empty", "list", "nothing", "no number", "deep", "other types"],
)
def test_a_manifest_of_another_kind_is_refused(archive: Path, unchanged: None, tmp_path: Path, manifest: str) -> None:
    path = tmp_path / "inner.tar"
    (tmp_path / "manifest").write_text(manifest)
    with tarfile.open(path, "w") as tar:
        tar.add(tmp_path / "manifest", "manifest.json")
    assert _refusal(seal(path, path.read_bytes())) == NONE_OF_OURS


def test_what_is_sealed_but_no_archive_is_refused(unchanged: None, tmp_path: Path) -> None:
    path = tmp_path / "sealed"
    for content, sentence in ((b"", NOT_WHOLE), (b"something else" * 999, NOT_WHOLE), (b"\0" * 10240, NONE_OF_OURS)):
        assert _refusal(seal(path, content)) == sentence.format(path)


def test_a_later_format_is_refused(archive: Path, unchanged: None) -> None:
    later = Archive(archive)
    later.manifest |= {"format": 2, "recolte": "9.0"}
    assert _refusal(later.write(archive)).startswith("A newer Récolte made this backup (9.0; this one is ")


def test_a_change_of_places_that_fails_at_its_end_is_undone(
    unchanged: None, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(folder: Path) -> None:
        if folder == settings.DATA.parent:
            assert not new.exists()
            raise OSError

    monkeypatch.setattr(restoring, "sync", refusing)
    new = tmp_path / "new"
    new.mkdir()
    with pytest.raises(OSError):
        restoring._swap(new, settings.DATA)
    assert new.exists()


@only_sqlite
def test_more_than_there_is_room_for_is_refused(archive: Path, unchanged: None) -> None:
    large = Archive(archive)
    name = next(iter(large.files))
    large.manifest["files"][name]["size"] = 1 << 60
    assert _refusal(large.write(archive)).split(" are needed beside ")[0] == "1024.0\xa0PB"
