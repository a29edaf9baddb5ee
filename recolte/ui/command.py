"""The commands of `recolte …`: help with an example, one language, and a database that is there."""

import argparse
import os
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.functional import Promise

HIDDEN = [
    "--version",
    "--settings",
    "--pythonpath",
    "--traceback",
    "--no-color",
    "--force-color",
    "--skip-checks",
    "--verbosity",
]


def terminal_language() -> str:
    """The language of the terminal, where Récolte speaks it; else French."""
    asked = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "en" if asked.lower().startswith("en") else settings.LANGUAGE_CODE


class Command(BaseCommand):
    """A command for people (Django's own stay reachable as `recolte manage …`). `example` ends its help."""

    words: str | Promise = ""  # what it does, in the reader's language
    example = ""
    needs_database = True
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        translation.activate(terminal_language())
        self.help = str(self.words)
        parser = super().create_parser(
            prog_name,
            subcommand,
            epilog=f"$ recolte {self.example}" if self.example else None,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            **kwargs,
        )
        for action in parser._actions:
            if set(action.option_strings) & set(HIDDEN):
                action.help = argparse.SUPPRESS
        return parser

    def execute(self, *args: Any, **options: Any) -> str | None:
        with translation.override(terminal_language()):
            try:
                if self.needs_database:
                    call_command("prepare")
                return super().execute(*args, **options)
            except CommandError as error:
                if not getattr(self, "_called_from_command_line", False):
                    raise
                self.stderr.write(str(error))  # Django would put the name of the class before the sentence
                sys.exit(error.returncode)

    def say(self, text: str = "") -> None:
        self.stdout.write(text)
        self.stdout.flush()


__all__ = ["Command", "CommandError", "CommandParser"]
