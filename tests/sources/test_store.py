"""The store: each file once, each community's apart, and nothing left behind."""

import errno
import hashlib
import io
import os
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from recolte.engine.problems import Problem, Unreadable
from recolte.sources import store
from recolte.ui.ids import uuid7

OURS, THEIRS = uuid7(), uuid7()
WORDS = "Une parole confiée.".encode()
SHA256 = hashlib.sha256(WORDS).hexdigest()


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def _read(community: UUID, sha256: str) -> bytes:
    with store.open_file(community, sha256) as file:
        return file.read()


def test_the_same_bytes_are_kept_once(settings: Any) -> None:
    first, again = (store.put(OURS, io.BytesIO(WORDS)) for _ in range(2))
    assert first == again == (SHA256, len(WORDS))
    assert _files(settings.MEDIA_STORE) == [f"{OURS}/{SHA256[:2]}/{SHA256}"]
    assert list(store.everything()) == [(OURS, SHA256)]


def test_what_one_community_forgets_the_other_keeps() -> None:
    for community in (OURS, THEIRS):
        store.put(community, io.BytesIO(WORDS))
    store.forget(OURS, SHA256)
    store.forget(OURS, SHA256)  # already gone
    assert (store.exists(OURS, SHA256), store.exists(THEIRS, SHA256)) == (False, True)
    assert _read(THEIRS, SHA256) == WORDS
    with pytest.raises(FileNotFoundError):
        store.open_file(OURS, SHA256)


@hypothesis_settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(min_size=1, max_size=5000))
def test_what_comes_out_is_what_went_in(content: bytes) -> None:
    kept = store.put(OURS, io.BytesIO(content))
    assert kept == (hashlib.sha256(content).hexdigest(), len(content))
    with store.on_disk(OURS, kept.sha256) as path:
        assert _read(OURS, kept.sha256) == path.read_bytes() == content


def test_a_file_larger_than_a_block_is_whole(tmp_path: Path) -> None:
    content = os.urandom(store.BLOCK * 2 + 17)
    (tmp_path / "long").write_bytes(content)
    kept = store.put_file(OURS, tmp_path / "long")
    assert (kept.size, _read(OURS, kept.sha256)) == (len(content), content)


def test_an_empty_file_is_refused_and_leaves_nothing(settings: Any) -> None:
    with pytest.raises(Unreadable) as refused:
        store.put(OURS, io.BytesIO(b""))
    assert refused.value.problem == Problem.EMPTY
    assert _files(settings.MEDIA_STORE) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_and_leaves_nothing(settings: Any, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unreadable) as refused:
        store.put(OURS, io.BytesIO(WORDS))
    monkeypatch.undo()
    assert refused.value.problem == Problem.DISK_FULL
    assert _files(settings.MEDIA_STORE) == []
    assert list((settings.MEDIA_STORE / "work").iterdir()) == []


def test_what_cannot_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", forbidden)
    with pytest.raises(Unreadable) as refused:
        store.put_file(OURS, tmp_path / "locked")
    assert refused.value.problem == Problem.NO_PERMISSION


def test_a_working_folder_is_gone_afterwards(settings: Any) -> None:
    with pytest.raises(RuntimeError), store.working_folder() as folder:
        (folder / "half").write_bytes(b"half")
        raise RuntimeError
    assert list((settings.MEDIA_STORE / "work").iterdir()) == []


def test_only_what_a_killed_process_left_long_ago_is_swept(settings: Any) -> None:
    left, fresh = (settings.MEDIA_STORE / "work" / name for name in ("left", "fresh"))
    for folder in (left, fresh):
        folder.mkdir(parents=True)
        (folder / "part").write_bytes(b"half a recording")
    store.put(OURS, io.BytesIO(WORDS))
    os.utime(left, (1, 1))
    with store.working_folder() as at_work:
        os.utime(at_work, (1, 1))  # a long work: its folder is old, but in use
        store.sweep()
        assert at_work.exists()
    assert (left.exists(), fresh.exists()) == (False, True)
    assert list(store.everything()) == [(OURS, SHA256)]
