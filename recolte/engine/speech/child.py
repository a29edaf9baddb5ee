"""The process that holds a speech model: JSON requests on stdin, JSON answers on stdout, one line each.

    python -m recolte.engine.speech.child MODEL_PATH --threads 1 --device cpu --compute-type int8 --megabytes 4096

Request: {"pcm": path, "start_ms", "end_ms", "language": "fr" | null, "hotwords": "…" | null}.
Answer: {"turns": [{"text", "start_ms", "end_ms", "words": [[start, end, start_ms, end_ms, probability], …]}, …],
"language": "fr"} or {"problem", "detail"}. It ends with its parent, or when stdin does.
"""

import argparse
import json
import os
import resource
import sys
from dataclasses import astuple
from functools import partial
from typing import Any

from recolte.engine import sandbox
from recolte.engine.audio import read_pcm
from recolte.engine.problems import Problem
from recolte.engine.speech.guards import believable
from recolte.engine.speech.options import OPTIONS
from recolte.engine.speech.paragraphs import paragraphs

BATCH = 8  # windows of a draft that are heard at once


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--compute-type", default="int8")
    parser.add_argument("--draft", action="store_true", help="several windows at once: faster, with worse times")
    parser.add_argument("--megabytes", type=int, default=0, help="limit of memory; 0: none")
    options = parser.parse_args(arguments)

    sandbox.die_with_parent()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if options.megabytes:
        resource.setrlimit(resource.RLIMIT_AS, (options.megabytes << 20, options.megabytes << 20))
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # a library that prints must not spoil the answers

    hear: Any = None
    for line in sys.stdin:
        try:
            hear = hear or _load(options)
            answer = _transcribe(hear, json.loads(line))
        except MemoryError:
            answer = {"problem": Problem.TOO_HUNGRY, "detail": f"more than {options.megabytes} MB"}
        except Exception as error:  # noqa: BLE001 — the parent decides; this process can take the next request
            problem = Problem.CRASHED if hear else Problem.NO_MODEL
            answer = {"problem": problem, "detail": f"{type(error).__name__}: {error}"[:500]}
        print(json.dumps(answer), file=answers, flush=True)


def _load(options: argparse.Namespace) -> Any:
    from faster_whisper import BatchedInferencePipeline, WhisperModel  # noqa: PLC0415 — after the limits

    model = WhisperModel(
        options.model,
        device=options.device,
        compute_type=options.compute_type,
        cpu_threads=options.threads,
        local_files_only=True,
    )
    return partial(BatchedInferencePipeline(model).transcribe, batch_size=BATCH) if options.draft else model.transcribe


def _transcribe(hear: Any, request: dict[str, Any]) -> dict[str, Any]:
    start, end = request["start_ms"], request["end_ms"]
    segments, info = hear(
        read_pcm(request["pcm"], start, end),
        language=request["language"],
        hotwords=request["hotwords"],
        **OPTIONS,
    )
    turns = paragraphs(believable(segments), start, end)
    return {
        "turns": [
            {
                "text": turn.text,
                "start_ms": turn.start_ms,
                "end_ms": turn.end_ms,
                "words": [astuple(word) for word in turn.words],
            }
            for turn in turns
        ],
        "language": info.language,
    }


if __name__ == "__main__":
    main(sys.argv[1:])
