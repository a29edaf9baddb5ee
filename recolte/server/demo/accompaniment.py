"""Phase 2: a call to local collectives, what came, how it was read, and a choice."""

from recolte.accompaniment.actions.applications import apply
from recolte.accompaniment.actions.calls import open_call
from recolte.accompaniment.actions.choosing import choose
from recolte.accompaniment.actions.funding import tie_line
from recolte.accompaniment.actions.reading import say_tied, write_reading
from recolte.accompaniment.models import Call, Level, State
from recolte.programme.models import Axis, FundingLine, Phase
from recolte.server.demo.story import Facts, Telling, day, facts, user


def tell(telling: Telling) -> None:
    for told in telling.all("calls"):
        axis = Axis.objects.filter(community=telling.community, number=told["axis"]).first()
        phase = Phase.objects.filter(axis=axis, number=told["phase"]).first() if axis else None
        more = facts(told, "funding", "applications", "axis", "phase", "criteria")
        criteria = [(name, looked_at) for name, looked_at in told["criteria"]]
        call = open_call(telling.community, **more, criteria=criteria, axis=axis, phase=phase, by=telling.amina)
        line = FundingLine.objects.get(community=telling.community, purpose=told["funding"]["purpose"])
        when = day(*told["funding"]["as_of"])
        tie_line(call, line, as_of=when, source=told["funding"]["source"], by=telling.amina)
        for one in told["applications"]:
            _application(call, one, telling)


def _application(call: Call, told: Facts, telling: Telling) -> None:
    application = apply(call, **facts(told, "ties", "readings", "choice"))
    criteria = list(call.criteria.all())
    for one in told.get("ties", []):
        say_tied(application, one["is_tied"], one["word"], by=user(one["by"]))
    for one in told.get("readings", []):
        given = zip(criteria, map(Level, one["levels"]), one["notes"], strict=True)
        found = {criterion: (level, note) for criterion, level, note in given}
        write_reading(application, one["words"], found, by=user(one["by"]))
    if "choice" in told:
        more = facts(told["choice"], "outcome")
        choose(application, State(told["choice"]["outcome"]), **more, by=telling.amina)
