"""What the documentation must name, and that it says the same as the program."""

import re
import tomllib

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class

from recolte.cli import COMMANDS
from tests.conftest import REPOSITORY

SOURCES = {path.name: path.read_text() for path in (REPOSITORY / "recolte").rglob("*.py")}
OTHERS = set(COMMANDS) - {"manage"}  # Django's own


def _text(path: str) -> str:
    return (REPOSITORY / path).read_text()


def test_every_environment_variable_is_explained_and_no_other() -> None:
    read = set(re.findall(r"""environ(?:\.get)?[\[(]["'](RECOLTE_[A-Z_]+)""", "\n".join(SOURCES.values())))
    calls = re.findall(r"(?<!def )\benv(?:_list)?\((.*)", SOURCES["settings.py"])
    names = [re.match(r'"([A-Z_]+)"', call) for call in calls if call != 'name, default).split(",") if part.strip()]']
    read |= {f"RECOLTE_{name[1] if name else '?'}" for name in names}
    assert set(re.findall(r"RECOLTE_[A-Z_]*[A-Z]", _text("docs/settings.md"))) == read


def test_every_command_is_explained_with_an_example() -> None:
    text = _text("docs/commands.md")
    assert {name: f"recolte {name}" in text for name in COMMANDS} == dict.fromkeys(COMMANDS, True)


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_the_help_of_a_command_ends_with_an_example(name: str) -> None:
    app = get_commands()[name]
    command = load_command_class(app, name) if isinstance(app, str) else app
    help = command.create_parser("recolte", name).format_help()
    assert re.search(rf"\n\$ recolte {name}\b.*\n$", help)


def test_every_command_of_the_overview_is_there() -> None:
    assert OTHERS - set(get_commands()) == set()


def test_the_stages_stand_in_the_same_order_everywhere() -> None:
    contract = tomllib.loads(_text("pyproject.toml"))["tool"]["importlinter"]["contracts"][0]
    upwards = [*settings.FOUNDATIONS, *settings.PIPELINE, "server"]
    assert contract["layers"] == [*reversed(upwards), "engine"]
    _, _, after = _text("ARCHITECTURE.md").partition("\n## The stages\n")
    section = after.partition("\n## ")[0]
    assert re.findall(r"^- `(\w+)/`", section, re.MULTILINE) == upwards
    folders = {path.parent.name for path in (REPOSITORY / "recolte").glob("*/__init__.py")}
    assert folders - {"recolte"} == {"engine", *upwards}


def test_the_applications_are_those_of_the_stages() -> None:
    ours = [app.removeprefix("recolte.") for app in settings.INSTALLED_APPS if app.startswith("recolte.")]
    assert ours == [*settings.FOUNDATIONS, *settings.PIPELINE, "server"]
