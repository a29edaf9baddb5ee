"""Where people belong, and since when: structures they come from, functions they hold, circles they are in."""

from datetime import date
from typing import Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recolte.community.models.accounts import Community, Form, Owned, Reader, Role, User, titled
from recolte.community.models.people import Organisation, Person
from recolte.ui.ids import uuid7

One = TypeVar("One", bound=models.Model)


class DatedQuerySet(models.QuerySet[One]):
    def readable_by(self, user: Reader) -> Self:
        return self.filter(community__in=Community.objects.readable_by(user))

    def standing_on(self, day: date) -> Self:
        """What held on that day, its first and last day included; a day that is not known excludes nothing."""
        begun = Q(starts_on=None) | Q(starts_on__lte=day)
        return self.filter(begun, Q(ends_on=None) | Q(ends_on__gte=day))


class Dated(Owned):
    """What holds from one day to another; each of the two may be unknown, and no last day: until now."""

    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="%(class)s_ends_after_it_starts",
            )
        ]

    @property
    def is_over(self) -> bool:
        return self.ends_on is not None and self.ends_on < timezone.localdate()


class Affiliation(Dated):
    """Somebody belongs to a structure, as something. One may belong to several at once, and twice to the same."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="affiliations")
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="affiliations", verbose_name=_("structure")
    )
    capacity = models.CharField(_("as what"), max_length=120, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta(Dated.Meta):
        ordering = [F("starts_on").desc(nulls_last=True), "-id"]

    def __str__(self) -> str:
        return f"{self.person} · {self.organisation}"


class Mandate(Dated):
    """A function that somebody holds: of a person, or of an account.

    Those with `gives_rights` are the trail of `Membership.role`, written with each change of it, so that what somebody
    could do at a past date can be told. The others are noted by the team, and give no rights.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="mandates")
    user = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="mandates")
    role = models.CharField(_("function"), max_length=20, choices=Role)
    scope = models.CharField(_("for what"), max_length=200, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="mandates",
        verbose_name=_("on behalf of which structure"),
    )
    gives_rights = models.BooleanField(default=False)
    word = models.TextField(_("a word"), blank=True)  # said when it was handed over
    handed_over_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    objects = DatedQuerySet.as_manager()

    class Meta(Dated.Meta):
        ordering = [F("starts_on").desc(nulls_last=True), "-id"]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(person=None, user__isnull=False) | Q(person__isnull=False, user=None),
                name="mandate_of_a_person_or_of_an_account",
            ),
            models.UniqueConstraint(
                fields=["community", "user"],
                condition=Q(gives_rights=True, ends_on=None),
                name="one_role_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def who(self) -> User | Person | None:
        return self.user or self.person

    @property
    def title(self) -> str:
        """The function, in the form that whoever holds it wishes."""
        user = self.user or (self.person.user if self.person else None)
        return titled(Role(self.role), Form(user.form) if user else Form.INCLUSIVE)


class Circle(Owned):
    """Those who are at the heart of a community, its guests, or any other circle of people."""

    class Kind(models.TextChoices):
        CORE = "core", _("core")
        GUESTS = "guests", _("guests")
        OTHER = "other", _("other circle")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey(Community, models.CASCADE, related_name="circles")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.OTHER)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        ordering = ["kind", "name"]
        constraints = [models.UniqueConstraint("community", Lower("name"), name="circle_name")]

    def __str__(self) -> str:
        return self.name

    def people_on(self, day: date) -> models.QuerySet[Person]:
        """Those who were in the circle on that day, each once."""
        return Person.objects.filter(pk__in=CircleMember.objects.filter(circle=self).standing_on(day).values("person"))


class CircleMember(Dated):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    circle = models.ForeignKey(Circle, models.CASCADE, related_name="members", verbose_name=_("circle"))
    person = models.ForeignKey(Person, models.CASCADE, related_name="circles")

    objects = DatedQuerySet.as_manager()

    class Meta(Dated.Meta):
        ordering = [F("starts_on").desc(nulls_last=True), "-id"]

    def __str__(self) -> str:
        return f"{self.person} · {self.circle}"
