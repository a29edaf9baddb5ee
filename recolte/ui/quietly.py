"""Pages whose address is all that one needs to open them."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache

View = Callable[..., HttpResponseBase]


def quietly(view: View) -> View:
    """Kept by no browser, found by no search engine; the address opens the page, so no other site is told of it.

    `no-referrer` would say less still, but then browsers hide where a form comes from, and the form is refused.
    """

    @wraps(view)
    def quiet(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "same-origin"
        return response

    return never_cache(quiet)
