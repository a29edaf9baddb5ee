"""The people who speak, with an account or without, and the structures they come from."""

from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recolte.community.models.accounts import Owned, User
from recolte.community.models.ecosystem import Actor, OrganisationQuerySet
from recolte.ui.ids import uuid7
from recolte.ui.sorting import Folded


class Organisation(Actor):
    """A structure of the community, or one that it visits."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=160)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = [Folded("name"), "name"]
        constraints = [models.UniqueConstraint("community", Lower("name"), name="organisation_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisation", args=[self.pk])


class Person(Owned):
    """Somebody who speaks: with an account or without, or known only by the part they played (`role`, no name)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=120, blank=True)
    role = models.CharField(_("role"), max_length=120, blank=True)
    pseudonym = models.CharField(_("public pseudonym"), max_length=120, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="people", verbose_name=_("structure")
    )
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="persons")
    link_number = models.IntegerField(
        default=0
    )  # part of what a personal link signs: raising it ends the links given out
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = [Folded("name"), "name", "role", "id"]
        constraints = [models.UniqueConstraint(fields=["community", "user"], name="one_person_per_account")]

    def __str__(self) -> str:
        return self.name or self.role

    @property
    def public_name(self) -> str:
        """How they are called where their name may not be said."""
        return self.pseudonym or self.role or gettext("a person")
