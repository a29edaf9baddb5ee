import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rich.console import Console
from rich.progress import Progress

from recolte.engine.formats import FORMATS
from recolte.engine.problems import Unreadable
from recolte.engine.recognise import Kind, recognise
from recolte.engine.turns import Transcript, Turn
from recolte.sources.sentences import sentence
from recolte.transcripts.hearing import decode_by_channel, speech_engine, speech_model
from recolte.transcripts.sentences import losses
from recolte.transcripts.voices import labelled, parted, voice_label
from recolte.ui.command import Command as RecolteCommand
from recolte.ui.command import CommandError, CommandParser

WRITTEN = {key: format.write for key, format in FORMATS.items() if format.write}
WRITTEN["txt"] = WRITTEN["text"]  # what its files are called


class Command(RecolteCommand):
    words = gettext_lazy("Print the transcript of one recording. Nothing is kept.")
    example = "transcribe entretien.m4a --language fr --format vtt > entretien.vtt"
    needs_database = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help=_("the recording"))
        parser.add_argument("--language", default=None, help=_("fr, en… (guessed when absent)"))
        parser.add_argument("--model", default="", help=_("base, a folder, a hub’s name (else that of the settings)"))
        parser.add_argument("--names", default="", help=_("names to expect, separated by commas"))
        parser.add_argument(
            "--speakers", type=int, default=0, metavar="N", help=_("how many people speak: their voices are told apart")
        )
        parser.add_argument(
            "--draft", action="store_true", help=_("quicker, with words missing and times off by seconds")
        )
        parser.add_argument("--format", choices=sorted(WRITTEN), default="txt", help=_("what to print"))

    def handle(
        self,
        *args: Any,
        file: Path,
        language: str | None,
        model: str,
        names: str,
        speakers: int,
        draft: bool,
        format: str,
        **options: Any,
    ) -> None:
        if FORMATS.get(format, FORMATS["text"]).is_packed and sys.stdout.isatty():
            raise CommandError(
                _("A %(format)s file is for an office program: send it to a file, with > interview.%(format)s.")
                % {"format": format}
            )
        try:
            if recognise(str(file), file.name).kind != Kind.RECORDING:
                raise CommandError(_("%(name)s is not a recording: there is no sound to transcribe.") % {"name": file})
            transcript = replace(self._hear(file, language, model, names, speakers, draft), title=file.stem)
        except FileNotFoundError:
            raise CommandError(_("There is no file %(name)s: check its name.") % {"name": file}) from None
        except Unreadable as error:
            raise CommandError(f"{file.name} — {sentence(error.problem)}") from None
        self._print(WRITTEN[format](transcript))
        if lost := losses(FORMATS["text" if format == "txt" else format].losses(transcript)):
            self.stderr.write(lost)

    def _print(self, written: str | bytes) -> None:
        if isinstance(written, str):
            self.say(written.rstrip("\n"))
        else:
            sys.stdout.buffer.write(written)
            sys.stdout.flush()

    def _hear(self, file: Path, language: str | None, name: str, names: str, speakers: int, draft: bool) -> Transcript:
        model = speech_model(name)
        heard: dict[int, list[Turn]] = {}
        with (
            tempfile.TemporaryDirectory() as folder,
            Progress(console=Console(stderr=True), transient=True) as progress,
            speech_engine(model, draft=draft) as engine,
        ):
            bar = progress.add_task(_("preparing the sound"), total=None)
            pcm = Path(folder) / "sound.pcm"
            duration_ms, spans, levels = decode_by_channel(file.absolute(), pcm)
            progress.update(bar, description=_("listening and writing down"), total=duration_ms)
            for index, turns, guessed in engine.chunks(pcm, spans, language=language, hotwords=names):
                heard[index] = turns
                language = language or guessed
                progress.advance(bar, spans[index][1] - spans[index][0])
            turns = [turn for index in sorted(heard) for turn in heard[index]]
            if speakers > 1:
                progress.update(bar, description=_("telling the voices apart"), total=None)
                parts = parted(turns, pcm, speakers)
                turns = [replace(part.turn, speaker=voice_label(part.voice)) for part in parts]
            elif levels and not speakers:
                turns = labelled(turns, levels)
        return Transcript(turns, language or "")
