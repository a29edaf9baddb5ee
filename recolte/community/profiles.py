"""What members say of themselves, and how they define notions: each by themselves, shared when they wish."""

from collections.abc import Collection, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recolte.community.models import Community, Definition, Form, Profile, User
from recolte.community.people import same
from recolte.journal.actions import record


@transaction.atomic
def write_profile(community: Community, fields: Mapping[str, str], *, shared: Collection[str], by: User) -> Profile:
    """Say who I am in a community: the fields by their names, and which of them the others may read."""
    profile, _made = Profile.objects.get_or_create(community=community, user=by)
    for name in Profile.FIELDS:
        setattr(profile, name, fields.get(name, "").strip())
    profile.shared = [name for name in Profile.FIELDS if name in shared]
    profile.save()
    record("profile.written", profile, by=by, shared=len(profile.shared))
    return profile


@transaction.atomic
def choose_form(form: Form, *, by: User) -> None:
    """How my role is said, everywhere."""
    if by.form != form:
        by.form = form
        by.save(update_fields=["form"])
        record("account.form_chosen", by, by=by)


@transaction.atomic
def define(community: Community, notion: str, text: str, *, where: str = "", by: User) -> Definition:
    """Keep what a notion means to me now, beside what I said of it before, of which nothing is changed."""
    notion, text = " ".join(notion.split())[:120], text.strip()
    if not notion or not text:
        raise ValidationError(_("Name the notion and say what it means to you: both are needed."))
    mine = Definition.objects.filter(community=community, user=by)
    before = next((one for one in mine.order_by("id") if same(one.notion, notion)), None)
    made = Definition.objects.create(
        community=community,
        user=by,
        notion=before.notion if before else notion,
        text=text,
        where=" ".join(where.split())[:160],
        is_first=before is None,
    )
    record("definition.given", made, by=by, is_first=made.is_first)
    return made


@transaction.atomic
def share_definition(definition: Definition, *, shared: bool, by: User) -> None:
    """Let the other members read it, or keep it to myself again."""
    if (definition.shared_at is not None) == shared:
        return
    definition.shared_at = timezone.now() if shared else None
    definition.save(update_fields=["shared_at"])
    record("definition.shared" if shared else "definition.kept_private", definition, by=by)
