"""`recolte …`: the command line. Each command is a Django command of the stage that it belongs to."""

import os
import sys

COMMANDS = {
    "serve": "start the pages, the background work and the live progress",
    "harvest": "bring in a folder from a visit and transcribe what was recorded",
    "transcribe": "print the transcript of one recording",
    "signin": "print a one-time sign-in link",
    "check": "check this installation, with hints",
    "backup": "keep everything in one file",
    "restore": "bring back what a backup kept",
    "manage": "Django's own commands",
}


def main() -> None:
    """Run one command. `--data DIR`, anywhere on the line, says where the data live (else RECOLTE_DATA)."""
    words = sys.argv[1:]
    if "--data" in words[:-1]:
        at = words.index("--data")
        os.environ["RECOLTE_DATA"] = os.path.abspath(words[at + 1])
        del words[at : at + 2]
    for word in [word for word in words if word.startswith("--data=")]:
        os.environ["RECOLTE_DATA"] = os.path.abspath(word.partition("=")[2])
        words.remove(word)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recolte.settings")
    name = words[0] if words else "--help"
    if name in ("-h", "--help", "help"):
        _overview()
        return
    if name not in COMMANDS:
        _overview()
        sys.exit(2)
    from django.core.management import execute_from_command_line  # noqa: PLC0415 — after RECOLTE_DATA is known

    if name == "manage":
        execute_from_command_line(["recolte manage", *words[1:]])
    else:
        execute_from_command_line(["recolte", *words])


def _overview() -> None:
    print("recolte COMMAND [--data DIR] …\n")
    for name, what in COMMANDS.items():
        print(f"  {name:<12}{what}")
    print("\n$ recolte COMMAND --help explains each one, with an example.")


if __name__ == "__main__":
    main()
