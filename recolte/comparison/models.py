"""Cross-cutting issues: what several structures meet, the words that bear it, and what members think of it."""

from uuid import UUID

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from recolte.coding.models import Code, Excerpt, Stance
from recolte.community.models import Owned, Reader, User
from recolte.programme.models import Axis
from recolte.ui.ids import uuid7


class IssueQuerySet(models.QuerySet["Issue"]):
    def readable_by(self, user: Reader) -> "IssueQuerySet":
        return self.filter(community__memberships__user=user) if isinstance(user, User) else self.none()

    def naming(self, words: str) -> "IssueQuerySet":
        """Those in which each of `words` is found."""
        found = self
        for word in words.split():
            found = found.filter(
                models.Q(title__icontains=word) | models.Q(stakes__icontains=word) | models.Q(calls_for__icontains=word)
            )
        return found


class Words(models.Model):
    """What an issue says, now or formerly."""

    title = models.CharField(_("title"), max_length=160)
    stakes = models.TextField(_("what is at stake"), max_length=4000, blank=True)
    elsewhere = models.TextField(_("what is known of it elsewhere"), max_length=4000, blank=True)
    elsewhere_url = models.URLField(_("where that can be read"), max_length=500, blank=True)
    calls_for = models.TextField(_("the decision that it calls for"), max_length=2000, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title


class Issue(Owned, Words):
    """What is at stake in several structures at once. How many is never written down: the words that bear it say so."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    axis = models.ForeignKey(
        Axis, models.SET_NULL, null=True, blank=True, related_name="issues", verbose_name=_("axis")
    )
    codes = models.ManyToManyField(Code, blank=True, related_name="issues", verbose_name=_("notions that it touches"))
    # The point of an agenda, or the decision, where it is dealt with: an address of the house (`gatherings.linked`)
    taken_to = models.CharField(max_length=20, blank=True)
    taken_to_id = models.UUIDField(null=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = IssueQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at", "-id"]

    def get_absolute_url(self) -> str:
        return reverse("issue", args=[self.pk])

    @property
    def address(self) -> tuple[str, UUID] | None:
        """Where it is dealt with, if that was said."""
        return (self.taken_to, self.taken_to_id) if self.taken_to_id else None


class Wording(Owned, Words):
    """What an issue said until somebody (`by`) changed it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    issue = models.ForeignKey(Issue, models.CASCADE, related_name="wordings")
    until = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]


class Bearing(Owned):
    """What a passage does to an issue."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    issue = models.ForeignKey(Issue, models.CASCADE, related_name="bearings")
    excerpt = models.ForeignKey(Excerpt, models.RESTRICT, related_name="bearings")
    stance = models.CharField(_("what it does"), max_length=12, choices=Stance, default=Stance.SUPPORTS)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["issue", "excerpt"], name="one_bearing_per_excerpt")]

    def __str__(self) -> str:
        return f"{self.stance} · {self.excerpt}"


class Opinion(Owned):
    """What a member thinks of an issue, in their own words and under their name; dissent has the rank of assent."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    issue = models.ForeignKey(Issue, models.CASCADE, related_name="opinions")
    stance = models.CharField(_("what it does"), max_length=12, choices=Stance)
    text = models.TextField(_("in your own words"), max_length=2000)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:80]
