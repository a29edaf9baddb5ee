"""What members may do: given, changed, handed over, ended — each time with a trail of dated mandates."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from recolte.community.letters import post
from recolte.community.models import CircleMember, Mandate, Membership, Role, User
from recolte.journal.actions import record


def begin_role(membership: Membership, *, on: date | None = None, word: str = "", by: User | None = None) -> Mandate:
    """Write into the trail that the role of `membership` begins. `by` is who handed it over, if somebody did."""
    return Mandate.objects.create(
        community=membership.community,
        user=membership.user,
        role=membership.role,
        gives_rights=True,
        starts_on=on or timezone.localdate(),
        word=word,
        handed_over_by=by,
    )


def _end_role(membership: Membership, on: date) -> None:
    trail = Mandate.objects.filter(community=membership.community_id, user=membership.user_id, gives_rights=True)
    trail.filter(ends_on=None).update(ends_on=on)


@transaction.atomic
def change_role(membership: Membership, role: Role, *, by: User) -> None:
    """Give a member another role, from today on. Raises ValidationError when nobody would be left to coordinate."""
    was = membership.role
    if role == was:
        return
    if was == Role.COORDINATOR:
        _needs_another_coordinator(membership)
    _turn(membership, role, timezone.localdate())
    record("membership.changed", membership, by=by, user=str(membership.user_id), was=was, role=role)


@transaction.atomic
def hand_over(mine: Membership, to: Membership, *, on: date, word: str = "", stays: Role, by: User) -> None:
    """Whoever coordinates hands this over to another member, with a word, and stays as something else.

    What they wrote and brought stays theirs. Raises ValidationError when it cannot be handed over so.
    """
    if to.pk == mine.pk or to.community_id != mine.community_id:
        raise ValidationError({"to": _("Choose another member of the community: one hands over to somebody else.")})
    if mine.role != Role.COORDINATOR:
        raise ValidationError(_("Only somebody who coordinates can hand this over: ask them to do it."))
    if on > timezone.localdate():
        raise ValidationError(
            {"on": _("This day is still to come: hand over on the day itself, or give an earlier day.")}
        )
    if on < _since(mine):
        raise ValidationError({"on": _("On that day you did not coordinate yet: give a later day.")})
    if on < _since(to):
        raise ValidationError(
            {"on": _("On that day this person did not have the role yet that they have now: give a later day.")}
        )
    if to.role != Role.COORDINATOR:
        _turn(to, Role.COORDINATOR, on, word=word, by=by)
    if stays != Role.COORDINATOR:
        _turn(mine, stays, on)
    record(
        "coordination.handed_over", to, by=by, before=str(mine.user_id), user=str(to.user_id), stays=stays, on=str(on)
    )
    words = {"community": mine.community, "before": mine.user, "word": word, "on": on}
    post(
        mine.community,
        to.user.email,
        _("%(name)s hands the coordination of %(community)s over to you")
        % {"name": mine.user, "community": mine.community},
        render_to_string("community/handover.txt", words),
        about=mine.community,
        by=by,
    )


@transaction.atomic
def end_membership(membership: Membership, *, by: User) -> None:
    """A member leaves: the account opens nothing of the community any more, and may be invited again.

    What they wrote and brought stays theirs, and the trail keeps from when to when they were what.
    Raises ValidationError when nobody would be left to coordinate.
    """
    if membership.role == Role.COORDINATOR:
        _needs_another_coordinator(membership)
    today = timezone.localdate()
    _end_role(membership, today)
    circles = CircleMember.objects.filter(circle__community=membership.community_id, person__user=membership.user_id)
    circles.filter(starts_on__gt=today).delete()
    circles.standing_on(today).update(ends_on=today)
    record("membership.ended", membership, by=by, user=str(membership.user_id), role=membership.role)
    membership.delete()


def _turn(membership: Membership, role: Role, on: date, *, word: str = "", by: User | None = None) -> None:
    _end_role(membership, on)
    membership.role = role
    membership.save(update_fields=["role"])
    begin_role(membership, on=on, word=word, by=by)


def _since(membership: Membership) -> date:
    trail = Mandate.objects.filter(community=membership.community_id, user=membership.user_id, gives_rights=True)
    began = trail.filter(ends_on=None).values_list("starts_on", flat=True).first()
    return began or timezone.localdate(membership.joined_at)


def _needs_another_coordinator(membership: Membership) -> None:
    """Locks those who coordinate, so that two of them cannot leave at the same time."""
    those = Membership.objects.select_for_update().filter(community=membership.community_id, role=Role.COORDINATOR)
    if not [one for one in those if one.pk != membership.pk]:
        raise ValidationError(
            _("Nobody would be left to coordinate: hand the coordination over to somebody else first.")
        )
