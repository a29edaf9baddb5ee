from recolte.coding.models import Excerpt
from recolte.jobs.actions import Running, job
from recolte.sources.actions import hush
from recolte.sources.models import Kind, Rendition, Source
from recolte.transcripts.recorders import beside


@job("coding.hush_again", nightly=True)
def hush_again(running: Running) -> dict[str, int]:
    """Recordings of which something is off the record and whose silent copy could not be made: once more."""
    ids = set(Excerpt.objects.struck().values_list("source", flat=True))
    struck = Source.objects.filter(kind=Kind.RECORDING, pk__in=ids | beside(ids))
    lacking = list(struck.exclude(renditions__role=Rendition.Role.HUSHED).select_related("community"))
    for source in lacking:
        hush(source)
    return {"lacking": len(lacking)}
