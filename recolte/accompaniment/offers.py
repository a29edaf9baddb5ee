"""What this stage tells earlier ones: applications by their address, and sites accompanied in the report to a funder."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from recolte.accompaniment.models import Application, State
from recolte.community.models import Community, Organisation, Reader
from recolte.gatherings.linked import Linked, resolves
from recolte.programme.models import Axis
from recolte.programme.reports import Figure, reports_on


@resolves("application", "application", "choose")
def applications(reader: Reader, ids: Collection[UUID]) -> dict[UUID, Linked]:
    found = Application.objects.readable_by(reader).filter(pk__in=ids)
    return {one.pk: Linked(str(one), one.get_absolute_url(), one.community_id, "accompany") for one in found}


@reports_on(40)
def accompanied(community: Community, funder: Organisation, axes: Sequence[Axis]) -> Iterable[Figure]:
    """How many collectives are accompanied in each of these axes that has a call."""
    those = Axis.objects.filter(pk__in=[one.pk for one in axes], calls__isnull=False).order_by("number")
    chosen = Count("calls__applications", filter=Q(calls__applications__state=State.ACCOMPANIED), distinct=True)
    for axis in those.annotate(chosen=chosen):
        url = f"{reverse('calls', args=[community.slug])}?axis={axis.pk}"
        yield Figure(_("collectives accompanied · %(axis)s") % {"axis": axis}, axis.chosen, url)
