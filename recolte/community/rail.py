from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from recolte.community.models import User
from recolte.community.rules import lacks_second_step
from recolte.ui.context import Awaiting, awaits_me


@awaits_me(90)
def second_step(request: HttpRequest) -> Iterator[Awaiting]:
    """For those who coordinate, while reading their letters is enough to act in their name."""
    if isinstance(request.user, User) and lacks_second_step(request.user):
        why = _(
            "you coordinate: add a passkey or an authenticator, so that your mailbox alone does not open everything"
        )
        yield Awaiting(_("My sign-in"), reverse("my_connection"), "shield", why)
