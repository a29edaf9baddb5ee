"""Getting acquainted: what members say of themselves, and how each of them defines a notion."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from recolte.community.models.accounts import Community, Owned, Reader, User
from recolte.ui.ids import uuid7


class Profile(Owned):
    """What a member says of themselves in a community. Each field is theirs alone until they share it (`shared`)."""

    FIELDS: ClassVar[dict[str, Any]] = {
        "pronouns": _("How to speak of me"),
        "about": _("A few words on myself"),
        "brings": _("What I bring"),
        "seeks": _("What I seek"),
        "phone": _("Telephone"),
        "territory": _("Territory"),
        "languages": _("Languages"),
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="profiles")
    pronouns = models.CharField(max_length=60, blank=True)
    about = models.TextField(max_length=2000, blank=True)
    brings = models.TextField(max_length=2000, blank=True)
    seeks = models.TextField(max_length=2000, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    territory = models.CharField(max_length=120, blank=True)
    languages = models.CharField(max_length=120, blank=True)
    shared = models.JSONField(default=list, blank=True)  # names of fields

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "user"], name="one_profile")]

    def __str__(self) -> str:
        return str(self.user)

    def shown(self) -> list[tuple[str, str]]:
        """What the community reads: the fields that are shared and say something, each with its label."""
        return [
            (str(label), getattr(self, name))
            for name, label in self.FIELDS.items()
            if name in self.shared and getattr(self, name)
        ]


class DefinitionQuerySet(models.QuerySet["Definition"]):
    def readable_by(self, user: Reader) -> "DefinitionQuerySet":
        """One's own, and those that other members shared."""
        if not isinstance(user, User):
            return self.none()
        here = self.filter(community__in=Community.objects.readable_by(user))
        return here.filter(models.Q(user=user) | models.Q(shared_at__isnull=False))


class Definition(Owned):
    """What a notion means to somebody, on that day. It is never changed: who comes to see it otherwise adds another."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="definitions")
    notion = models.CharField(_("notion"), max_length=120)
    text = models.TextField(_("what it means to me"), max_length=4000)
    where = models.CharField(_("at which gathering"), max_length=160, blank=True)
    is_first = models.BooleanField(default=False)
    given_at = models.DateTimeField(auto_now_add=True)
    shared_at = models.DateTimeField(null=True)

    objects = DefinitionQuerySet.as_manager()

    class Meta:
        ordering = ["notion", "user__name", "id"]

    def __str__(self) -> str:
        return self.notion
