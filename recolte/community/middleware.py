from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from recolte.community.models import User
from recolte.community.rules import lacks_second_step

# What stays open: how one signs in and out, the language, the help.
OPEN = ("/compte/", "/connexion/", "/deconnexion/", "/langue/", "/aide/")


def second_step_of_coordinators(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Where the house asks it of those who coordinate (a setting), they add a second step before anything else."""
    if not settings.SECOND_STEP_FOR_COORDINATORS:
        raise MiddlewareNotUsed

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User) and not request.path.startswith(OPEN) and lacks_second_step(user):
            return redirect("my_connection")
        return get_response(request)

    return middleware
