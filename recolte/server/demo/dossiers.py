"""What was told back: to whom a dossier is open, and what people said of a restitution."""

from recolte.publishing.actions import open_reactions, open_to_host, react
from recolte.server.demo.story import Telling, day


def tell(telling: Telling) -> None:
    for told in telling.all("restitutions"):
        door = open_reactions(telling.gathering(told["gathering"]), day(*told["until"]), by=telling.amina)
        for one in told["reactions"]:
            react(door, one["words"], one.get("name", ""))
    for told in telling.all("hosts"):
        open_to_host(telling.gathering(told["gathering"]), telling.structure(told["structure"]), by=telling.amina)
