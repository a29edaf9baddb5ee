"""Who speaks where: how a voice sounds, which voice is nearest, and two voices on two channels.

    known = [vector(samples_of_zina), vector(samples_of_karim)]
    for turn in turns:
        for part in heard_as(turn, pcm_path, known):
            part.turn, part.voice, part.margin

Vectors tell voices apart; they are biometric data of the person: keep one only where that person agreed.
"""

from recolte.engine.voices.channels import Sides, by_channel, sides
from recolte.engine.voices.encoder import Array, unit, vector, vectors
from recolte.engine.voices.grouping import group
from recolte.engine.voices.parting import UNSURE, Part, heard_as, part, pieces, span_vector

__all__ = [
    "UNSURE",
    "Array",
    "Part",
    "Sides",
    "by_channel",
    "group",
    "heard_as",
    "part",
    "pieces",
    "sides",
    "span_vector",
    "unit",
    "vector",
    "vectors",
]
