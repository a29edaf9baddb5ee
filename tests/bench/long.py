"""A two-hour transcript: 18,000 words in 1,500 turns, 400 ms a word."""

import random

from recolte.engine.turns import Turn, Word

WORDS_PER_TURN, TURNS = 12, 1500
SPOKEN = (
    "on a compris que la coopération ne se décrète pas elle se construit à table dans les trajets pendant que l’on range "
    "les chaises et la mairie finit par venir écouter territoire confiance structure habitants réseau"
)


def two_hours() -> list[Turn]:
    chance, vocabulary = random.Random(4), SPOKEN.split()
    turns, clock = [], 0
    for number in range(TURNS):
        words, text, start = [], "", clock
        for _ in range(WORDS_PER_TURN):
            said = chance.choice(vocabulary)
            text += (" " if text else "") + said
            probability = chance.choice([0.99, 0.97, 0.98, 0.5])
            words.append(Word(len(text) - len(said), len(text), clock, clock + 360, probability))
            clock += 400
        turns.append(Turn(text, f"Voix {number % 4 + 1}", start, clock, tuple(words)))
    return turns
