"""`make bench`: what opening, importing and transcribing cost, beside a baseline of the same run.

Writes tests/bench/RESULTS.md. `python -m tests.bench pages chain lists import speech voices` runs some of the parts; the others stay
there as they were measured last, each with its day.
"""

import os
import platform
import re
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

os.environ["RECOLTE_DATA"] = tempfile.mkdtemp(prefix="recolte-bench-")
os.environ["DJANGO_SETTINGS_MODULE"] = "recolte.settings"

import django

django.setup()

from django.core.management import call_command  # noqa: E402

RESULTS = Path(__file__).parent / "RESULTS.md"
PARTS = ["pages", "chain", "lists", "import", "speech", "voices"]


def machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.processor())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30
    return f"{os.cpu_count()} cores ({model}), {memory} GiB, Python {platform.python_version()}"


def main() -> None:
    from tests.bench import chain, imports, lists, pages, speech, voices  # noqa: PLC0415 — they need Django set up
    from tests.world import make_world  # noqa: PLC0415

    wanted = sys.argv[1:] or PARTS
    call_command("prepare")
    world = make_world()
    parts = {
        "pages": lambda: pages.measure(world),
        "chain": lambda: chain.measure(world),
        "lists": lambda: lists.measure(world),
        "import": imports.measure,
        "speech": speech.measure,
        "voices": voices.measure,
    }
    call_command("collectstatic", verbosity=0, interactive=False)
    tables = measured_before()
    for part in wanted:
        command = "make bench" if wanted == PARTS else f"make bench ARGS={part}"
        tables[part] = f"{datetime.now(UTC):%Y-%m-%d}, `{command}`, {machine()}.\n\n{parts[part]()}"
        print(tables[part])
    text = (
        "# What it costs\n\n"
        "CPU times are CPU milliseconds (median of the runs named); a ratio stands beside the baseline of the same run.\n\n"
    )
    RESULTS.write_text(text + "\n\n".join(f"## {part}\n\n{tables[part]}" for part in PARTS if part in tables) + "\n")


def measured_before() -> dict[str, str]:
    """The parts that RESULTS.md holds, as they stand there."""
    sections = re.split(r"^## (\w+)\n", RESULTS.read_text(), flags=re.MULTILINE) if RESULTS.exists() else [""]
    return {part: words.strip() for part, words in zip(sections[1::2], sections[2::2], strict=True)}


if __name__ == "__main__":
    main()
