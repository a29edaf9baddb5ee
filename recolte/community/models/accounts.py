"""Who we are: communities, the people who have an account, and what each may do in which community."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from recolte.ui.ids import uuid7


class Form(models.TextChoices):
    """The grammatical form in which somebody's role is said, in the languages that have several."""

    INCLUSIVE = "inclusive", _("inclusive")
    FEMININE = "feminine", _("feminine")
    MASCULINE = "masculine", _("masculine")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, name: str = "", **fields: Any) -> "User":
        """A person with an account. Nobody has a password: one signs in with a code sent by e-mail."""
        user = self.model(email=email.strip().lower(), name=name.strip(), **fields)
        user.set_unusable_password()
        user.save()
        return user


class User(AbstractBaseUser):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    form = models.CharField(_("how my role is said"), max_length=10, choices=Form, default=Form.INCLUSIVE)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    def __str__(self) -> str:
        return self.name or self.email


Reader = User | AnonymousUser


class CommunityQuerySet(models.QuerySet["Community"]):
    def readable_by(self, user: Reader) -> "CommunityQuerySet":
        return self.filter(memberships__user=user) if isinstance(user, User) else self.none()

    def contributed_to_by(self, user: Reader) -> "CommunityQuerySet":
        """Where `user` may plan, bring, code and write, beside reading."""
        if not isinstance(user, User):
            return self.none()
        return self.filter(memberships__user=user, memberships__role__in=CONTRIBUTORS)


class Community(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(unique=True)
    time_zone = models.CharField(max_length=60, default="Europe/Paris")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CommunityQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="community_name")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.slug:
            self.slug = slugify(self.name)[:36].strip("-")
            if not self.slug or Community.objects.filter(slug=self.slug).exists():
                self.slug = f"{self.slug}-{str(self.pk)[-12:]}".strip("-")
        super().save(*args, **kwargs)


class Owned(models.Model):
    """Every row knows its community, so that rights, export and erasure never have to guess."""

    community = models.ForeignKey(Community, models.CASCADE, related_name="+")

    class Meta:
        abstract = True


class Role(models.TextChoices):
    COORDINATOR = "coordinator", _("coordination")
    RESEARCHER = "researcher", _("research")
    PRACTITIONER = "practitioner", _("practice")
    COMMITTEE = "committee", _("steering committee")
    HOST = "host", _("hosting")
    FUNDER = "funder", _("funding")
    OBSERVER = "observer", _("observation")


# The others read what members read: a committee, a host, a funder, an observer neither plan nor bring nor code.
CONTRIBUTORS = (Role.COORDINATOR, Role.RESEARCHER, Role.PRACTITIONER)


def titled(role: Role, form: Form) -> str:
    """How somebody with that role is called, in the form that they wish. English has one form."""
    titles = {
        Role.COORDINATOR: {
            Form.INCLUSIVE: pgettext("inclusive", "coordinator"),
            Form.FEMININE: pgettext("feminine", "coordinator"),
            Form.MASCULINE: pgettext("masculine", "coordinator"),
        },
        Role.RESEARCHER: {
            Form.INCLUSIVE: pgettext("inclusive", "researcher"),
            Form.FEMININE: pgettext("feminine", "researcher"),
            Form.MASCULINE: pgettext("masculine", "researcher"),
        },
        Role.PRACTITIONER: {
            Form.INCLUSIVE: pgettext("inclusive", "practitioner"),
            Form.FEMININE: pgettext("feminine", "practitioner"),
            Form.MASCULINE: pgettext("masculine", "practitioner"),
        },
        Role.COMMITTEE: {
            Form.INCLUSIVE: pgettext("inclusive", "member of the steering committee"),
            Form.FEMININE: pgettext("feminine", "member of the steering committee"),
            Form.MASCULINE: pgettext("masculine", "member of the steering committee"),
        },
        Role.HOST: {
            Form.INCLUSIVE: pgettext("inclusive", "host"),
            Form.FEMININE: pgettext("feminine", "host"),
            Form.MASCULINE: pgettext("masculine", "host"),
        },
        Role.FUNDER: {
            Form.INCLUSIVE: pgettext("inclusive", "funder"),
            Form.FEMININE: pgettext("feminine", "funder"),
            Form.MASCULINE: pgettext("masculine", "funder"),
        },
        Role.OBSERVER: {
            Form.INCLUSIVE: pgettext("inclusive", "observer"),
            Form.FEMININE: pgettext("feminine", "observer"),
            Form.MASCULINE: pgettext("masculine", "observer"),
        },
    }
    return titles[role][form]


class Membership(Owned):
    community = models.ForeignKey(Community, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.PRACTITIONER)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "user"], name="one_membership")]

    def __str__(self) -> str:
        return f"{self.user} · {self.community}"

    @property
    def title(self) -> str:
        """Their role, in the form that they wish."""
        return titled(Role(self.role), Form(self.user.form))


class Invitation(Owned):
    """A letter to somebody without an account. Its link is signed, works once, and is confirmed by a button (POST)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.PRACTITIONER)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    sent_at = models.DateTimeField(auto_now_add=True)
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-sent_at"]

    def __str__(self) -> str:
        return f"{self.email} · {self.community}"
