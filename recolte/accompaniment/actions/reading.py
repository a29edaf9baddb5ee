"""What readers do: they say whether they are tied to the collective, and write what they think of its application."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recolte.accompaniment.actions.applications import tell
from recolte.accompaniment.models import Application, Appreciation, Criterion, Level, Reading, State, Tie
from recolte.accompaniment.rules import why_not_read, why_unfinished
from recolte.community.models import User
from recolte.journal.actions import record


@transaction.atomic
def say_tied(application: Application, is_tied: bool, word: str, *, by: User) -> None:
    """Say that one is tied to the collective, or that one is not. What one wrote about it before goes with the tie.

    Raises ValidationError without a word, or when one had said before that one is tied: that stays said.
    """
    application = Application.objects.select_for_update().get(pk=application.pk)  # as who writes a reading does
    if application.is_withdrawn:
        raise ValidationError(_("This application was withdrawn: nothing more is written about it."))
    if not word.strip():
        raise ValidationError({"word": _("Say in a word what ties you to the collective, or why nothing does.")})
    before = Tie.objects.select_for_update().filter(application=application, user=by).first()
    if before and before.is_tied and not is_tied:
        raise ValidationError(_("You had said that you are tied to this collective: this stays said."))
    facts = {"community_id": application.community_id, "is_tied": is_tied, "word": word.strip()}
    tie, _new = Tie.objects.update_or_create(application=application, user=by, defaults=facts)
    if is_tied:
        Reading.objects.filter(application=application, by=by).delete()
    record("tie.said", tie, by=by, application=str(application.pk), tied=is_tied)


@transaction.atomic
def write_reading(
    application: Application, words: str, found: Mapping[Criterion, tuple[Level, str]], *, by: User
) -> Reading:
    """Write, or write again, what one thinks of an application: as a whole, and of each criterion a level and a word.

    With the first one, the collective is told that it is being read. Raises ValidationError when one may not, or when a
    criterion is left without an answer, or one cannot tell and does not say why.
    """
    locked = Application.objects.select_for_update().select_related("call", "community").get(pk=application.pk)
    if why := why_not_read(by, locked) or why_unfinished(locked, words, found):
        raise ValidationError(why)
    community = {"community_id": locked.community_id}
    reading, _new = Reading.objects.update_or_create(
        application=locked, by=by, defaults={"words": words, "written_at": timezone.now(), **community}
    )
    for criterion, (level, word) in found.items():
        Appreciation.objects.update_or_create(
            reading=reading, criterion=criterion, defaults={"level": level, "words": word, **community}
        )
    record("application.read", reading, by=by, application=str(locked.pk))
    if locked.state == State.RECEIVED:
        locked.state = State.READING
        locked.save(update_fields=["state"])
        tell(locked, by=by)
    return reading
