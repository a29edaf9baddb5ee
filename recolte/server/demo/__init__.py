"""The demo: an invented community, told by plain calls to the stages' actions. Told again, nothing changes.

A folder holds what the community brought back, one folder per gathering, and `recit.toml`: who they are, what was coded,
what they made of it. Each passage is found by its words; in a transcript without them, the first words are taken.
"""

from datetime import timedelta
from pathlib import Path

from django.db import transaction

from recolte.cards.models import Card
from recolte.community.actions import found_community, join
from recolte.community.models import Community, Person, Role, User
from recolte.gatherings.actions import plan_gathering
from recolte.gatherings.clock import last_day_of
from recolte.gatherings.models import Gathering
from recolte.jobs import actions as jobs
from recolte.publishing.actions import latest_publications, own_address, own_folder, publish
from recolte.server.demo import (
    accompaniment,
    dossiers,
    gatherings,
    interviews,
    issues,
    people,
    photos,
    programme,
    reports,
    words,
)
from recolte.server.demo.story import STORY, Facts, Telling, day, read_story, user
from recolte.sources.actions import open_deposit, receive

__all__ = ["STORY", "Demo"]


class Demo:
    """The story of one folder, in the order in which it is told: `begin`, `bring`, `tell`, `show`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.story: Facts = read_story(folder)
        self.coordinator: str = self.story["coordinator"]

    # Who and when ----------------------------------------------------------------------------------------------------

    def begin(self) -> Community:
        """The community, its members and its gatherings."""
        for one in self.story["members"]:
            if not User.objects.filter(email=one["email"]).exists():
                User.objects.create_user(one["email"], one["name"])
        amina, name = user(self.coordinator), self.story["community"]
        community = Community.objects.filter(name__iexact=name).first() or found_community(name, by=amina)
        for one in self.story["members"]:
            join(community, user(one["email"]), Role(one["as"]), by=amina)
        for one in self.story["gatherings"]:
            if not Gathering.objects.filter(community=community, name__iexact=one["name"]).exists():
                facts = {name: one[name] for name in ("kind", "place", "mode", "is_option") if name in one}
                if "week" in one:
                    starts = day(one["week"], one["weekday"])
                    facts |= {"starts_on": starts, "ends_on": starts + timedelta(days=one.get("days", 1) - 1)}
                if "months" in one:
                    first, last = (day(week) for week in one["months"])
                    facts |= {"months_from": first.replace(day=1), "months_to": last_day_of(last)}
                plan_gathering(community, one["name"], by=amina, **facts)
        return community

    # What was brought back -------------------------------------------------------------------------------------------

    def bring(self, community: Community) -> None:
        """Deposit every file, by who brought it; a worker looks into them and hears the recordings."""
        for gathering, brought in self._brought():
            where = Gathering.objects.get(community=community, name__iexact=gathering)
            deposit = open_deposit(
                where,
                by=user(brought["by"]),
                agreed=brought["agreed"],
                credit=brought.get("credit", ""),
                resume=True,
            )
            folder = self.folder / brought["folder"]
            for path in sorted(path for path in folder.iterdir() if path.is_file()):
                if path.name in brought.get("only", [path.name]):
                    receive(deposit, path, path.name)
        for told in self.story.get("photos", []):
            photos.bring(Gathering.objects.get(community=community, name__iexact=told["gathering"]), told)
        for told in self.story.get("interviews", []):
            interviews.bring(Gathering.objects.get(community=community, name__iexact=told["gathering"]), told)

    def recordings(self) -> list[tuple[Path, dict[str, str]]]:
        """The folders of recordings, each with what `recolte harvest` is told of it: the last brought comes first, since
        whoever waits for it waits for all that came before.
        """
        return [
            (
                self.folder / one["folder"],
                {"community": self.story["community"], "gathering": gathering}
                | {name: one[name] for name in ("agreed", "credit", "by")},
            )
            for gathering, one in reversed(self._brought())
            if "credit" in one
        ]

    def _brought(self) -> list[tuple[str, Facts]]:
        return [(one["name"], brought) for one in self.story["gatherings"] for brought in one.get("brought", [])]

    # What was made of it ---------------------------------------------------------------------------------------------

    @transaction.atomic
    def tell(self, community: Community) -> None:
        """Who they are, what they set out to do, from the words to the cards, what was decided; all of it, or nothing."""
        if Card.objects.filter(community=community).exists():
            return
        telling = Telling(self.story, community, user(self.coordinator), user(self.story["researcher"]))
        people.tell(telling)
        programme.tell(telling)
        words.tell(telling)
        gatherings.tell(telling)
        photos.tell(telling)
        issues.tell(telling)
        accompaniment.tell(telling)
        words.take_back(telling)
        reports.tell(telling)
        dossiers.tell(telling)

    # What everybody may see ------------------------------------------------------------------------------------------

    def show(self, community: Community) -> None:
        """Write the public site, unless it stands at this address; its proof tells of a walk that saw it too."""
        folder, url = own_folder(community), own_address(community)
        if any(one.url == url and not one.folder for one in latest_publications(community)) and folder.is_dir():
            return
        publish(community, folder, url=url, by=user(self.coordinator))
        jobs.execute(str(jobs.start("journal.verify", community.pk, community=community).pk))
        publish(community, folder, url=url, by=user(self.coordinator))

    def recorded(self, community: Community) -> Person:
        """Somebody without an account whose voice is published."""
        return Person.objects.get(community=community, role=self.story["link_for"])
