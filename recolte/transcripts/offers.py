"""What this stage tells earlier ones: how much of a gathering is still to be collected, how much was listened to."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from recolte.community.models import Reader, User
from recolte.gatherings.models import Gathering
from recolte.programme.reports import Figure, Scope, reports_on
from recolte.sources.lacking import counts_what_lacks
from recolte.sources.models import Source
from recolte.transcripts.coverage import coverage
from recolte.transcripts.models import Turn


@counts_what_lacks
def still_to_collect(gathering: Gathering, reader: Reader) -> int:
    if not isinstance(reader, User) or not gathering.collection.exists():
        return 0
    return coverage([gathering], reader)[gathering.pk].lacking


@reports_on(40)
def listened_to(scope: Scope) -> Iterable[Figure]:
    """How many turns of speech somebody listened to and found right, by the day on which they did."""
    those = Turn.objects.filter(
        scope.within("listened_at__date", "transcript__source__gathering__axis"),
        community=scope.community,
        listened_at__isnull=False,
        transcript__source__in=Source.objects.agreed(),
    )
    url = scope.url("listened", scope.community.slug, state="listened", agreed="yes")
    yield Figure("prises-de-parole", _("turns of speech listened to"), those.count(), url)
