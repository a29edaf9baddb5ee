from typing import Any

from recolte.jobs.actions import Running, job
from recolte.journal.actions import record
from recolte.journal.verifying import CHECKS, summary, verify


@job("journal.verify", nightly=True)
def verify_chain(running: Running) -> dict[str, Any]:
    """Walk the whole chain; what is broken stands in the result, for the pages to show."""
    running.stage("verifying", total=len(CHECKS))
    walks = []
    for number, walk in enumerate(verify(), 1):
        walks.append(walk)
        running.progress(number)
    result = summary(walks)
    record("chain.verified", running.job, by=running.job.by, broken=result["broken"])
    return result
