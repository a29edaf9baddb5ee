"""What they set out to do: the programme with its axes and phases, the dates told of them, the money, the conventions."""

from recolte.gatherings.actions import change_gathering
from recolte.programme.actions import (
    add_agreement,
    add_axis,
    add_funding,
    add_phase,
    credit,
    start_programme,
    tell_date,
)
from recolte.programme.models import Axis, DatedFact, Phase, Precision, Programme
from recolte.server.demo.story import Facts, Telling, day, facts


def tell(telling: Telling) -> None:
    axes: dict[int, Axis] = {}
    for told in telling.all("programmes"):
        _programme(telling, told, axes)
    for told in telling.all("gatherings"):
        if "axis" in told:
            change_gathering(telling.gathering(told["name"]), axis=axes[told["axis"]], by=telling.amina)
    for told in telling.all("funding"):
        funder = telling.structure(told["funder"])
        more = facts(told, "funder", "purpose", "axis") | {"axis": axes.get(told.get("axis", 0))}
        add_funding(telling.community, funder, told["purpose"], by=telling.amina, **more)
    for told in telling.all("agreements"):
        parties = [telling.structure(name) for name in told["parties"]]
        more = facts(told, "title", "parties")
        add_agreement(telling.community, told["title"], parties, by=telling.amina, **more)


def _programme(telling: Telling, told: Facts, axes: dict[int, Axis]) -> None:
    amina = telling.amina
    programme = start_programme(
        telling.community, told["title"], by=amina, question=told["question"], variants=told["variants"]
    )
    for one in told["axes"]:
        axes[one["number"]] = add_axis(programme, one["number"], one["title"], purpose=one["purpose"], by=amina)
    for one in told["phases"]:
        axis = axes.get(one.get("axis", 0))
        phase = add_phase(
            programme, one["number"], axis=axis, title=one["title"], purpose=one.get("purpose", ""), by=amina
        )
        for date in one.get("dates", []):
            _date(telling, phase, date)
    for date in told.get("dates", []):
        _date(telling, programme, date)
    for one in told["credits"]:
        axis = axes.get(one.get("axis", 0))
        credit(programme, telling.people[one["person"]], one["role"], axis=axis, named=one["named"], by=amina)


def _date(telling: Telling, about: Programme | Phase, told: Facts) -> None:
    precision, on = Precision(told.get("precision", "day")), day(*told["on"])
    if precision != Precision.DAY:
        on = on.replace(day=1)
    if precision == Precision.YEAR:
        on = on.replace(month=1)
    what = DatedFact.What(told["what"])
    tell_date(about, what, on, source=told["source"], precision=precision, by=telling.amina)
