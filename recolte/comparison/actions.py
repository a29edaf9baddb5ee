"""Raising issues, tying them to what bears them, and what members think of them."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from recolte.coding.actions import drop_unused
from recolte.coding.models import Code, Excerpt, Stance
from recolte.community.models import Community, User
from recolte.comparison.models import Bearing, Issue, Opinion, Wording, Words
from recolte.gatherings.linked import Address, linked
from recolte.journal.actions import record

WORDS = [field.name for field in Words._meta.fields]
DEALT_WITH = ("point", "decision", "gathering")  # where an issue can be taken to
NOT_DEALT_WITH = _(
    "No point of an agenda and no decision that you may read has this address: open it, copy the address of its page, "
    "and bring it here."
)


@transaction.atomic
def raise_issue(community: Community, title: str, *, by: User, codes: Iterable[Code] = (), **facts: Any) -> Issue:
    issue = Issue.objects.create(community=community, title=" ".join(title.split()), by=by, **facts)
    issue.codes.set(codes)
    record("issue.raised", issue, by=by)
    return issue


@transaction.atomic
def change_issue(issue: Issue, *, by: User, codes: Iterable[Code] | None = None, **facts: Any) -> None:
    """Other words, another axis, other notions; the words that it had are kept."""
    former = Issue.objects.select_for_update().get(pk=issue.pk)
    for name, value in facts.items():
        setattr(issue, name, value)
    issue.save()
    if codes is not None:
        issue.codes.set(codes)
    said = {name: getattr(former, name) for name in WORDS}
    if said == {name: getattr(issue, name) for name in WORDS}:
        record("issue.placed", issue, by=by)
        return
    wording = Wording.objects.create(community_id=issue.community_id, issue=issue, by=by, **said)
    record("issue.changed", issue, by=by, wording=str(wording.pk))


@transaction.atomic
def take_to(issue: Issue, address: Address | None, *, by: User) -> None:
    """Say where the issue is dealt with: a point of an agenda, a decision, a gathering; None: nowhere yet.

    Raises ValidationError when it is none of these, `by` may not see it, or it is another community's.
    """
    found = linked(by, [address]).get(address) if address else None
    if address and (found is None or address[0] not in DEALT_WITH or found.community_id != issue.community_id):
        raise ValidationError(NOT_DEALT_WITH)
    if address != issue.address:
        issue.taken_to, issue.taken_to_id = address or ("", None)
        issue.save(update_fields=["taken_to", "taken_to_id", "changed_at"])
        record("issue.taken_to", issue, by=by, kind=issue.taken_to, target=str(issue.taken_to_id or ""))


@transaction.atomic
def remove_issue(issue: Issue, *, by: User) -> None:
    record("issue.removed", issue, by=by)
    excerpts = [bearing.excerpt for bearing in issue.bearings.select_related("excerpt")]
    issue.delete()
    for excerpt in excerpts:
        drop_unused(excerpt)


@transaction.atomic
def bear(issue: Issue, excerpt: Excerpt, *, stance: str = Stance.SUPPORTS, by: User) -> Bearing:
    """Let `excerpt` bear `issue` (or nuance, or contradict it); said again, it takes the new stance."""
    bearing, _created = Bearing.objects.update_or_create(
        issue=issue,
        excerpt=excerpt,
        defaults={"stance": stance},
        create_defaults={"community_id": issue.community_id, "stance": stance, "by": by},
    )
    record("issue.borne", issue, by=by, bearing=str(bearing.pk), excerpt=str(excerpt.pk), stance=str(stance))
    issue.save(update_fields=["changed_at"])
    return bearing


@transaction.atomic
def bear_no_more(bearing: Bearing, *, by: User) -> None:
    issue, excerpt = bearing.issue, bearing.excerpt
    record("issue.loosened", issue, by=by, bearing=str(bearing.pk), excerpt=str(excerpt.pk))
    bearing.delete()
    drop_unused(excerpt)
    issue.save(update_fields=["changed_at"])


@transaction.atomic
def give_opinion(issue: Issue, stance: str, text: str, *, by: User) -> Opinion:
    opinion = Opinion.objects.create(
        community_id=issue.community_id, issue=issue, stance=stance, text=text.strip(), by=by
    )
    record("issue.opinion_given", issue, by=by, opinion=str(opinion.pk), stance=str(stance))
    issue.save(update_fields=["changed_at"])
    return opinion


@transaction.atomic
def take_back_opinion(opinion: Opinion, *, by: User) -> None:
    record("issue.opinion_taken_back", opinion.issue, by=by, opinion=str(opinion.pk))
    opinion.issue.save(update_fields=["changed_at"])
    opinion.delete()
