"""A machine proposes the voices of the turns that nobody said them of; people's word stays, and agreement decides."""

import io
import wave
from pathlib import Path

import numpy as np
import pytest
from django.core.exceptions import ValidationError

from recolte.consent.actions import withdraw
from recolte.consent.models import Consent, Purpose
from recolte.engine.turns import Turn as PlainTurn
from recolte.journal.verifying import verify
from recolte.sources.models import Source
from recolte.transcripts.actions import (
    add_turns,
    ask_for_voices,
    changed,
    give_voice,
    name_voice,
    start_transcription,
    take_proposals_back,
    undo,
)
from recolte.transcripts.models import Origin, Print, Transcript, Turn
from recolte.transcripts.reading import turns_html
from tests.world import World, allows, kept, work

VOICES = Path(__file__).parent.parent / "data" / "voices"
SPOKEN = [line.split() for line in (VOICES / "lecture-a-trois-voix.rttm").read_text().splitlines() if line.strip()]


def recording(world: World, name: str = "lecture.wav") -> Source:
    return kept(world, name, content=(VOICES / "lecture-a-trois-voix.wav").read_bytes() + name.encode())


def heard(source: Source) -> Transcript:
    transcript = Transcript.objects.create(
        community=source.community, source=source, origin=Origin.MACHINE, language="fr", is_complete=True
    )
    turns = []
    for number, one in enumerate(SPOKEN):
        start, lasts = round(float(one[3]) * 1000), round(float(one[4]) * 1000)
        turns.append(PlainTurn(f"tour {number}", "", start, start + lasts))
    add_turns(transcript, turns)
    changed(transcript)
    return transcript


@pytest.fixture
def transcript(world: World) -> Transcript:
    return heard(recording(world))


def turns(transcript: Transcript) -> list[Turn]:
    return list(transcript.turns.select_related("speaker").order_by("position"))


def voices(transcript: Transcript) -> list[str]:
    return [str(turn.speaker or "") for turn in turns(transcript)]


def mark(world: World, transcript: Transcript) -> dict[str, int]:
    """The first turn of each reader is given to a voice called like them; how many readers there are."""
    firsts = {who: number for number, who in reversed(list(enumerate(one[7] for one in SPOKEN)))}
    for who, number in firsts.items():
        speaker = transcript.speakers.create(community=world.community, label=who)
        give_voice(turns(transcript)[number], speaker, by=world.amina)
    return firsts


def test_the_rest_goes_to_the_nearest_and_is_undone_as_one(world: World, transcript: Transcript) -> None:
    firsts = mark(world, transcript)
    ask_for_voices(transcript, by=world.amina)
    work()
    assert voices(transcript) == [one[7] for one in SPOKEN]
    assert [turn.margin is None for turn in turns(transcript)] == [i in firsts.values() for i in range(len(SPOKEN))]
    assert transcript.text == "\n".join(f"tour {number}" for number in range(len(SPOKEN)))
    taken = take_proposals_back(transcript, by=world.amina)
    assert taken == len(SPOKEN) - len(firsts)
    assert [bool(one) for one in voices(transcript)] == [i in firsts.values() for i in range(len(SPOKEN))]


def test_somebodys_word_is_never_changed_and_undo_gives_back_what_was(world: World, transcript: Transcript) -> None:
    mark(world, transcript)
    last = turns(transcript)[-1]
    wrong = transcript.speakers.create(community=world.community, label="une autre")
    give_voice(last, wrong, by=world.bruno)
    ask_for_voices(transcript, by=world.amina)
    work()
    assert voices(transcript)[-1] == "une autre"
    undo(transcript, by=world.amina)
    assert voices(transcript).count("") > 0


def named(world: World, transcript: Transcript) -> None:
    name_voice(
        [turn for turn, one in zip(turns(transcript), SPOKEN, strict=True) if one[7] == SPOKEN[0][7]],
        world.chloe,
        by=world.amina,
    )
    work()


def test_a_voice_is_recognised_elsewhere_only_if_its_person_agreed(world: World, transcript: Transcript) -> None:
    named(world, transcript)
    assert Print.objects.count() == 0
    allows(world.chloe, Purpose.RECOGNISE)
    named(world, transcript)
    assert Print.objects.get().person == world.chloe
    other = heard(recording(world, "autre.wav"))
    ask_for_voices(other, count=3, by=world.bruno)
    work()
    guessed = [speaker for speaker in other.speakers.all() if speaker.guess_id]
    assert [one.guess for one in guessed] == [world.chloe]
    assert {voice for voice, one in zip(voices(other), SPOKEN, strict=True) if one[7] == SPOKEN[0][7]} == {
        guessed[0].label
    }
    withdraw(world.chloe, [Purpose.RECOGNISE], how=Consent.How.SPOKEN, by=world.amina)
    assert Print.objects.count() == 0
    assert not other.speakers.exclude(guess=None).exists()


def test_without_examples_one_says_how_many_speak_and_confirms_or_denies_who(
    world: World, transcript: Transcript
) -> None:
    with pytest.raises(ValidationError):
        ask_for_voices(transcript, by=world.amina)
    amina = world.client("amina")
    address = f"/transcriptions/{transcript.pk}/voix/"
    assert amina.get(address).context["may_propose"] is True
    assert amina.post(f"{address}proposer/", {"do": "ask", "count": "1"}).status_code == 302
    assert amina.post(f"{address}proposer/", {"do": "ask", "count": "3"}).status_code == 302
    assert amina.get(address).context["work"] is not None
    assert amina.get(address, headers={"HX-Request": "true"}).templates != []
    work()
    assert amina.get(address, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert len({(one[7], voice) for one, voice in zip(SPOKEN, voices(transcript), strict=True)}) == 3
    page = amina.get(address).context
    assert (page["proposed"], page["work"]) == (len(SPOKEN), None)
    speaker, other = transcript.speakers.all()[:2]
    transcript.speakers.update(guess=world.chloe)
    amina.post(f"{address}proposer/", {"do": "no", "speaker": other.pk})
    other.refresh_from_db()
    assert (other.guess, other.denied) == (None, [str(world.chloe.pk)])
    amina.post(f"{address}proposer/", {"do": "yes", "speaker": speaker.pk})
    speaker.refresh_from_db()
    assert (speaker.person, speaker.guess) == (world.chloe, None)


def test_two_channels_are_two_voices_at_once(world: World) -> None:
    """Ten seconds, of which the first half is loud on the left and the second on the right."""
    source = kept(world, "duo.wav", content=stereo())
    start_transcription(source)
    work()
    transcript = source.transcripts.get()
    assert [len(turn.words) // 5 > 0 for turn in turns(transcript)] == [True, True]
    assert (len(set(voices(transcript))), transcript.turns.proposed().count()) == (2, 0)
    assert verify_broken() == []


def test_an_uncertain_voice_is_shown_as_such_until_somebody_says_whose_it_is(
    world: World, transcript: Transcript
) -> None:
    mark(world, transcript)
    unsure = turns(transcript)[-1]
    unsure.speaker, unsure.margin = transcript.speakers.get(label=SPOKEN[-1][7]), 1
    unsure.save()
    amina = world.client("amina")
    assert list(amina.get(f"/transcriptions/{transcript.pk}/voix/").context["uncertain"]) == [unsure]
    assert turns_html(transcript).count('class="unsure"') == 1
    give_voice(unsure, unsure.speaker, by=world.amina)
    transcript.refresh_from_db()
    assert list(transcript.turns.proposed()) == []
    assert turns_html(transcript).count('class="unsure"') == 0


def stereo() -> bytes:
    """A tone on the left, then one on the right; hardly anything of it on the other side."""
    rate = 16_000
    tone = 0.3 * np.sin(np.arange(5 * rate) * 2 * np.pi * 220 / rate)
    left, right = np.concatenate([tone, tone / 50]), np.concatenate([tone / 50, tone])
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((2, 2, rate, 0, "NONE", ""))
        file.writeframes((np.stack([left, right], axis=1) * 32767).astype("<i2").tobytes())
    return out.getvalue()


def verify_broken() -> list[str]:
    return [link.sentence for walk in verify() for link in walk.broken]
