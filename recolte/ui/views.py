from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from recolte.ui.samples import samples


def style(request: HttpRequest) -> HttpResponse:
    """Every component of the interface on one page."""
    return render(request, "ui/style.html", samples())
