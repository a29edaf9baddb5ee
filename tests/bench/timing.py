import statistics
import time
from collections.abc import Callable


def cpu_ms(what: Callable[[], object], runs: int = 15) -> float:
    """The median CPU milliseconds of this process that `what` costs."""
    costs = []
    for _ in range(runs):
        before = time.process_time()
        what()
        costs.append((time.process_time() - before) * 1000)
    return statistics.median(costs)


def table(head: list[str], rows: list[list[object]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += [
        "| " + " | ".join(f"{cell:.1f}" if isinstance(cell, float) else str(cell) for cell in row) + " |"
        for row in rows
    ]
    return "\n".join(lines)
