"""What happens to transcripts: one module a subject."""

from recolte.transcripts.actions.bringing import bring_transcript, namesakes
from recolte.transcripts.actions.correcting import (
    Outdated,
    correct_turn,
    give_voice,
    insert_turn,
    mark_listened,
    merge_turns,
    remove_turn,
    split_turn,
    undo,
)
from recolte.transcripts.actions.interviews import (
    call_voices,
    lines_of,
    points_into,
    read_as_interview,
    why_words_stay,
)
from recolte.transcripts.actions.proposing import ask_for_voices, propose_voices, take_proposals_back
from recolte.transcripts.actions.recognising import EXAMPLE_MS, compare_voices, deny_guess, marked
from recolte.transcripts.actions.recorders import (
    COMPARE,
    ask_for_comparison,
    choose_recorder,
    compare_recorders,
    hear_all_the_same,
)
from recolte.transcripts.actions.retiming import find_times
from recolte.transcripts.actions.terms import add_term, remove_term
from recolte.transcripts.actions.transcribing import hear_again, hear_run, read_or_hear, start_transcription, transcribe
from recolte.transcripts.actions.versions import add_turns, changed, on_new_version
from recolte.transcripts.actions.voices import name_voice, recognise_voice

__all__ = [
    "COMPARE",
    "EXAMPLE_MS",
    "Outdated",
    "add_term",
    "add_turns",
    "ask_for_comparison",
    "ask_for_voices",
    "bring_transcript",
    "call_voices",
    "changed",
    "choose_recorder",
    "compare_recorders",
    "compare_voices",
    "correct_turn",
    "deny_guess",
    "find_times",
    "give_voice",
    "hear_again",
    "hear_all_the_same",
    "hear_run",
    "insert_turn",
    "lines_of",
    "mark_listened",
    "marked",
    "merge_turns",
    "name_voice",
    "namesakes",
    "on_new_version",
    "points_into",
    "propose_voices",
    "read_as_interview",
    "read_or_hear",
    "recognise_voice",
    "remove_term",
    "remove_turn",
    "split_turn",
    "start_transcription",
    "take_proposals_back",
    "transcribe",
    "undo",
    "why_words_stay",
]
