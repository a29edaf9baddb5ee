from recolte.interchange.actors.actions import forget_lines
from recolte.jobs.actions import Running, job


@job("interchange.forget_lines", nightly=True)
def forget(running: Running) -> dict[str, int]:
    return {"forgotten": forget_lines()}
