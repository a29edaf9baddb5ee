"""Reading what strangers made, in a child process with limits: a crash, a bomb or a loop ends the child, not us.

    documents = sandbox.call("recolte.engine.documents:read", "/…/notes.docx", seconds=60, megabytes=1024)

The function gets and returns JSON values. What it raises as `Unreadable` is raised here too; anything else that ends
the child becomes `Unreadable` with the limit that it hit.
"""

import contextlib
import ctypes
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
    with tempfile.TemporaryDirectory(prefix="recolte-") as folder:
        child = subprocess.Popen(
            [sys.executable, "-m", "recolte.engine.sandbox", function, str(megabytes), str(int(seconds) + 1)],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "TMPDIR": folder, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            start_new_session=True,
        )
        try:
            out, err = child.communicate(json.dumps(args).encode(), timeout=seconds)
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
    return answer["result"]


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent ends, however it ends (Linux; elsewhere nothing)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL


def _serve(function: str, megabytes: int, seconds: int) -> dict[str, Any]:
    die_with_parent()
    memory = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds * 2, seconds * 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    module, name = function.split(":")
    args = json.load(sys.stdin)
    try:
        return {"result": getattr(importlib.import_module(module), name)(*args)}
    except Unreadable as error:
        return {"problem": error.problem, "detail": error.detail}
    except MemoryError:
        return {"problem": Problem.TOO_HUNGRY, "detail": f"more than {megabytes} MB"}
    except PermissionError as error:
        return {"problem": Problem.NO_PERMISSION, "detail": str(error)}
    except Exception as error:  # noqa: BLE001 — whatever a hostile file does to a library is that file's fault
        return {"problem": Problem.DAMAGED, "detail": f"{type(error).__name__}: {error}"[:500]}


if __name__ == "__main__":
    stdout = os.dup(1)
    os.dup2(2, 1)  # a library that prints must not spoil the answer
    answer = _serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    with os.fdopen(stdout, "w") as pipe:
        json.dump(answer, pipe)
