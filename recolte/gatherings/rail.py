from collections.abc import Iterator

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from recolte.gatherings.actions import answer_link
from recolte.gatherings.models import Invitation
from recolte.ui.context import Awaiting, awaits_me


@awaits_me(5)
def invited(request: HttpRequest) -> Iterator[Awaiting]:
    """The gatherings to come that I was invited to, and have not answered."""
    today = timezone.localdate()
    to_come = Q(gathering__ends_on__gte=today) | Q(gathering__ends_on=None, gathering__starts_on__gte=today)
    mine = Invitation.objects.unanswered().filter(to_come, person__user=request.user.pk, gathering__is_option=False)
    mine = mine.filter(community__memberships__user=request.user.pk)
    for one in mine.select_related("gathering").order_by("gathering__starts_on")[:5]:
        path = "/" + answer_link(one).split("/", 3)[3]
        yield Awaiting(one.gathering.name, path, "calendar", _("you are invited: say whether you will come"))
