"""How the model is asked: the same for every chunk, and kept with every run."""

from typing import Any

OPTIONS: dict[str, Any] = {
    "beam_size": 5,
    "condition_on_previous_text": False,  # a mistake stays where it is
    "vad_filter": True,
    "word_timestamps": True,  # without them, what follows a long silence is placed up to 15 s too early
}
