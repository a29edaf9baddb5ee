from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from recolte.ui.help import STAGES, title, words
from recolte.ui.samples import samples


def style(request: HttpRequest) -> HttpResponse:
    """Every component of the interface on one page."""
    return render(request, "ui/style.html", samples())


def all_help(request: HttpRequest) -> HttpResponse:
    """The pages of help, in the order of the way through."""
    return render(request, "ui/all_help.html", {"stages": [(stage, title(stage)) for stage in STAGES]})


def help(request: HttpRequest, stage: str) -> HttpResponse:
    """What a stage is for, and how to go about it."""
    if stage not in STAGES:
        raise Http404
    here = title(stage)
    way = [{"label": _("Help"), "url": reverse("all_help")}, {"label": here, "url": ""}]
    return render(request, "ui/help.html", {"title": here, "words": words(stage), "crumbs": way})
