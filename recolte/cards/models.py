"""Knowledge cards: claims, what bears them, and the answers of those whose words they rest on."""

from datetime import date

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recolte.coding.models import Excerpt, Stance
from recolte.community.models import CONTRIBUTORS, Membership, Owned, Person, Reader, User
from recolte.ui.ids import uuid7
from recolte.ui.listing import within


class CardQuerySet(models.QuerySet["Card"]):
    def readable_by(self, user: Reader) -> "CardQuerySet":
        """Those of one's communities; who does not contribute there (a host, a funder) reads what was made public alone."""
        if not isinstance(user, User):
            return self.none()
        own = Membership.objects.filter(user=user)
        works = own.filter(role__in=CONTRIBUTORS).values("community")
        return self.filter(
            models.Q(community__in=works) | models.Q(community__in=own.values("community"), published_at__isnull=False)
        )

    def begun(self, since: date | None, until: date | None) -> "CardQuerySet":
        return self.filter(within("created_at__date", since, until))

    def sent_out(self, since: date | None, until: date | None) -> "CardQuerySet":
        """Those meant for the public since some of these days: what of them is public is asked each time."""
        return self.filter(within("published_at__date", since, until), published_at__isnull=False)


class Card(Owned):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title = models.CharField(_("title"), max_length=160)
    question = models.TextField(_("the question it answers"), blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    # Meant for the public: what of it may be shown there is asked anew each time the site is written
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    # What was sent out then: title, question, and the version of each claim by its id. What changes later waits for them.
    published = models.JSONField(default=dict)

    objects = CardQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("card", args=[self.pk])


class Kind(models.TextChoices):
    FINDING = "finding", _("finding")
    CONVERGENCE = "convergence", _("convergence")
    DISAGREEMENT = "disagreement", _("disagreement")
    QUESTION = "question", _("question")
    PROPOSAL = "proposal", _("proposal")


class Claim(Owned):
    """One sentence or two that the community says, of a kind, resting on evidence."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    card = models.ForeignKey(Card, models.CASCADE, related_name="claims")
    position = models.IntegerField()
    kind = models.CharField(pgettext_lazy("of a claim", "Kind"), max_length=14, choices=Kind, default=Kind.FINDING)
    text = models.TextField(_("what we say"), max_length=1200)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.text[:80]

    def get_absolute_url(self) -> str:
        return f"{reverse('card', args=[self.card_id])}#claim-{self.pk}"


class Evidence(Owned):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    claim = models.ForeignKey(Claim, models.CASCADE, related_name="evidence")
    excerpt = models.ForeignKey(Excerpt, models.RESTRICT, related_name="evidence")
    stance = models.CharField(_("what it does"), max_length=12, choices=Stance, default=Stance.SUPPORTS)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["claim", "excerpt"], name="one_stance_per_excerpt")]

    def __str__(self) -> str:
        return f"{self.stance} · {self.excerpt}"


class Answer(models.TextChoices):
    ACCEPTED = "accepted", _("accepted")
    REPHRASED = "rephrased", _("rephrased")
    STRUCK = "struck", _("struck")


class Validation(Owned):
    """What a person answered to a claim that rests on their words.

    `version` is the sha256 of the claim and its quotes (`rules.version_of`) that they answered to: as soon as a word of
    them changes, this answer is about something else. Who rephrased has agreed to their own wording.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    claim = models.ForeignKey(Claim, models.CASCADE, related_name="validations")
    person = models.ForeignKey(Person, models.CASCADE, related_name="validations")
    version = models.CharField(max_length=64)
    answer = models.CharField(max_length=10, choices=Answer)
    wording = models.TextField(blank=True)  # the claim as who rephrased it would say it
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.person} · {self.answer}"
