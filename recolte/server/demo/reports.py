"""Where the community says it is: an interim report, with the figures of the day on which the story is told."""

from recolte.publishing.actions import begin_report, change_report, propose_report, publish_report
from recolte.server.demo.story import Telling, facts


def tell(telling: Telling) -> None:
    for told in telling.all("reports"):
        days = facts(told, "title", "sections", "is_published")
        report = begin_report(telling.community, told["title"], by=telling.bruno, **days)
        change_report(report, sections=told["sections"], by=telling.bruno)
        if told.get("is_published"):
            publish_report(report, by=telling.amina)
        else:
            propose_report(report, by=telling.bruno)
