"""The cross-cutting issues: what several structures meet, and what contradicts it."""

from recolte.coding.models import Code, Stance
from recolte.comparison.actions import bear, give_opinion, raise_issue, take_to
from recolte.gatherings.models import AgendaItem
from recolte.programme.models import Axis
from recolte.server.demo.story import Facts, Telling

WORDS = ("stakes", "elsewhere", "elsewhere_url", "calls_for")


def tell(telling: Telling) -> None:
    for one in telling.all("issues"):
        _raise(telling, one)


def _raise(telling: Telling, told: Facts) -> None:
    here = {"community": telling.community}
    issue = raise_issue(
        telling.community,
        told["title"],
        codes=Code.objects.filter(name__in=told["codes"], **here),
        axis=Axis.objects.get(number=told["axis"], **here) if "axis" in told else None,
        by=telling.bruno,
        **{name: told[name] for name in WORDS if name in told},
    )
    if where := told.get("taken_to"):
        point = AgendaItem.objects.get(title=where["point"], gathering=telling.gathering(where["gathering"]))
        take_to(issue, ("point", point.pk), by=telling.bruno)
    for stance in Stance:
        for name in told.get(stance.value, []):
            if name in telling.excerpts:
                bear(issue, telling.excerpts[name], stance=stance, by=telling.bruno)
    for one in told.get("opinions", []):
        give_opinion(issue, one["stance"], one["text"], by=telling.account(one["who"]))
