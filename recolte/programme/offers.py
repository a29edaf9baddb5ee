"""What this stage counts for reports: the money that is secured."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from recolte.programme.models import FundingLine, Sure
from recolte.programme.reports import Figure, Scope, Unit, reports_on


@reports_on(90)
def secured(scope: Scope) -> Iterable[Figure]:
    """The sums that are secured; a funder's report has its own table of them."""
    if scope.axes is not None:
        return
    lines = FundingLine.objects.filter(community=scope.community).running(scope.since, scope.until)
    total = next(one for one in lines.totals() if one.state == Sure.SECURED)
    url = scope.url("funding", scope.community.slug, state=Sure.SECURED)
    yield Figure(
        "financements-acquis", _("funding secured"), int(total.amount * 100), url, Unit.CENTS, is_for_team=True
    )
