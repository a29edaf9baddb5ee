"""What a committee talks about and what comes of it: points of an agenda, decisions, tasks."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Owned, Person, Reader, User
from recolte.gatherings.models.gathering import Gathering
from recolte.ui.ids import uuid7


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    def readable_by(self, user: Reader) -> "AgendaItemQuerySet":
        return self.filter(community__memberships__user=user) if isinstance(user, User) else self.none()

    def open(self) -> "AgendaItemQuerySet":
        """Neither closed by a decision nor put off to a later gathering."""
        return self.filter(decisions=None, followed_by=None)


class AgendaItem(Owned):
    """One point of a gathering's agenda, and what was said about it.

    A decision closes it; put off, it appears again in a later gathering (`follows`), and keeps its `thread`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="agenda")
    position = models.IntegerField()
    title = models.CharField(_("point"), max_length=200)
    brought_by = models.CharField(_("brought by"), max_length=120, blank=True)
    minutes = models.TextField(_("what was said"), blank=True)
    follows = models.OneToOneField("self", models.SET_NULL, null=True, related_name="followed_by")
    thread = models.UUIDField(db_index=True, editable=False)  # the id of the first of those that follow one another
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.thread = self.thread or self.pk
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return f"{reverse('agenda', args=[self.gathering_id])}#point-{self.pk}"


class DecisionQuerySet(models.QuerySet["Decision"]):
    def readable_by(self, user: Reader) -> "DecisionQuerySet":
        return self.filter(community__memberships__user=user) if isinstance(user, User) else self.none()


class Decision(Owned):
    """What was decided on a point of the agenda; it rests on `supports` and makes `tasks`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="decisions")
    text = models.TextField(_("what is decided"), max_length=2000)
    decided_on = models.DateField(_("on"))
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_on", "-id"]

    def __str__(self) -> str:
        return self.text[:80]

    def get_absolute_url(self) -> str:
        return reverse("decision", args=[self.pk])


class Support(Owned):
    """What a decision rests on, by its address in the house: a kind and an id (see `gatherings.linked`).

    Not a foreign key: the stages that hold excerpts and cards come later, and what is gone must leave its place visible.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    decision = models.ForeignKey(Decision, models.CASCADE, related_name="supports")
    kind = models.CharField(max_length=20)
    target = models.UUIDField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["decision", "kind", "target"], name="support_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.target}"

    @property
    def address(self) -> tuple[str, UUID]:
        return self.kind, self.target


class TaskQuerySet(models.QuerySet["Task"]):
    def readable_by(self, user: Reader) -> "TaskQuerySet":
        return self.filter(community__memberships__user=user) if isinstance(user, User) else self.none()

    def open(self) -> "TaskQuerySet":
        return self.filter(done_at=None)

    def late(self, today: date) -> "TaskQuerySet":
        return self.open().filter(due_on__lt=today)

    def owned_by(self, user: User) -> "TaskQuerySet":
        """Given to this account, or to the person who has it."""
        return self.filter(models.Q(user=user) | models.Q(person__user=user))


class Task(Owned):
    """What somebody is to do, after a decision or by itself. Its owner has an account (`user`) or none (`person`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    decision = models.ForeignKey(Decision, models.CASCADE, null=True, related_name="tasks")
    what = models.CharField(_("what is to be done"), max_length=250)
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    due_on = models.DateField(_("for"), null=True, blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = [models.F("due_on").asc(nulls_last=True), "id"]

    def __str__(self) -> str:
        return self.what

    @property
    def owner(self) -> User | Person | None:
        return self.user or self.person

    @property
    def account_id(self) -> UUID | None:
        """The account of its owner, if they have one."""
        return self.user_id or (self.person.user_id if self.person else None)

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    @property
    def is_late(self) -> bool:
        return not self.is_done and self.due_on is not None and self.due_on < timezone.localdate()
