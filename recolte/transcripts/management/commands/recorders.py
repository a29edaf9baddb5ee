import tempfile
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rich.console import Console
from rich.progress import track

from recolte.engine.audio import Heard, Pair, clearest, groups, pairs
from recolte.engine.problems import Unreadable
from recolte.engine.recognise import Kind, recognise
from recolte.sources.sentences import sentence
from recolte.transcripts.hearing import listened
from recolte.ui.command import Command as RecolteCommand
from recolte.ui.command import CommandError, CommandParser
from recolte.ui.durations import clock

LEAST_DRIFT = 0.1  # s an hour; less is not told


class Command(RecolteCommand):
    words = gettext_lazy(
        "Put several recorders of one moment beside each other, and tell which is the clearest. Nothing is kept."
    )
    example = "recorders telephone.m4a enregistreur.wav"
    needs_database = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help=_("two recordings or more"))

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        if len(files) < 2:
            raise CommandError(_("Name two recordings at least: one alone has nothing to be put beside."))
        console = Console(stderr=True)
        heard = [self._listen(file) for file in track(files, _("listening"), console=console, transient=True)]
        found = pairs(heard)
        for pair in found:
            self.say("\n".join(_told(pair, files)) + "\n")
        together = groups(found)
        for group in together:
            self.say(_("The clearest: %(name)s") % {"name": files[clearest(group, found)]})
        for number, file in enumerate(files):
            if not any(number in group for group in together):
                self.say(_("%(name)s is of another moment than the others.") % {"name": file})

    def _listen(self, file: Path) -> Heard:
        try:
            if recognise(str(file), file.name).kind != Kind.RECORDING:
                raise CommandError(_("%(name)s is not a recording: there is no sound to compare.") % {"name": file})
            with tempfile.TemporaryDirectory() as folder:
                return listened(file.absolute(), Path(folder) / "sound.pcm")
        except FileNotFoundError:
            raise CommandError(_("There is no file %(name)s: check its name.") % {"name": file}) from None
        except Unreadable as error:
            raise CommandError(f"{file.name} — {sentence(error.problem)}") from None


def _told(pair: Pair, files: list[Path]) -> list[str]:
    """How two recordings lie, and how well one hears in each."""
    one, other, offset = files[pair.one], files[pair.other], pair.moment.offset_ms / 1000
    names = {"one": one, "other": other} if offset >= 0 else {"one": other, "other": one}
    together = {"seconds": f"{abs(offset):.2f}", "shared": clock(pair.shared_ms)}
    lines = [_("%(other)s begins %(seconds)s s after %(one)s; both hear %(shared)s.") % {**names, **together}]
    gain = pair.moment.drift * 3600
    if abs(gain) >= LEAST_DRIFT:
        facts = {"name": other, "one": one, "gain": f"{gain:+.1f}"}
        lines.append(_("The clock of %(name)s gains %(gain)s s an hour on that of %(one)s.") % facts)
    for file, clarity, share in zip((one, other), pair.clarity, pair.distorted, strict=True):
        facts = {"name": file, "decibels": round(clarity), "percent": f"{share * 100:.1f}"}
        lines.append(
            "  " + _("%(name)s: speech %(decibels)d dB above the noise, too loud %(percent)s %% of the time") % facts
        )
    return lines
