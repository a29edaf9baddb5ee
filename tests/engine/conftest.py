import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real files, which is no part of the repository."""
    folder = Path(os.environ.get("RECOLTE_TEST_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"There is no folder of real files at {folder}: set RECOLTE_TEST_DATA to where it is.")
    return folder


@pytest.fixture
def sandboxed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sandbox finds the package even when it is not installed."""
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))
