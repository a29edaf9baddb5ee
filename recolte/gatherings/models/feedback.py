"""Hot questions: what people take home, said the same day and by nobody in particular."""

import random

from django.db import models
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Owned, User
from recolte.gatherings.models.gathering import Gathering
from recolte.ui.ids import uuid7

ENOUGH = 5  # answers, before any is shown
DEFAULTS = [
    _("What surprised you?"),
    _("What do you take home?"),
    _("What should we do otherwise next time?"),
]


class HotQuestions(Owned):
    """The questions of a gathering with their answers, in one row on purpose.

    A row per answer would keep the order in which they came, which tells who wrote what: here the answers to each question
    lie in alphabetical order, and beside them the keyed hashes of those who answered, which lead to no words.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    gathering = models.OneToOneField(Gathering, models.CASCADE, related_name="hot_questions")
    questions: models.JSONField[list[str], list[str]] = models.JSONField()
    answers: models.JSONField[list[list[str]], list[list[str]]] = models.JSONField()  # one sorted list a question
    given: models.JSONField[list[str], list[str]] = models.JSONField(default=list)  # sorted
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("hot questions")

    def __str__(self) -> str:
        return str(self.gathering)

    @property
    def count(self) -> int:
        """How many people answered."""
        return len(self.given)

    @property
    def results(self) -> list[tuple[str, list[str]]]:
        """Each question with its answers in no order; with none while they are fewer than `ENOUGH`."""
        return [
            (question, random.sample(texts, len(texts)) if len(texts) >= ENOUGH else [])
            for question, texts in zip(self.questions, self.answers, strict=True)
        ]
