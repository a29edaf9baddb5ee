"""Where the tests kill this program, as kill -9 or a power cut would."""

import os
import signal


def crashpoint(name: str) -> None:
    """End the process here and now when RECOLTE_CRASH_AT is `name` (for tests; else nothing)."""
    if os.environ.get("RECOLTE_CRASH_AT") == name:
        os.kill(os.getpid(), signal.SIGKILL)
