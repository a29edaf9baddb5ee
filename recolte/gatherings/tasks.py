from recolte.gatherings.actions.stays import erase_outlived
from recolte.jobs.actions import Running, job


@job("gatherings.erase_stays", nightly=True)
def erase_stays(running: Running) -> dict[str, int]:
    return {"erased": erase_outlived()}
