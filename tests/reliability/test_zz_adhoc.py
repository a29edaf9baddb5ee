from tests.reliability.conftest import *
from tests.reliability.test_full_disk import *
def test_temp(house, disk, tmp_path):
    page = gathering(house, tmp_path)
    house.environment["RECOLTE_UPLOAD_TEMP"] = str(disk.path)
    with serving(house, tmp_path / "log") as (_s, browser):
        browser.sign_in(house)
        try: print("STATUS", browser.send(f"{page}deposer/", {"longue.wav": silence(LARGE / 32_000)})[0])
        except Exception as e: print("EXC", repr(e))
def test_orphans(house, visit):
    house.harvest(visit, RECOLTE_CRASH_AT="transcribe.begun"); house.harvest(visit)
    house.harvest(visit)
    wanted = {sha for (sha,) in house.ask("SELECT sha256 FROM sources_source UNION SELECT sha256 FROM sources_rendition")}
    print("ORPHANS1", {n for n, s in house.media().items() if s not in wanted})
def test_orphans2(house, visit):
    (visit/"trois.vtt").unlink()
    (visit/"carnet"/"notes.md").unlink()
    house.harvest(visit, RECOLTE_CRASH_AT="prepare.made"); house.harvest(visit)
    wanted = {sha for (sha,) in house.ask("SELECT sha256 FROM sources_source UNION SELECT sha256 FROM sources_rendition")}
    print("ORPHANS2", {n for n, s in house.media().items() if s not in wanted}, list((house.data/"media/work").iterdir()))
