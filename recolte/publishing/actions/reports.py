"""Interim reports: begun with words that ask for figures, published by those who coordinate, and then frozen."""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from recolte.cards.naming import names_in
from recolte.community.models import Community, User
from recolte.journal.actions import record
from recolte.programme.reports import Figure, Scope, figures
from recolte.publishing.figured import Sections, asked_for, unknown
from recolte.publishing.models import Edition, Report


def scope_of(one: Report | Edition) -> Scope:
    return Scope(one.community, one.starts_on, one.ends_on)


def usual_sections() -> Sections:
    """What a report usually says, for who begins one: to be kept, changed or taken away."""
    return [
        {
            "heading": _("What we did"),
            "text": _(
                "Gatherings held: {rencontres}, of which learning visits: {visites}. Different people who came: {personnes}; "
                "to at least half of the gatherings: {noyau}."
            ),
        },
        {
            "heading": _("What we brought back"),
            "text": _(
                "We recorded {heures}. Notes written: {notes}; photos: {photos}. Turns of speech listened to: "
                "{prises-de-parole}; passages marked with a code: {reperages}."
            ),
        },
        {
            "heading": _("What we learn"),
            "text": _(
                "Cards: {fiches}, of which public: {fiches-publiees}. Claims: {enseignements}, of which validated by those whose "
                "words they rest on: {enseignements-valides}; contested: {enseignements-contestes}."
            ),
        },
        {"heading": _("What comes next"), "text": ""},
    ]


@transaction.atomic
def begin_report(
    community: Community, title: str, *, starts_on: date | None = None, ends_on: date | None = None, by: User
) -> Report:
    """A draft that says what reports usually say."""
    report = Report.objects.create(
        community=community,
        title=title,
        starts_on=starts_on,
        ends_on=ends_on,
        sections=usual_sections(),
        by=by,
    )
    record("report.begun", report, by=by)
    return report


@transaction.atomic
def change_report(report: Report, *, by: User, **facts: Any) -> None:
    for name, value in facts.items():
        setattr(report, name, value)
    report.changed_at = timezone.now()
    report.save()
    record("report.changed", report, by=by)


@transaction.atomic
def propose_report(report: Report, *, by: User) -> None:
    """Ask those who coordinate to publish it."""
    report.proposed_at = timezone.now()
    report.save(update_fields=["proposed_at"])
    record("report.proposed", report, by=by)


@transaction.atomic
def publish_report(report: Report, *, by: User, names_may_be_public: bool = False) -> Edition:
    """Freeze its words and the figures that they ask for, as they are now; a former edition stays as it was.

    Raises ValidationError where the words ask for a figure that there is not, or name somebody who has not agreed to it,
    unless whoever publishes says that they may.
    """
    report = Report.objects.select_for_update().get(pk=report.pk)
    sections = [one for one in report.sections if one["text"]]  # a heading with nothing below it waits for its words
    if not sections:
        raise ValidationError(_("There are no words in this report yet: write some, then publish it."))
    with translation.override(settings.LANGUAGE_CODE):
        counted = {one.key: one for one in figures(scope_of(report))}
    if wrong := wrong_words(sections, counted):
        raise ValidationError(
            _("This report asks for figures that there are not: %(words)s. Correct them, then publish it.")
            % {"words": ", ".join(wrong)}
        )
    if not names_may_be_public and names_said_in(report):
        raise ValidationError(
            _("This report names somebody who has not agreed to it: tick that they may be named, or change it.")
        )
    last = report.editions.order_by("-number").first()
    edition = Edition(
        community_id=report.community_id,
        report=report,
        number=last.number + 1 if last else 1,
        title=report.title,
        starts_on=report.starts_on,
        ends_on=report.ends_on,
        sections=sections,
        figures=[counted[key].frozen() for key in asked_for(sections)],
        by=by,
    )
    edition.sha256 = edition.digest()
    edition.save()
    report.published, report.proposed_at = edition, None
    report.save(update_fields=["published", "proposed_at"])
    record("report.published", report, by=by, edition=str(edition.pk), number=edition.number, sha256=edition.sha256)
    return edition


@transaction.atomic
def withdraw_report(report: Report, *, by: User) -> None:
    """Take it off the public site, and from the members: the team keeps its editions."""
    report.published = None
    report.save(update_fields=["published"])
    record("report.withdrawn", report, by=by)


@transaction.atomic
def remove_report(report: Report, *, by: User) -> None:
    """A draft that was never published goes for good. Raises ValidationError for another one."""
    if report.editions.exists():
        raise ValidationError(_("This report was published once: its editions stay. Take it back instead."))
    record("report.removed", report, by=by)
    report.delete()


def wrong_words(sections: Sections, keys: dict[str, Figure]) -> list[str]:
    """What the words ask for between braces, and there is not."""
    return [word for one in sections for word in unknown(f"{one['heading']}\n{one['text']}", keys)]


def names_said_in(report: Report) -> list[str]:
    """Who is named in it that has not agreed to be named, in whole sentences."""
    return names_in(texts_in(report), report.community_id)


def texts_in(one: Report | Edition) -> list[str]:
    """All the words that it says."""
    return [one.title, *(text for section in one.sections for text in section.values())]


def published_editions(community: Community) -> list[Edition]:
    """What stands on the public site, the latest first."""
    found = Edition.objects.filter(community=community, pk__in=Report.objects.values("published"))
    return list(found.select_related("community").order_by("-at"))
