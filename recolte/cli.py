"""`recolte …`: the command line. Each command is a Django command of the stage that it belongs to."""

import gettext
import os
import sys
from collections.abc import Callable
from pathlib import Path

import recolte


def _(words: str) -> str:
    """Translate without Django, which is not set up before `--data` has been read."""
    asked = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    if asked.lower().startswith("en"):
        return words
    catalogue = Path(recolte.__file__).parent / "locale"
    return gettext.translation("django", catalogue, ["fr"], fallback=True).gettext(words)


COMMANDS: dict[str, Callable[[], str]] = {
    "serve": lambda: _("start the pages, the background work and the live progress"),
    "harvest": lambda: _("bring in a folder from a visit and transcribe what was recorded"),
    "transcribe": lambda: _("print the transcript of one recording"),
    "recorders": lambda: _("tell which of several recorders of one moment is the clearest"),
    "publish": lambda: _("write the public site, or what of it may still be public"),
    "import": lambda: _("bring in a list that another program wrote"),
    "verify": lambda: _("walk the chain from the files to what was published"),
    "signin": lambda: _("print a one-time sign-in link"),
    "unlock": lambda: _("let somebody try again to sign in"),
    "check": lambda: _("check this installation, with hints"),
    "backup": lambda: _("keep everything in one file"),
    "restore": lambda: _("bring back what a backup kept"),
    "demo": lambda: _("open a demo community (from the source code)"),
    "manage": lambda: _("Django’s own commands"),
}


def main() -> None:
    """Run one command. `--data DIR`, anywhere on the line, says where the data live (else RECOLTE_DATA)."""
    words = _read_data_folder(sys.argv[1:])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recolte.settings")
    name = words[0] if words else "--help"
    if name == "--version":
        print(recolte.__version__)
    elif name in COMMANDS:
        from django.core.management import execute_from_command_line  # noqa: PLC0415 — after RECOLTE_DATA is known

        try:
            execute_from_command_line(["recolte manage", *words[1:]] if name == "manage" else ["recolte", *words])
        except KeyboardInterrupt:
            sys.exit(130)
    else:
        _overview()
        sys.exit(name not in ("-h", "--help", "help"))


def _read_data_folder(words: list[str]) -> list[str]:
    """Take `--data DIR` (or `--data=DIR`) out of the line and put it where the settings look."""
    rest: list[str] = []
    coming = iter(words)
    for word in coming:
        name, _equals, value = word.partition("=")
        if name != "--data":
            rest.append(word)
        elif value := value or next(coming, ""):
            os.environ["RECOLTE_DATA"] = os.path.abspath(os.path.expanduser(value))
        else:
            sys.exit(_("--data needs the name of a folder."))
    return rest


def _overview() -> None:
    print("recolte " + _("COMMAND [--data FOLDER] …") + "\n")
    for name, what in COMMANDS.items():
        print(f"  {name:<12}{what()}")
    print("\n" + _("recolte COMMAND --help explains each one, with an example."))


if __name__ == "__main__":
    main()
