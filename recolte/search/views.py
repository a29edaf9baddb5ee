from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render

from recolte.gatherings.models import Gathering
from recolte.programme.models import Programme
from recolte.search.actions import search
from recolte.search.forms import SearchForm
from recolte.ui.requests import MemberRequest

PER_PAGE = 20


@login_required
def search_page(request: MemberRequest) -> HttpResponse:
    """One box over everything that came in, and that this person may read."""
    form = SearchForm(Gathering.objects.readable_by(request.user), request.GET)
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    words, gathering, page = asked.get("q", ""), asked.get("gathering"), asked.get("page") or 1
    hits, count = search(
        words,
        by=request.user,
        gathering=gathering.pk if gathering else None,
        kind=asked.get("kind", ""),
        first=(page - 1) * PER_PAGE,
        most=PER_PAGE,
    )
    context = {
        "form": form,
        "asked": words,
        "hits": hits,
        "programmes": Programme.objects.readable_by(request.user).called(words).select_related("community"),
        "count": count,
        "before": page - 1 if page > 1 else None,
        "after": page + 1 if page * PER_PAGE < count else None,
    }
    return render(request, "search/search.html", context)
