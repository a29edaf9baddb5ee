from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from recolte.community.models import User
from recolte.gatherings.models import Gathering, ToCollect
from recolte.transcripts.coverage import coverage
from recolte.ui.context import Awaiting, awaits_me

MOST = 5  # gatherings on somebody's page, the latest first


@awaits_me(20)
def still_lacking(request: HttpRequest) -> Iterator[Awaiting]:
    """The gatherings that I planned and that are over, of which something still lacks."""
    assert isinstance(request.user, User)
    today = timezone.localdate()
    mine = Gathering.objects.readable_by(request.user).confirmed().over(today).filter(by=request.user)
    planned = list(mine.filter(pk__in=ToCollect.objects.values("gathering"))[:MOST])
    boards = coverage(planned, request.user)
    for gathering in planned:
        if n := boards[gathering.pk].lacking:
            why = ngettext("%(n)d thing is still to be collected", "%(n)d things are still to be collected", n)
            yield Awaiting(gathering.name, reverse("coverage", args=[gathering.pk]), "mic", why % {"n": n})
