"""Récolte: from the voice in the field to shared knowledge."""

import os

# Récolte runs a process per core, not threads: two threads for NumPy's small matrices cost ten times one where the cores are
# busy. NumPy reads this when it is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
