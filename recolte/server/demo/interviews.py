"""An interview that somebody typed: it comes in as a document, and waits for somebody to read it as an interview."""

from pathlib import Path
from tempfile import TemporaryDirectory

from recolte.engine.formats import odt
from recolte.engine.turns import Transcript, Turn
from recolte.gatherings.models import Gathering
from recolte.server.demo.story import Facts, user
from recolte.sources.actions import open_deposit, receive


def bring(gathering: Gathering, told: Facts) -> None:
    deposit = open_deposit(gathering, by=user(told["by"]), agreed=told["agreed"], resume=True)
    turns = [Turn(said, who, seconds * 1000) for seconds, who, said in told["turns"]]
    with TemporaryDirectory() as folder:
        path = Path(folder) / told["name"]
        path.write_bytes(odt.write(Transcript(turns, title=told["title"])))
        receive(deposit, path, told["name"])
