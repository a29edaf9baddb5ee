"""What is known of a structure in its territory, where it was learnt, and what ties structures to each other."""

from datetime import date
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from recolte.community.models.accounts import Owned, Reader, User
from recolte.engine.territories import (
    REGIONS,
    department_at,
    department_name,
    department_of,
    departments_of,
    region_of,
)
from recolte.ui.ids import uuid7

if TYPE_CHECKING:
    from recolte.community.models.people import Organisation


class ActorKind(models.TextChoices):
    ASSOCIATION = "association", _("association")
    COOPERATIVE = "cooperative", _("cooperative")
    AUTHORITY = "authority", _("local authority")
    NETWORK = "network", _("network")
    RESEARCH = "research", _("research")
    FOUNDATION = "foundation", _("foundation")
    COMPANY = "company", _("company")
    COLLECTIVE = "collective", _("collective")
    OTHER = "other", _("other")


def in_force(day: date) -> models.Q:
    """What had begun and not ended on `day`. An end that nobody knows is no end."""
    begun = models.Q(starts_on=None) | models.Q(starts_on__lte=day)
    return begun & (models.Q(ends_on=None) | models.Q(ends_on__gte=day))


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def readable_by(self, user: Reader) -> "OrganisationQuerySet":
        return self.filter(community__memberships__user=user) if isinstance(user, User) else self.none()

    def existing_on(self, day: date) -> "OrganisationQuerySet":
        return self.filter(in_force(day))

    def within_territory(self, code: str) -> "OrganisationQuerySet":
        """In a region ("r27") or a department ("d21")."""
        return self.filter(department__in=departments_of(code[1:]) if code.startswith("r") else [code[1:]])

    def naming(self, words: str) -> "OrganisationQuerySet":
        """Those that every one of `words` is found in."""
        found = (
            models.Q(name__icontains=word)
            | models.Q(municipality__icontains=word)
            | models.Q(description__icontains=word)
            for word in words.split()
        )
        return self.filter(reduce(and_, found, models.Q()))


class Actor(Owned):
    """What is known of a structure as one of the actors of its territory."""

    kind = models.CharField(_("kind"), max_length=12, choices=ActorKind, blank=True)
    municipality = models.CharField(_("municipality"), max_length=120, blank=True)
    code = models.CharField(
        _("post code or INSEE code"),
        max_length=5,
        blank=True,
        help_text=_("Of the municipality; or only the number of the department."),
    )
    department = models.CharField(max_length=3, blank=True, editable=False)  # follows from the two around it
    latitude = models.FloatField(
        _("latitude"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        _("longitude"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    website = models.URLField(_("web address"), max_length=300, blank=True)
    description = models.TextField(_("in a few words"), max_length=600, blank=True)
    starts_on = models.DateField(_("exists since"), null=True, blank=True)
    ends_on = models.DateField(_("existed until"), null=True, blank=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.department = self.found_department
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "department"}
        super().save(*args, **kwargs)

    @classmethod
    def label_of(cls, field: str) -> str:
        return next(str(one.verbose_name) for one in cls._meta.fields if one.name == field)

    @property
    def is_placed(self) -> bool:
        return self.latitude is not None and self.longitude is not None

    @property
    def found_department(self) -> str:
        """By the point, which is surer, else by the code."""
        if self.latitude is None or self.longitude is None:
            return department_of(self.code)
        return department_at(self.latitude, self.longitude) or department_of(self.code)

    @property
    def department_name(self) -> str:
        return department_name(self.department)

    @property
    def region(self) -> str:
        return region_of(self.department)

    @property
    def region_name(self) -> str:
        return REGIONS.get(self.region, "")

    def existed_on(self, day: date) -> bool:
        return (not self.starts_on or self.starts_on <= day) and (not self.ends_on or self.ends_on >= day)


class Origin(Owned):
    """A list that was imported said this of a structure: its name there, and whom to name for it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey("community.Organisation", models.CASCADE, related_name="origins")
    source = models.CharField(max_length=160)
    external_id = models.CharField(max_length=200)  # the list's own; where it has none, name and place
    credit = models.CharField(max_length=250, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    imported_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["imported_at", "id"]
        constraints = [models.UniqueConstraint(fields=["community", "source", "external_id"], name="origin_once")]

    def __str__(self) -> str:
        return self.source


class RelationKind(models.TextChoices):
    WORKS_WITH = "works_with", _("works with")
    SHARES_PREMISES = "shares_premises", _("shares premises with")
    SHARES_STAFF = "shares_staff", _("shares staff with")
    PART_OF = "part_of", _("is a part of")
    MEMBER_OF = "member_of", _("is a member of")
    FUNDS = "funds", _("funds")
    SUPPORTS = "supports", _("gives support to")
    TRAINS = "trains", _("trains")
    HOSTS = "hosts", _("hosts")
    REPRESENTS = "represents", _("represents")
    FOUNDED = "founded", _("founded")


# The same, read from the other end; those that are not here read alike from both.
REVERSED = {
    RelationKind.PART_OF: _("has as a part"),
    RelationKind.MEMBER_OF: _("has as a member"),
    RelationKind.FUNDS: _("is funded by"),
    RelationKind.SUPPORTS: _("is given support by"),
    RelationKind.TRAINS: _("is trained by"),
    RelationKind.HOSTS: _("is hosted by"),
    RelationKind.REPRESENTS: _("is represented by"),
    RelationKind.FOUNDED: _("was founded by"),
}


class RelationQuerySet(models.QuerySet["Relation"]):
    def readable_by(self, user: Reader) -> "RelationQuerySet":
        return self.filter(community__memberships__user=user) if isinstance(user, User) else self.none()

    def in_force_on(self, day: date) -> "RelationQuerySet":
        return self.filter(in_force(day))

    def nesting(self) -> "RelationQuerySet":
        """Those that say which structure is a part of which."""
        return self.filter(kind=RelationKind.PART_OF)

    def touching(self, organisation: "Organisation") -> "RelationQuerySet":
        return self.filter(models.Q(subject=organisation) | models.Q(object=organisation))


class Relation(Owned):
    """What ties two structures: `subject` — kind → `object`, from a day to a day, where somebody knows them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject = models.ForeignKey("community.Organisation", models.CASCADE, related_name="relations_from")
    kind = models.CharField(_("kind"), max_length=16, choices=RelationKind)
    object = models.ForeignKey("community.Organisation", models.CASCADE, related_name="relations_to")
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("to"), null=True, blank=True)
    source = models.CharField(_("who says so"), max_length=250, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RelationQuerySet.as_manager()

    class Meta:
        ordering = [models.F("starts_on").asc(nulls_first=True), "id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(subject=models.F("object")), name="relation_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} – {self.get_kind_display()} – {self.object}"

    @property
    def is_symmetric(self) -> bool:
        return self.kind not in REVERSED

    def reading_from(self, organisation: "Organisation") -> str:
        """How the relation reads where `organisation` is the one that speaks."""
        kind = RelationKind(self.kind)
        return str(kind.label if self.subject_id == organisation.pk else REVERSED.get(kind, kind.label))

    def other_than(self, organisation: "Organisation") -> "Organisation":
        return self.object if self.subject_id == organisation.pk else self.subject

    def was_in_force_on(self, day: date) -> bool:
        return (not self.starts_on or self.starts_on <= day) and (not self.ends_on or self.ends_on >= day)
