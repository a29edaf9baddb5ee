"""Every fault and every loss has its sentence, and the pages say them."""

from django.utils import translation

from recolte.engine.formats import FORMATS, faults
from recolte.engine.formats.features import Feature
from recolte.transcripts.models import Origin, Transcript
from recolte.transcripts.sentences import FAULTS, LOSSES, fault, losses
from tests.world import World, kept, spoken


def test_every_fault_and_every_loss_has_a_sentence() -> None:
    codes = {value for name, value in vars(faults).items() if name.isupper()}
    assert set(FAULTS) == codes
    assert set(LOSSES) == set(Feature)
    with translation.override("en"):
        assert fault(3, "odd_time").startswith("Line 3: This time is not written")
        assert fault(0, "cut_short").startswith("The file stops")
        assert losses([Feature.VOICES, Feature.LANGUAGE]) == "Would be lost: who speaks, the language."
        assert losses([]) == ""


def test_one_is_told_what_each_format_would_lose_of_this_transcript(world: World) -> None:
    transcript = spoken(kept(world, "voix.wav"), "Oui.", "Non.")
    with translation.override("en"):
        page = world.client("amina").get(
            f"/transcriptions/{transcript.pk}/emporter/", headers={"Accept-Language": "en"}
        )
    told = {key: bool(lost) for key, _format, lost in page.context["formats"]}
    assert (told["json"], told["srt"]) == (False, True)
    assert set(told) == {key for key, format in FORMATS.items() if format.write}
    transcript.turns.update(start_ms=None, end_ms=None)
    page = world.client("amina").get(f"/transcriptions/{transcript.pk}/emporter/")
    offered = [key for key, _format, _lost in page.context["formats"]]
    assert "srt" not in offered and "text" in offered
    for key in offered:
        assert world.client("amina").get(f"/transcriptions/{transcript.pk}.{key}").status_code == 200
    assert world.client("amina").get(f"/transcriptions/{transcript.pk}.srt").status_code == 404


def test_the_faults_of_a_file_are_told_where_one_reads_it(world: World) -> None:
    transcript = spoken(kept(world, "voix.wav"), "Oui.")
    Transcript.objects.filter(pk=transcript.pk).update(origin=Origin.BROUGHT, faults=[[4, "odd_time"]])
    page = world.client("bruno").get(transcript.source.get_absolute_url())
    assert len(page.context["faults"]) == 1
