"""The demo: an invented community, told by plain calls to the stages' actions. Told again, nothing changes.

A folder holds what the community brought back, one folder per gathering, and `recit.toml`: who they are, what was coded,
what they made of it. Each passage is found by its words; in a transcript without them, the first words are taken.
"""

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from recolte.cards.actions import add_claim, answer, publish_card, tie, write_card
from recolte.cards.models import Answer, Card, Stance
from recolte.cards.rules import standing
from recolte.coding.actions import code_excerpt, excerpt_at, make_code, read_back
from recolte.coding.models import Code, Excerpt
from recolte.community.actions import found_community, join
from recolte.community.models import Community, Person, Role, User
from recolte.community.people import change_person, find_or_make_person
from recolte.consent.actions import agree_to, withdraw
from recolte.consent.models import Consent, Purpose
from recolte.engine.documents import as_text
from recolte.gatherings.actions import plan_gathering
from recolte.gatherings.models import Gathering
from recolte.jobs import actions as jobs
from recolte.publishing.actions import latest_publications, own_address, own_folder, publish
from recolte.sources.actions import open_deposit, receive
from recolte.sources.models import Source
from recolte.transcripts.actions import correct_turn, mark_listened, name_voice
from recolte.transcripts.models import Transcript

STORY = "recit.toml"
FEW_WORDS = 12  # of a transcript in which the words of the story were not heard

Facts = dict[str, Any]


class Demo:
    """The story of one folder, in the order in which it is told: `begin`, `bring`, `tell`, `show`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.story: Facts = tomllib.loads((folder / STORY).read_text(encoding="utf-8"))
        self.coordinator: str = self.story["coordinator"]

    # Who and when ----------------------------------------------------------------------------------------------------

    def begin(self) -> Community:
        """The community, its members and its gatherings."""
        for one in self.story["members"]:
            if not User.objects.filter(email=one["email"]).exists():
                User.objects.create_user(one["email"], one["name"])
        amina, name = _user(self.coordinator), self.story["community"]
        community = Community.objects.filter(name__iexact=name).first() or found_community(name, by=amina)
        for one in self.story["members"]:
            join(community, _user(one["email"]), Role(one["as"]), by=amina)
        for one in self.story["gatherings"]:
            if not Gathering.objects.filter(community=community, name__iexact=one["name"]).exists():
                starts = _day(one["week"], one["weekday"])
                ends = starts + timedelta(days=one.get("days", 1) - 1)
                plan_gathering(
                    community,
                    one["name"],
                    by=amina,
                    kind=one["kind"],
                    place=one["place"],
                    starts_on=starts,
                    ends_on=ends,
                )
        return community

    # What was brought back -------------------------------------------------------------------------------------------

    def bring(self, community: Community) -> None:
        """Deposit every file, by who brought it; a worker looks into them and hears the recordings."""
        for gathering, brought in self._brought():
            where = Gathering.objects.get(community=community, name__iexact=gathering)
            deposit = open_deposit(
                where,
                by=_user(brought["by"]),
                agreed=brought["agreed"],
                credit=brought.get("credit", ""),
                resume=True,
            )
            folder = self.folder / brought["folder"]
            for path in sorted(path for path in folder.iterdir() if path.is_file()):
                if path.name in brought.get("only", [path.name]):
                    receive(deposit, path, path.name)

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
        """From the words to the cards; all of it, or nothing."""
        if Card.objects.filter(community=community).exists():
            return
        self.community, self.amina = community, _user(self.coordinator)
        self.bruno = _user(self.story["researcher"])
        self.people = {one.get("name") or one["role"]: self._person(one) for one in self._everybody()}
        self.codes = {one["name"]: self._code(one) for one in self.story["codes"]}
        for one in self.story["voices"]:
            self._hear(one)
        self.excerpts: dict[str, Excerpt] = {}
        for one in self.story["passages"]:
            self._read(one)
        for one in self._everybody():
            self._agree(one)
        for one in self.story["cards"]:
            self._write(one)
        for one in self._everybody():
            withdraw(self._called(one), map(Purpose, one.get("withdrawn", [])), how=Consent.How.LINK, by=None)

    def _everybody(self) -> list[Facts]:
        return [*self.story["members"], *self.story["people"]]

    def _called(self, facts: Facts) -> Person:
        return self.people[facts.get("name") or facts["role"]]

    def _person(self, facts: Facts) -> Person:
        name, role, structure = facts.get("name", ""), facts["role"], facts.get("structure", "")
        person = find_or_make_person(self.community, name=name, role=role, structure=structure, by=self.amina)
        if pseudonym := facts.get("pseudonym", ""):
            change_person(person, name=name, role=role, structure=structure, pseudonym=pseudonym, by=self.amina)
        if "email" in facts:
            person.user = _user(facts["email"])
            person.save(update_fields=["user"])
        return person

    def _code(self, facts: Facts) -> Code:
        code = make_code(self.community, facts["name"], facet=facts["facet"], by=self.bruno)
        code.definition = facts["definition"]
        code.save(update_fields=["definition"])
        return code

    def _agree(self, facts: Facts) -> None:
        how = Consent.How(facts.get("how", Consent.How.LINK))
        noted_by = None if how == Consent.How.LINK else self.amina
        agree_to(self._called(facts), map(Purpose, facts.get("agreed", [])), how=how, by=noted_by)

    def _hear(self, facts: Facts) -> None:
        """Listen to a recording of one voice: correct what the machine heard otherwise, and say whose voice it is."""
        transcript, by = self._transcript(facts["file"]), _user(facts["by"])
        if not transcript:
            return
        turns = list(transcript.turns.all())
        if len(turns) == 1:
            correct_turn(turns[0], facts["said"], before=turns[0].text, by=by)
        name_voice(transcript.turns.all(), self.people[facts["person"]], by=by)
        mark_listened(transcript.turns.all(), by=by)

    def _read(self, facts: Facts) -> None:
        """Code a passage; whoever was there has read it back, where the story says so."""
        place = self._transcript(facts["file"]) or self._source(facts["file"])
        span = _span(place, facts["words"])
        if place is None or span is None:
            return
        person = self.people[facts["person"]] if "person" in facts else None
        excerpt = excerpt_at(place, *span, by=self.bruno, person=person)
        for name in facts["codes"]:
            code_excerpt(excerpt, self.codes[name], by=self.bruno)
        if "read_back" in facts:
            read_back(excerpt, by=_user(facts["read_back"]))
        if "id" in facts:
            self.excerpts[facts["id"]] = excerpt

    def _write(self, facts: Facts) -> None:
        card = write_card(self.community, facts["title"], facts["question"], by=self.amina)
        for one in facts["claims"]:
            claim = add_claim(card, one["text"], kind=one["kind"], by=self.amina)
            for stance in Stance:
                for name in one.get(stance.value, []):
                    if name in self.excerpts:
                        tie(claim, self.excerpts[name], stance=stance, by=self.amina)
            version = standing(claim).version
            for name in one.get("accepted", []):
                answer(claim, self.people[name], Answer.ACCEPTED, version=version)
            for other in one.get("rephrased", []):
                who, wording = self.people[other["person"]], other["wording"]
                answer(claim, who, Answer.REPHRASED, version=version, wording=wording)
        if facts.get("published"):
            publish_card(card, by=self.amina)

    def _source(self, name: str) -> Source | None:
        return Source.objects.filter(community=self.community, name=name).order_by("-id").first()

    def _transcript(self, name: str) -> Transcript | None:
        return Transcript.objects.filter(source=self._source(name), is_complete=True).first()

    # What everybody may see ------------------------------------------------------------------------------------------

    def show(self, community: Community) -> None:
        """Write the public site, unless it stands at this address; its proof tells of a walk that saw it too."""
        folder, url = own_folder(community), own_address(community)
        if any(one.url == url and not one.folder for one in latest_publications(community)) and folder.is_dir():
            return
        publish(community, folder, url=url, by=_user(self.coordinator))
        jobs.execute(str(jobs.start("journal.verify", community.pk, community=community).pk))
        publish(community, folder, url=url, by=_user(self.coordinator))

    def recorded(self, community: Community) -> Person:
        """Somebody without an account whose voice is published."""
        return Person.objects.get(community=community, role=self.story["link_for"])


def _user(email: str) -> User:
    return User.objects.get(email=email)


def _day(week: int, weekday: int) -> date:
    """The day `weekday` (1: Monday) of the week that is `week` weeks from this one."""
    today = timezone.localdate()
    return today - timedelta(days=today.weekday()) + timedelta(weeks=week, days=weekday - 1)


def _span(place: Transcript | Source | None, words: str) -> tuple[int, int] | None:
    """Where `words` are in `place`; in a transcript without them, its first words."""
    if place is None:
        return None
    text = place.text if isinstance(place, Transcript) else as_text(place.blocks)
    if (start := text.find(words)) < 0:
        if not isinstance(place, Transcript) or not text:
            return None
        start, words = 0, " ".join(text.split("\n")[0].split(" ")[:FEW_WORDS])
    return start, start + len(words)
