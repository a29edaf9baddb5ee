import hashlib
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from recolte.community.actions import site_address
from recolte.community.models import Community
from recolte.engine.formats import FORMATS, Format
from recolte.engine.formats.habits import mistyped, transcript_of
from recolte.engine.problems import Unreadable
from recolte.engine.recognise import Kind, recognise
from recolte.engine.turns import Transcript
from recolte.interchange.actors.actions import bring_in, by_default, receive_list
from recolte.interchange.actors.matching import Proposal, Why
from recolte.interchange.actors.models import ActorList
from recolte.interchange.actors.reading import LARGEST, NAMES, Fault, NotAList
from recolte.interchange.actors.sentences import sentence, why_refused
from recolte.sources.models import Kind as SourceKind
from recolte.sources.models import Source, State
from recolte.sources.sentences import sentence as problem_sentence
from recolte.transcripts.actions import call_voices, namesakes, read_as_interview
from recolte.transcripts.models import Transcript as Brought
from recolte.transcripts.rules import is_typed
from recolte.transcripts.sentences import fault
from recolte.ui.command import Command as BaseCommand
from recolte.ui.command import CommandError, CommandParser

KINDS = ["actors", "transcript"]
IGNORE = "ignore"
TYPED = {"txt": "text", "md": "text"}  # notes, read by the habits of typed interviews when somebody says they are one


class Command(BaseCommand):
    words = gettext_lazy(
        "Bring in what another program wrote: a list of actors (CSV, JSON, GeoJSON), or a transcript (ELAN, Praat, "
        "Transcriber, CHAT, TEI, subtitles, JSON, typed text, Word, OpenDocument…). It first says what is in it; nothing is added or changed "
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
        parser.add_argument(
            "--as",
            dest="names",
            action="append",
            default=[],
            metavar="NAME=VOICE",
            help=_(
                "what a name in a transcript stands for, where it is mistyped: “%(example)s” (or “=” if it is nobody’s); "
                "may be said several times"
            )
            % {"example": "Amnia=Amina"},
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
        names = self._names(options["names"])
        format, plain = self._read(file, names)
        voices = Counter(turn.speaker for turn in plain.turns)
        facts = {"format": format.name, "turns": len(plain.turns)}
        self.say(_("Read as %(format)s: turns of speech %(turns)d, by voice:") % facts)
        nobody = _("nobody named")
        meant = mistyped({voice: count for voice, count in voices.items() if voice})
        for voice, count in voices.most_common():
            self.say(f"  {voice or nobody}: {count}")
        for voice, other in meant.items():
            facts = {"voice": voice, "other": other}
            self.say(_('“%(voice)s” is probably “%(other)s”: --as "%(voice)s=%(other)s" makes them one voice.') % facts)
        for one in plain.faults:
            self.say(fault(one.line, one.code))
        if not yes:
            self.say(_("Nothing was brought in: the same command with --gathering NAME --yes does it."))
        elif not options.get("gathering"):
            raise CommandError(_("Say to which gathering it belongs, with --gathering."))
        else:
            asked = ("gathering", "agreed", "by", "credit")
            chosen = {name: options[name] for name in asked if options.get(name)}
            call_command("harvest", str(file), community=community or None, no_link=True, **chosen)
            self._take_in(file, options["gathering"], community, names)

    def _read(self, file: Path, names: dict[str, str]) -> tuple[Format, Transcript]:
        """The format of the file, and what is in it with the voices called as `names` says."""
        try:
            found = recognise(str(file), file.name)
            is_note = found.kind == Kind.DOCUMENT
            format = FORMATS.get(TYPED.get(found.format, found.format) if is_note else found.format)
            if format is None or format.read is None:
                raise CommandError(_("%(file)s is no transcript that Récolte can read.") % {"file": file.name})
            if format.lines:
                plain = transcript_of(format.lines(file.read_bytes()), names)
            else:
                plain = format.read(file.read_bytes())
                plain.turns = [replace(turn, speaker=names.get(turn.speaker, turn.speaker)) for turn in plain.turns]
        except OSError:
            raise CommandError(
                _("%(file)s cannot be read: check its name, and that you have the right to read it.") % {"file": file}
            ) from None
        except Unreadable as error:
            raise CommandError(f"{file.name} — {problem_sentence(error.problem)}") from None
        if is_note and not any(turn.speaker or turn.start_ms is not None for turn in plain.turns):
            raise CommandError(
                _("%(file)s is no transcript that Récolte can read: neither a name nor a time was found in it.")
                % {"file": file.name}
            )
        return format, plain

    def _names(self, said: list[str]) -> dict[str, str]:
        """What `--as` says, by name."""
        names = {}
        for one in said:
            name, sign, voice = one.partition("=")
            if not name.strip() or not sign:
                raise CommandError(
                    _("“%(said)s” does not say what a name stands for: write NAME=VOICE.") % {"said": one}
                )
            names[name.strip()] = voice.strip()
        return names

    def _take_in(self, file: Path, gathering: str, community: str, names: dict[str, str]) -> None:
        """What `harvest` brought is a transcript, with its voices called as `names` says."""
        with file.open("rb") as opened:
            sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
        brought = Source.objects.filter(sha256=sha256, gathering__name__iexact=gathering.strip(), state=State.READY)
        brought = brought.filter(community__name__iexact=community.strip()) if community else brought
        source = brought.select_related("community", "deposit__by").first()
        if source is None or source.deposit.by is None:
            return  # `harvest` has said why
        transcript = Brought.objects.filter(brought_as=source).first()
        try:
            if source.kind == Kind.DOCUMENT or (transcript and names and is_typed(source.format)):
                recording = next(iter(namesakes(source, SourceKind.RECORDING)), None)
                transcript = read_as_interview(source, names, recording=recording, by=source.deposit.by)
                place = site_address(transcript.source.get_absolute_url())
                self.say(_("It is a transcript now: %(place)s") % {"place": place})
            elif transcript and names:
                call_voices(transcript, names, by=source.deposit.by)
        except ValidationError as error:
            raise CommandError(error.messages[0]) from None

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
