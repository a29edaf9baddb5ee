"""What the log of the server says."""

import logging
import sys

from recolte.server.log import RefusalInOneLine


def _kept(status: int) -> bool:
    """Whether the traceback of an answer with this status is kept."""
    try:
        raise PermissionError
    except PermissionError:
        record = logging.LogRecord("django.request", logging.WARNING, "", 0, "Forbidden", (), sys.exc_info())
    record.status_code = status
    assert RefusalInOneLine().filter(record)
    return record.exc_info is not None


def test_only_a_fault_of_ours_is_logged_with_its_traceback() -> None:
    assert [_kept(status) for status in (403, 404, 500)] == [False, False, True]
