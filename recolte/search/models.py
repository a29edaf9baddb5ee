"""The base: one segment per turn of speech and per block of a document, found by the stems of its words.

`stems` and `words` are what is compared, not the text itself. Their index is the database's own: FTS5 on SQLite, GIN on
PostgreSQL; migration 0002 makes it, `index.py` asks it.
"""

from django.db import models

from recolte.community.models import Owned
from recolte.sources.models import Source
from recolte.transcripts.models import Transcript, Turn

NAME = -1  # the "block" that stands for the file's name


class Segment(Owned):
    source = models.ForeignKey(Source, models.CASCADE, related_name="segments")
    transcript = models.ForeignKey(Transcript, models.CASCADE, null=True, related_name="segments")
    turn = models.ForeignKey(Turn, models.CASCADE, null=True, related_name="segments")
    block = models.IntegerField(null=True)
    stems = models.TextField()
    words = models.TextField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.source} · {self.turn_id or self.block}"

    @property
    def text(self) -> str:
        """The words as they were said or written."""
        if self.turn:
            return self.turn.text
        return self.source.name if self.block == NAME else str(self.source.blocks[self.block or 0]["text"])
