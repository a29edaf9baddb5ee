"""What every row must have: its community, and an id that its maker can give it."""

from django.apps import apps
from django.db import models

from recolte.community.models import Community
from recolte.gatherings.models import Gathering
from tests.world import World, kept, spoken

MODELS = {model._meta.label: model for model in apps.get_models() if model.__module__.startswith("recolte.")}
# Made by the server alone, and many: a row number is enough.
NUMBERED = {"community.Membership", "sources.Rendition", "search.Segment"} | {
    f"transcripts.{name}" for name in ("Speaker", "Turn", "Chunk", "Correction")
}


def test_every_row_knows_its_community() -> None:
    owned = {}
    for label, model in MODELS.items():
        field = next(
            (field for field in model._meta.get_fields() if getattr(field, "attname", "") == "community_id"), None
        )
        owned[label] = {None: "none", False: "always", True: "perhaps"}[getattr(field, "null", None)]
    exceptions = {"community.Community": "none", "community.User": "none", "jobs.Worker": "none"}
    # What the whole house does belongs to nobody.
    exceptions |= {"jobs.Job": "perhaps", "journal.Event": "perhaps"}
    assert owned == {label: exceptions.get(label, "always") for label in MODELS}


def test_what_belongs_to_a_community_goes_with_it() -> None:
    """…but for the journal, which keeps only ids."""
    goes = {
        label: model._meta.get_field("community").remote_field.on_delete
        for label, model in MODELS.items()
        if any(field.name == "community" for field in model._meta.fields)
    }
    assert goes == dict.fromkeys(goes, models.CASCADE)


def test_what_is_made_away_from_the_server_has_an_id_of_its_own() -> None:
    kinds = {label: type(model._meta.pk) for label, model in MODELS.items()}
    expected = {label: models.BigAutoField if label in NUMBERED else models.UUIDField for label in MODELS}
    assert kinds == expected | {"jobs.Worker": models.CharField}


def test_such_ids_are_uuids_of_version_7_in_the_order_of_their_making(world: World) -> None:
    versions = {
        label: model().pk.version for label, model in MODELS.items() if isinstance(model._meta.pk, models.UUIDField)
    }
    assert versions == dict.fromkeys(versions, 7)
    made = [Gathering().pk for _ in range(1000)]
    assert made == sorted(set(made))


def test_a_whole_community_can_be_erased(world: World) -> None:
    source = kept(world, "son.wav")
    spoken(source, "Une parole.")
    left = {label: model.objects.count() for label, model in MODELS.items()}
    # Its people and the journal of its ids remain; so does what is not its own.
    protected = world.community.pk
    Community.objects.filter(pk=protected).delete()
    now = {label: model.objects.count() for label, model in MODELS.items()}
    remaining = {"community.User": 3, "community.Community": 1, "community.Membership": 1, "community.Mandate": 1}
    remaining["journal.Event"] = left["journal.Event"]
    assert {label: count for label, count in now.items() if count} == remaining
