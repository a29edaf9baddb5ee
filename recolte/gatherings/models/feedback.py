"""Hot questions: what people take home, said the same day and by nobody in particular."""

import random

from django.db import models
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Owned, User
from recolte.gatherings.models.gathering import Gathering
from recolte.ui.ids import uuid7

ENOUGH = 5  # answers, before any is shown
BATCH = 3  # new ones at least, before they are shown beside those
DEFAULTS = [
    _("What surprised you?"),
    _("What do you take home?"),
    _("What should we do otherwise next time?"),
]


class HotQuestions(Owned):
    """The questions of a gathering with their answers, in one row on purpose.

    A row per answer would keep the order in which they came, which tells who wrote what: here the answers to each question
    lie in alphabetical order, and beside them the keyed hashes of those who answered, which lead to no words. Those that
    come later are shown several at once, so that nobody is known by the moment: `shown` are those that are, as they lie.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    gathering = models.OneToOneField(Gathering, models.CASCADE, related_name="hot_questions")
    questions: models.JSONField[list[str], list[str]] = models.JSONField()
    answers: models.JSONField[list[list[str]], list[list[str]]] = models.JSONField()  # one sorted list a question
    shown: models.JSONField[list[list[str]], list[list[str]]] = models.JSONField(default=list)
    given: models.JSONField[list[str], list[str]] = models.JSONField(default=list)  # sorted
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)  # nobody answers any more

    class Meta:
        verbose_name = verbose_name_plural = _("hot questions")

    def __str__(self) -> str:
        return str(self.gathering)

    @property
    def count(self) -> int:
        """How many people answered."""
        return len(self.given)

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    def bring_out(self) -> None:
        """Show the answers to each question that are `ENOUGH`; new ones as a `BATCH`, or when nobody answers any more."""
        before = self.shown or [[] for _question in self.questions]
        self.shown = [
            texts if len(texts) >= ENOUGH and (not seen or self.is_closed or len(texts) >= len(seen) + BATCH) else seen
            for texts, seen in zip(self.answers, before, strict=True)
        ]

    @property
    def waiting(self) -> int:
        """How many answers, to the question that has most of them, wait for others before they are shown."""
        pairs = zip(self.answers, self.shown, strict=False)
        return max((len(texts) - len(seen) for texts, seen in pairs if seen), default=0)

    @property
    def results(self) -> list[tuple[str, list[str]]]:
        """Each question with those of its answers that are shown, in no order."""
        shown = self.shown or [[] for _question in self.questions]
        return [(one, random.sample(texts, len(texts))) for one, texts in zip(self.questions, shown, strict=True)]
