"""What this stage tells earlier ones: applications by their address, and sites accompanied in the report to a funder."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from recolte.accompaniment.models import Application, Call, State
from recolte.community.models import Reader
from recolte.gatherings.linked import Linked, resolves
from recolte.programme.reports import Figure, Scope, reports_on


@resolves("application", "application", "choose")
def applications(reader: Reader, ids: Collection[UUID]) -> dict[UUID, Linked]:
    found = Application.objects.readable_by(reader).filter(pk__in=ids)
    return {one.pk: Linked(str(one), one.get_absolute_url(), one.community_id, "accompany") for one in found}


@reports_on(40)
def accompanied(scope: Scope) -> Iterable[Figure]:
    """How many collectives are accompanied in these axes; a call has an axis, and no one day."""
    if scope.axes is None:
        return
    calls = Call.objects.filter(community=scope.community, axis__in=scope.axes)
    if calls.exists():
        count = Application.objects.filter(call__in=calls, state=State.ACCOMPANIED).count()
        url = scope.url("calls", scope.community.slug)
        yield Figure("collectifs", _("collectives accompanied"), count, url)
