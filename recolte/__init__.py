"""Récolte: from the voice in the field to shared knowledge."""

__version__ = "0.1.0"
