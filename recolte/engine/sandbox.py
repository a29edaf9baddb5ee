"""Reading what strangers made, in a child process with limits: a crash, a bomb or a loop ends the child, not us.

    documents = sandbox.call("recolte.engine.documents:read", "/…/notes.docx", seconds=60, megabytes=1024)

The function gets and returns JSON values. What it raises as `Unreadable` is raised here too; anything else that ends
the child becomes `Unreadable` with the limit that it hit.
"""

import contextlib
import ctypes
import errno
import importlib
import json
import os
import resource
import subprocess
import sys
import tempfile
from typing import Any

from recolte.engine.problems import Problem, Unreadable

SECONDS = 60
MEGABYTES = 2048


def call(function: str, *args: Any, seconds: float = SECONDS, megabytes: int = MEGABYTES) -> Any:
    """Call `module:function` with JSON `args` in a child limited to `seconds` of wall time and `megabytes` of memory."""
    return call_each((function, *args), seconds=seconds, megabytes=megabytes)[0]


def call_each(*calls: tuple[Any, ...], seconds: float = SECONDS, megabytes: int = MEGABYTES) -> list[Any]:
    """Do several calls, (function, *args), one after the other in one child. The first that fails ends them all."""
    limits = (megabytes, int(seconds) + 1, os.getpid())
    with tempfile.TemporaryDirectory(prefix="recolte-") as folder:
        child = subprocess.Popen(
            [sys.executable, "-m", "recolte.engine.sandbox", *map(str, limits)],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "TMPDIR": folder, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            start_new_session=True,
        )
        try:
            out, err = child.communicate(json.dumps(calls).encode(), timeout=seconds)
        except subprocess.TimeoutExpired:
            raise Unreadable(Problem.TOO_SLOW, f"more than {seconds} s") from None
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, 9)
            child.wait()
    try:
        answer = json.loads(out)
    except ValueError:
        raise Unreadable(Problem.CRASHED, f"exit {child.returncode}: {err.decode(errors='replace')[-500:]}") from None
    if "problem" in answer:
        raise Unreadable(Problem(answer["problem"]), answer["detail"])
    results: list[Any] = answer["results"]
    return results


def die_with_parent(parent: int | None = None) -> None:
    """Ask the kernel to kill this process when its parent ends, however it ends (Linux; elsewhere nothing).

    `parent` is the process that started this one: when it has ended before we came to ask, this one ends here.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL
        if parent and os.getppid() != parent:
            os._exit(1)


def _serve(megabytes: int, seconds: int, parent: int) -> dict[str, Any]:
    die_with_parent(parent)
    memory = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds * 2, seconds * 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    calls = json.load(sys.stdin)
    try:
        return {"results": [_do(*one) for one in calls]}
    except Unreadable as error:
        return {"problem": error.problem, "detail": error.detail}
    except MemoryError:
        return {"problem": Problem.TOO_HUNGRY, "detail": f"more than {megabytes} MB"}
    except PermissionError as error:
        return {"problem": Problem.NO_PERMISSION, "detail": str(error)}
    except Exception as error:  # noqa: BLE001 — whatever a hostile file does to a library is that file's fault
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return {"problem": Problem.DISK_FULL, "detail": str(error)}
        return {"problem": Problem.DAMAGED, "detail": f"{type(error).__name__}: {error}"[:500]}


def _do(function: str, *args: Any) -> Any:
    module, name = function.split(":")
    return getattr(importlib.import_module(module), name)(*args)


if __name__ == "__main__":
    stdout = os.dup(1)
    os.dup2(2, 1)  # a library that prints must not spoil the answer
    answer = _serve(*map(int, sys.argv[1:]))
    with os.fdopen(stdout, "w") as pipe:
        json.dump(answer, pipe)
