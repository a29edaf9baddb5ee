"""What is to be brought back from a gathering: the plan, session by session."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Owned, Person
from recolte.gatherings.models.gathering import Gathering
from recolte.gatherings.models.visit import Session
from recolte.ui.ids import uuid7


class ToCollect(Owned):
    """One thing to be brought back from a session, or from the whole gathering when it has none; perhaps by somebody."""

    class What(models.TextChoices):
        RECORDING = "recording", _("recording")
        NOTES = "notes", _("notes")
        PHOTOS = "photos", _("photos")
        DOCUMENTS = "documents", _("documents")
        CONSENTS = "consents", _("agreements")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="collection")
    session = models.ForeignKey(Session, models.CASCADE, null=True, related_name="collection")
    what = models.CharField(max_length=10, choices=What)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    words = models.CharField(max_length=160, blank=True)  # who brings it, where it is nobody that is known here

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "what"], condition=~models.Q(session=None), name="once_to_collect_in_a_session"
            ),
            models.UniqueConstraint(
                fields=["gathering", "what"], condition=models.Q(session=None), name="once_to_collect_in_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} · {self.session or self.gathering}"

    @property
    def who(self) -> str:
        return str(self.person) if self.person else self.words
