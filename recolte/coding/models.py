"""Passages of what was said or written, and the codes put on them."""

from django.db import models
from django.db.models.functions import Length, Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Organisation, Owned, Person, Reader, User
from recolte.engine.anchors import Anchor
from recolte.sources.models import Source
from recolte.transcripts.models import Speaker, Transcript, Turn
from recolte.ui.ids import uuid7

COLOURS = 12  # of the style sheet, told apart by everybody


class Facet(models.TextChoices):
    NOTION = "notion", _("key notion")
    VALUE = "value", _("value")
    POSTURE = "posture", _("posture")
    KNOW_HOW = "know_how", _("know-how")
    STRATEGY = "strategy", _("strategy")
    METHOD = "method", _("method, tool")


class Stance(models.TextChoices):
    """What a passage, or somebody's opinion, does to what is said of it: a claim, an issue."""

    SUPPORTS = "supports", _("supports")
    NUANCES = "nuances", _("nuances")
    CONTRADICTS = "contradicts", _("contradicts")


class CodeQuerySet(models.QuerySet["Code"]):
    def readable_by(self, user: Reader) -> "CodeQuerySet":
        return self.filter(community__memberships__user=user) if isinstance(user, User) else self.none()


class Code(Owned):
    """A word of the community's own for what is said: a notion, a value, a posture…"""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=80)
    facet = models.CharField(_("facet"), max_length=12, choices=Facet, default=Facet.NOTION)
    definition = models.TextField(_("what it means here"), blank=True)
    colour = models.IntegerField(default=1)  # 1 … COLOURS
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CodeQuerySet.as_manager()

    class Meta:
        ordering = [Lower("name")]
        constraints = [models.UniqueConstraint("community", Lower("name"), name="code_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("code", args=[self.pk])


class ExcerptQuerySet(models.QuerySet["Excerpt"]):
    def readable_by(self, user: Reader) -> "ExcerptQuerySet":
        return self.filter(source__in=Source.objects.readable_by(user))

    def struck(self) -> "ExcerptQuerySet":
        """Those that somebody who speaks in them wants used nowhere."""
        return self.exclude(struck_at=None)

    def naming(self, words: str) -> "ExcerptQuerySet":
        """Those in which each of `words` is found."""
        found = self
        for word in words.split():
            found = found.filter(models.Q(quote__icontains=word) | models.Q(note__icontains=word))
        return found

    def spoken_from(self, organisation: Organisation) -> "ExcerptQuerySet":
        """In which somebody of that structure speaks, or whose words are theirs."""
        turns = Turn.objects.annotate(ends=models.F("offset") + Length("text")).filter(
            transcript=models.OuterRef("transcript"),
            speaker__person__organisation=organisation,
            offset__lt=models.OuterRef("end"),
            ends__gt=models.OuterRef("start"),
        )
        theirs = Speaker.objects.filter(person__organisation=organisation).values("transcript")
        written = models.Q(person__organisation=organisation)
        return self.filter(written | (models.Q(transcript__in=theirs) & models.Exists(turns)))


class Excerpt(Owned):
    """A passage of `source`: of a transcript of it, of the text of a document, or seconds that somebody marked by ear.

    `start` and `end` are half-open, in code points of `transcript.text` or of the document's text
    (`engine.documents.as_text`); a passage marked by ear has only times, and `note`: a few words of who marked it.
    They are always those of the present text: a correction moves them in its own transaction.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(Source, models.CASCADE, related_name="excerpts")
    transcript = models.ForeignKey(Transcript, models.RESTRICT, null=True, related_name="excerpts")
    start = models.IntegerField(null=True)
    end = models.IntegerField(null=True)
    quote = models.TextField()
    prefix = models.TextField()
    suffix = models.TextField()
    is_drifted = models.BooleanField(default=False)
    start_ms = models.BigIntegerField(null=True)
    end_ms = models.BigIntegerField(null=True)
    note = models.CharField(max_length=200)

    # Whose words: where turns do not say it (documents, passages marked by ear)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="excerpts")
    # Somebody who was there, and who did not write it, read it again and found it right (documents)
    read_back_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    read_back_at = models.DateTimeField(null=True)
    # Somebody whose words these are wants them used nowhere
    struck_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    struck_at = models.DateTimeField(null=True)
    # Who noted it, where they asked somebody to; None when they did it themselves
    struck_noted_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ExcerptQuerySet.as_manager()

    class Meta:
        ordering = ["source", "start", "start_ms", "id"]
        indexes = [models.Index(fields=["transcript", "start"]), models.Index(fields=["source", "start"])]

    def __str__(self) -> str:
        return self.quote or self.note

    def get_absolute_url(self) -> str:
        return reverse("excerpt", args=[self.pk])

    @property
    def is_by_ear(self) -> bool:
        return self.start is None

    @property
    def anchor(self) -> Anchor:
        assert self.start is not None and self.end is not None
        return Anchor(self.start, self.end, self.quote, self.prefix, self.suffix, self.is_drifted)


class CodingQuerySet(models.QuerySet["Coding"]):
    def readable_by(self, user: Reader) -> "CodingQuerySet":
        return self.filter(excerpt__source__in=Source.objects.readable_by(user))

    def standing(self) -> "CodingQuerySet":
        """Those on words that may be used: of what was agreed to, and not struck."""
        return self.filter(excerpt__source__in=Source.objects.agreed(), excerpt__struck_at=None)


class Coding(Owned):
    """A code on a passage, by somebody."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    excerpt = models.ForeignKey(Excerpt, models.CASCADE, related_name="codings")
    code = models.ForeignKey(Code, models.CASCADE, related_name="codings")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = CodingQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["excerpt", "code"], name="one_coding_per_code")]

    def __str__(self) -> str:
        return f"{self.code} · {self.excerpt}"
