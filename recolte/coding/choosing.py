"""The page on which passages are chosen to bear an issue or a claim: found, ticked, tied, a page at a time."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recolte.coding.browsing_forms import SearchExcerptsForm, StanceForm
from recolte.coding.chips import chips
from recolte.coding.models import Code, Excerpt, ExcerptQuerySet
from recolte.community.models import Community
from recolte.ui.ids import is_uuid
from recolte.ui.requests import MemberRequest

PER_PAGE = 10
SHOWN = ("source__gathering", "source__deposit", "person", "transcript")


def choosable(request: MemberRequest, community: Community) -> ExcerptQuerySet:
    """The passages of `community` that its reader may choose among."""
    readable = Excerpt.objects.readable_by(request.user).filter(community=community, struck_at=None)
    return readable.select_related(*SHOWN)


def tie_ticked(request: MemberRequest, community: Community, tie: Callable[[Excerpt, str], Any]) -> None:
    """Tie the passages that were ticked in one transaction; those that were withdrawn or went meanwhile are passed over."""
    ticked = {UUID(one) for one in request.POST.getlist("excerpt") if is_uuid(one)}
    found = choosable(request, community).filter(pk__in=ticked)
    stance = StanceForm(request.POST)
    shown = chips(found, reader=request.user, community=community)
    tied = [passage.excerpt for passage, chip in shown if not chip.withdrawn] if stance.is_valid() else []
    with transaction.atomic():
        for excerpt in tied:
            tie(excerpt, stance.cleaned_data["stance"])
    if tied:
        said = ngettext(
            "%(n)d passage is tied: go on, or go back.", "%(n)d passages are tied: go on, or go back.", len(tied)
        )
        messages.success(request, said % {"n": len(tied)})
    else:
        messages.warning(request, _("No passage was tied: tick at least one, then say what it does."))


def choosing(
    request: MemberRequest, community: Community, untied: ExcerptQuerySet, *, notions: Iterable[Code] = ()
) -> dict[str, Any]:
    """What `coding/choose.html` shows of `untied`: as long as nothing was asked, those that bear `notions`, if any do."""
    form = SearchExcerptsForm(choosable(request, community), community, request.GET)
    asked = any(name in request.GET for name in form.fields)
    found = form.among(untied)
    notions = [] if asked else list(notions)
    if notions:
        bearing = found.filter(pk__in=Excerpt.objects.filter(codings__code__in=notions).values("pk"))
        found, notions = (bearing, notions) if bearing.exists() else (found, [])
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return {
        "form": form,
        "notions": notions,
        "stances": StanceForm.base_fields["stance"].choices,  # type: ignore[attr-defined]
        "page_obj": page,
        "chips": chips(page.object_list, reader=request.user, community=community),
    }
