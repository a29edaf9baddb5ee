"""What this stage tells earlier ones: its issues by their address, and on their axis."""

from collections.abc import Collection, Iterable
from uuid import UUID

from recolte.community.models import Community, Reader
from recolte.comparison.models import Issue
from recolte.gatherings.linked import Linked, resolves
from recolte.programme.hanging import Hung, hangs_on_axes


@resolves("issue", "issue", "issue_history")
def issues(reader: Reader, ids: Collection[UUID]) -> dict[UUID, Linked]:
    found = Issue.objects.readable_by(reader).filter(pk__in=ids)
    return {one.pk: Linked(one.title, one.get_absolute_url(), one.community_id, "flag") for one in found}


@hangs_on_axes
def of_an_axis(community: Community) -> Iterable[Hung]:
    for one in Issue.objects.filter(community=community, axis__isnull=False).order_by("title", "id"):
        assert one.axis_id
        yield Hung(one.axis_id, one.title, one.get_absolute_url(), icon="flag")
