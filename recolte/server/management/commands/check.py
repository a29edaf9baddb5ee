import argparse
from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.core.management.commands.check import Command as DjangoCheck
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recolte.ui.command import Command as RecolteCommand
from recolte.ui.command import CommandError, CommandParser


class Command(RecolteCommand, DjangoCheck):
    """Django's own check in plain sentences. As `recolte check` it looks at the installation too (`--database default`)."""

    words = gettext_lazy("Check this installation and say what to do where something is amiss.")
    example = "check --deploy"
    needs_database = False  # one checks before anything is made or migrated

    def add_arguments(self, parser: CommandParser) -> None:
        DjangoCheck.add_arguments(self, parser)
        for action in parser._actions:
            if action.dest != "help":  # the others are Django's, as `recolte manage check` has them
                action.help = (
                    _("also check what a public server needs") if action.dest == "deploy" else argparse.SUPPRESS
                )

    def run_from_argv(self, argv: list[str]) -> None:
        if argv[0] == "recolte":  # and not "recolte manage"
            argv = [*argv, "--database", "default"]
        super().run_from_argv(argv)

    def handle(self, *args: Any, **options: Any) -> None:
        DjangoCheck.handle(self, *args, **options)

    def check(
        self,
        app_configs: Sequence[Any] | None = None,
        tags: Sequence[str] | None = None,
        display_num_errors: bool = False,
        include_deployment_checks: bool = False,
        fail_level: int = checks.ERROR,
        databases: Sequence[str] | None = None,
    ) -> None:
        found = checks.run_checks(
            app_configs=app_configs,
            tags=tags,
            include_deployment_checks=include_deployment_checks,
            databases=databases,
        )
        found = [one for one in found if not one.is_silenced()]
        for one in sorted(found, key=lambda one: -one.level):
            where = "" if one.obj is None else f"{one.obj}: "
            self.say(f"• {where}{one.msg}" + (f"\n  {one.hint}" if one.hint else ""))
        if any(one.is_serious(fail_level) for one in found):
            raise CommandError(_("This installation is not in order: put right what is said above, then check again."))
        if not found:
            self.say(_("All is well."))
