"""From the words to the cards: who spoke, what was coded, what was claimed, and what people agreed to."""

from recolte.cards.actions import add_claim, answer, publish_card, tie, write_card
from recolte.cards.models import Answer
from recolte.cards.rules import standing
from recolte.coding.actions import code_excerpt, excerpt_at, make_code, read_back, strike
from recolte.coding.models import Code, Stance
from recolte.community.models import Person
from recolte.consent.actions import agree_to, withdraw
from recolte.consent.models import Consent, Purpose
from recolte.engine.documents import as_text
from recolte.server.demo.story import Facts, Telling, user
from recolte.sources.models import Source
from recolte.transcripts.actions import correct_turn, mark_listened, name_voice
from recolte.transcripts.models import Transcript

FEW_WORDS = 12  # of a transcript in which the words of the story were not heard


def tell(telling: Telling) -> None:
    codes = {one["name"]: _code(telling, one) for one in telling.all("codes")}
    for one in telling.all("voices"):
        _hear(telling, one)
    for one in telling.all("passages"):
        _read(telling, one, codes)
    for one, person in _everybody(telling):
        how = Consent.How(one.get("how", Consent.How.LINK))
        noted_by = None if how == Consent.How.LINK else telling.amina
        agree_to(person, map(Purpose, one.get("agreed", [])), how=how, by=noted_by)
    for one in telling.all("cards"):
        _write(telling, one)


def take_back(telling: Telling) -> None:
    """What some no longer agree to."""
    for one, person in _everybody(telling):
        withdraw(person, map(Purpose, one.get("withdrawn", [])), how=Consent.How.LINK, by=None)


def _everybody(telling: Telling) -> list[tuple[Facts, Person]]:
    those = [*telling.all("members"), *telling.all("people")]
    return [(one, telling.people[one.get("name") or one["role"]]) for one in those]


def _code(telling: Telling, facts: Facts) -> Code:
    code = make_code(telling.community, facts["name"], facet=facts["facet"], by=telling.bruno)
    code.definition = facts["definition"]
    code.save(update_fields=["definition"])
    return code


def _hear(telling: Telling, facts: Facts) -> None:
    """Listen to a recording of one voice: correct what the machine heard otherwise, and say whose voice it is."""
    transcript, by = _transcript(telling, facts["file"]), user(facts["by"])
    if not transcript:
        return
    turns = list(transcript.turns.all())
    if len(turns) == 1:
        correct_turn(turns[0], facts["said"], before=turns[0].text, by=by)
    name_voice(transcript.turns.all(), telling.people[facts["person"]], by=by)
    mark_listened(transcript.turns.all(), by=by)


def _read(telling: Telling, facts: Facts, codes: dict[str, Code]) -> None:
    """Code a passage; whoever was there has read it back, or its words are off the record, where the story says so."""
    place = _transcript(telling, facts["file"]) or _source(telling, facts["file"])
    span = _span(place, facts["words"])
    if place is None or span is None:
        return
    person = telling.people[facts["person"]] if "person" in facts else None
    excerpt = excerpt_at(place, *span, by=telling.bruno, person=person)
    for name in facts["codes"]:
        code_excerpt(excerpt, codes[name], by=telling.bruno)
    if "read_back" in facts:
        read_back(excerpt, by=user(facts["read_back"]))
    if "struck" in facts and person:
        strike(excerpt, person, by=user(facts["struck"]))
    if "id" in facts:
        telling.excerpts[facts["id"]] = excerpt


def _write(telling: Telling, facts: Facts) -> None:
    amina = telling.amina
    card = write_card(telling.community, facts["title"], facts["question"], by=amina)
    for one in facts["claims"]:
        claim = add_claim(card, one["text"], kind=one["kind"], by=amina)
        for stance in Stance:
            for name in one.get(stance.value, []):
                if name in telling.excerpts:
                    tie(claim, telling.excerpts[name], stance=stance, by=amina)
        version = standing(claim).version
        for name in one.get("accepted", []):
            answer(claim, telling.people[name], Answer.ACCEPTED, version=version)
        for other in one.get("rephrased", []):
            who, wording = telling.people[other["person"]], other["wording"]
            answer(claim, who, Answer.REPHRASED, version=version, wording=wording)
    if facts.get("published"):
        publish_card(card, by=amina)


def _source(telling: Telling, name: str) -> Source | None:
    return Source.objects.filter(community=telling.community, name=name).order_by("-id").first()


def _transcript(telling: Telling, name: str) -> Transcript | None:
    return Transcript.objects.filter(source=_source(telling, name), is_complete=True).first()


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
