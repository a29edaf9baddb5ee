from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def addresses_of_buttons(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Who opens the address of a button (kept, typed, or after signing in) gets a page, not a bare refusal."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 405 or request.method != "GET" or response.streaming or response.content:
            return response
        page = render(request, "405.html", status=405)
        page["Allow"] = response["Allow"]
        return page

    return middleware
