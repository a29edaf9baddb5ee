import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import DatabaseError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from recolte.engine.problems import Unreadable
from recolte.server.backup import Refused, back_up
from recolte.sources.sentences import sentence
from recolte.ui.command import Command as RecolteCommand
from recolte.ui.command import CommandError, CommandParser


def bars() -> Progress:
    """Progress on stderr, gone when it is over."""
    console = Console(file=sys.stderr, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True)


@contextmanager
def explained() -> Iterator[None]:
    """What stops a backup or a restore, as one sentence."""
    try:
        yield
    except Refused as error:
        raise CommandError(str(error)) from None
    except Unreadable as error:
        raise CommandError(sentence(error.problem)) from None
    except DatabaseError as error:
        raise CommandError(
            _("The database cannot be read (%(reason)s): see that it runs, and that no other program changed it.")
            % {"reason": error}
        ) from None
    except OSError as error:
        raise CommandError(
            _("The computer refuses (%(reason)s): make room, or see who may write there. Nothing was changed.")
            % {"reason": error}
        ) from None
    except KeyboardInterrupt:
        raise CommandError(_("Interrupted. Nothing was changed."), returncode=130) from None


class Command(RecolteCommand):
    words = gettext_lazy(
        "Keep everything in one file: the database, the media, the key of the links. People may go on working.\n"
        "Whoever has that file has everything: keep it as safe as the recordings themselves."
    )
    example = "backup /media/usb/recolte-2026-09-16.tar"
    needs_database = False  # before an update is a good time: what is kept is the database as it is

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help=_("the file to write"))
        parser.add_argument("--force", action="store_true", help=_("replace the file if it exists"))

    def handle(self, *args: Any, file: Path, force: bool, **options: Any) -> None:
        with explained(), bars() as progress:
            manifest, damaged = back_up(file.absolute(), progress, force=force)
        n = len(manifest.media)
        kept = ngettext("%(n)d medium, %(size)s in all", "%(n)d media, %(size)s in all", n)
        self.say(f"{file} · " + kept % {"n": n, "size": filesizeformat(manifest.size)})
        for address in damaged:
            self.stderr.write(
                _("The medium %(address)s is damaged; it was kept as it is: look for it in an older backup.")
                % {"address": address}
            )
