import pytest

from tests.conftest import REPOSITORY


@pytest.fixture
def sandboxed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sandbox finds the package even when it is not installed."""
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))
