from collections import Counter
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from recolte.community.models import Community
from recolte.engine.formats import FORMATS
from recolte.engine.problems import Unreadable
from recolte.engine.recognise import Kind, recognise
from recolte.interchange.actors.actions import bring_in, by_default, receive_list
from recolte.interchange.actors.matching import Proposal, Why
from recolte.interchange.actors.models import ActorList
from recolte.interchange.actors.reading import LARGEST, NAMES, Fault, NotAList
from recolte.interchange.actors.sentences import sentence, why_refused
from recolte.sources.sentences import sentence as problem_sentence
from recolte.transcripts.sentences import fault
from recolte.ui.command import Command as BaseCommand
from recolte.ui.command import CommandError, CommandParser

KINDS = ["actors", "transcript"]
IGNORE = "ignore"


class Command(BaseCommand):
    words = gettext_lazy(
        "Bring in what another program wrote: a list of actors (CSV, JSON, GeoJSON), or a transcript (ELAN, Praat, "
        "Transcriber, CHAT, TEI, subtitles, JSON, typed text…). It first says what is in it; nothing is added or changed "
        "without --yes."
    )
    example = 'import actors tiers-lieux.csv --credit "Réseau des tiers-lieux, Licence Ouverte 2.0" --yes'

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=KINDS, help=_("what the file holds"))
        parser.add_argument("file", type=Path, help=_("the file"))
        parser.add_argument("--community", metavar="NAME", help=_("which community (needed where there are several)"))
        parser.add_argument("--source", default="", help=_("the name of the list (else the file’s)"))
        parser.add_argument("--credit", default="", help=_("whom to name, and the licence"))
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="COLUMN=FIELD",
            help=_(
                "what a column holds, where the guess is wrong: “%(example)s” (or “=ignore”); may be said several times"
            )
            % {"example": "Nom=name"},
        )
        parser.add_argument("--gathering", metavar="NAME", help=_("a transcript’s gathering (made if it is new)"))
        parser.add_argument(
            "--agreed", default="", metavar="WHO, HOW, WHEN", help=_("attests a transcript’s agreement")
        )
        parser.add_argument("--by", metavar="EMAIL", help=_("who brings a transcript (a member)"))
        parser.add_argument("--yes", action="store_true", help=_("bring in what is new, and fill in what is missing"))

    def handle(self, *args: Any, kind: str, file: Path, community: str = "", yes: bool = False, **options: Any) -> None:
        if kind == "transcript":
            self._transcript(file, community, yes, **options)
        else:
            self._actors(file, community, yes, **options)

    def _transcript(self, file: Path, community: str, yes: bool, **options: Any) -> None:
        """Say what is in the file; with `yes`, bring it as `harvest` brings a folder: it joins the recording of its name."""
        try:
            found = recognise(str(file), file.name)
            read = FORMATS[found.format].read if found.kind == Kind.TRANSCRIPT else None
            if read is None:
                raise CommandError(_("%(file)s is no transcript that Récolte can read.") % {"file": file.name})
            plain = read(file.read_bytes())
        except OSError:
            raise CommandError(
                _("%(file)s cannot be read: check its name, and that you have the right to read it.") % {"file": file}
            ) from None
        except Unreadable as error:
            raise CommandError(f"{file.name} — {problem_sentence(error.problem)}") from None
        voices = Counter(turn.speaker for turn in plain.turns)
        facts = {"format": FORMATS[found.format].name, "turns": len(plain.turns)}
        self.say(_("Read as %(format)s: turns of speech %(turns)d, by voice:") % facts)
        nobody = _("nobody named")
        for voice, count in voices.most_common():
            self.say(f"  {voice or nobody}: {count}")
        for one in plain.faults:
            self.say(fault(one.line, one.code))
        if not yes:
            self.say(_("Nothing was brought in: the same command with --gathering NAME --yes does it."))
        elif not options.get("gathering"):
            raise CommandError(_("Say to which gathering it belongs, with --gathering."))
        else:
            names = ("gathering", "agreed", "by", "credit")
            chosen = {name: options[name] for name in names if options.get(name)}
            call_command("harvest", str(file), community=community or None, no_link=True, **chosen)

    def _actors(self, file: Path, community: str, yes: bool, **options: Any) -> None:
        chosen = self._community(community)
        words = {"source": options["source"], "credit": options["credit"], "told": self._told(options["column"])}
        with transaction.atomic():
            try:
                received = receive_list(chosen, file.name, self._bytes(file), by=None, **words)
            except ValidationError as error:
                raise CommandError(error.messages[0]) from None
            if not received.is_understood:
                raise CommandError(sentence(NotAList(Fault.NO_NAME, received.columns[:12])))
            found = received.proposals()
            self._preview(received, found)
            if not yes:
                transaction.set_rollback(True)
                self.say(_("Nothing was added or changed: the same command with --yes does it."))
                return
            outcome = bring_in(received, by_default(found), by=None)
        self.say(
            _("Added: %(added)d. Completed or corrected: %(changed)d. Left as they were: %(same)d. Left out: %(left)d.")
            % {"added": outcome.added, "changed": outcome.changed, "same": outcome.same, "left": outcome.left}
        )

    def _told(self, said: list[str]) -> dict[str, str]:
        """What `--column` says, by column."""
        told = {}
        for one in said:
            column, _sign, what = one.rpartition("=")
            if not column or what not in (*NAMES, IGNORE):
                raise CommandError(
                    _(
                        "“%(said)s” does not say what a column holds: write COLUMN=FIELD, the field being one of %(fields)s."
                    )
                    % {"said": one, "fields": ", ".join((*NAMES, IGNORE))}
                )
            told[column] = "" if what == IGNORE else what
        return told

    def _bytes(self, file: Path) -> bytes:
        try:
            if file.stat().st_size > LARGEST:
                raise CommandError(sentence(NotAList(Fault.TOO_LARGE)))
            return file.read_bytes()
        except OSError:
            raise CommandError(
                _("%(file)s cannot be read: check its name, and that you have the right to read it.") % {"file": file}
            ) from None

    def _preview(self, received: ActorList, found: list[Proposal]) -> None:
        taken = ", ".join(f"{what} ← {column}" for what, column in received.mapping.items())
        self.say(_("Read as %(format)s: %(taken)s") % {"format": received.format, "taken": taken})
        new = sum(one.why == Why.NEW for one in found)
        self.say(ngettext("%(n)d structure is new.", "%(n)d structures are new.", new) % {"n": new})
        for one in found:
            if one.why == Why.CLOSE:
                self.say(
                    _(
                        "“%(name)s” stands where “%(here)s” does: it is left out, choose in the pages whether it is the same."
                    )
                    % {"name": one.listed.name, "here": one.here}
                )
            elif one.why == Why.NEAR:
                self.say(
                    _(
                        "“%(name)s” is called nearly as “%(here)s”: it is left out, choose in the pages whether it is the same."
                    )
                    % {"name": one.listed.name, "here": one.here}
                )
            elif one.asks:
                fields = ", ".join(difference.field for difference in one.differences)
                self.say(
                    _("“%(name)s” is here already; the list says otherwise, or more: %(fields)s.")
                    % {"name": one.here, "fields": fields}
                    if fields
                    else _("“%(name)s” is here already.") % {"name": one.here}
                )
            for field, words in one.listed.refused:
                facts = {"name": one.listed.name, "words": words, "why": why_refused(field)}
                self.say(_("“%(name)s”: “%(words)s” is not taken. %(why)s") % facts)

    def _community(self, name: str) -> Community:
        found = list(Community.objects.filter(name__iexact=name) if name else Community.objects.all()[:2])
        if len(found) == 1:
            return found[0]
        if not found:
            raise CommandError(_("There is no such community: say its name as the pages do, with --community."))
        raise CommandError(_("There are several communities here: say which one with --community."))
