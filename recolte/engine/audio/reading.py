"""What is inside a recording: its sound, in its place, in spite of faults."""

import contextlib
import os
import re
from collections.abc import Iterator
from typing import Literal

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer

from recolte.engine.problems import Problem, Unreadable

FORMATS = "matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,mp3,ogg,wav,flac,aac,amr,aiff,caf,asf"
LEAD = 0.5  # s that a decoder is given before the place that it jumped to
FAR = 5.0  # s that are sooner decoded than jumped over

LONGEST = 12 * 3600.0  # s; more is a bomb or a broken clock
LONGEST_GAP = 600.0  # s that a jump of the timestamps may bridge in a file that does not state its duration
CODEC_DELAY = 0.2  # s that an encoder may need to begin with
SMALLEST_GAP = 0.040  # s; less is rounding (webm counts in ms) or the codec's own delay
FAULTS = 1000  # after so many decoding errors the rest is given up


def open_container(path: str) -> InputContainer:
    """Open a recording of one of FORMATS, and no other: an ffconcat text, for instance, would read its neighbours."""
    av.logging.set_level(av.logging.PANIC)
    options = {"format_whitelist": FORMATS, "protocol_whitelist": "file"}
    # An absolute path is never taken for a protocol; tags in an odd encoding are no reason to refuse a recording.
    path = os.path.abspath(path)
    if os.path.getsize(path) == 0:
        raise Unreadable(Problem.EMPTY)
    try:
        return av.open(path, options=options, metadata_errors="replace")
    except PermissionError as error:
        raise Unreadable(Problem.NO_PERMISSION, str(error)) from None
    except av.FFmpegError as error:
        raise Unreadable(Problem.DAMAGED, str(error)) from None


class Recording:
    """The audio stream of a container, decoded in spite of faults."""

    def __init__(self, container: InputContainer, path: str) -> None:
        self._container, self._path = container, path
        stream = container.streams.best("audio")
        stream = stream or next(iter(container.streams.audio), None)
        if not isinstance(stream, AudioStream):
            raise Unreadable(Problem.NO_SOUND, "no audio stream")
        if not stream.codec_context:  # PyAV has none for a codec that it does not know
            raise Unreadable(Problem.PROTECTED if _is_protected(path) else Problem.DAMAGED, "unknown codec")
        self.stream = stream
        self.channels = 0  # the most that a frame had
        self._inner_faults = self._outer_faults = self._packets = self._frames = 0
        self._lead = 0.0  # s of the file's clock at the first packet
        self.shift = 0.0  # s of the file's clock at the first instant that a player shows
        self.began = 0.0  # s at which `sound` begins
        self._has_jumped = False
        # Duration that the file itself states; that of raw streams is an estimate from the bit rate.
        stated = container.format.name not in {"mp3", "aac", "amr"} and container.duration
        self.stated = stated / av.time_base if stated else None

    def frames(self) -> Iterator[AudioFrame]:
        """Yield what can be decoded. A fault before the first frame or after the last loses next to nothing: phones
        write such files; one between two frames, or of the container, is damage."""
        pending = 0
        for _ in range(FAULTS):
            try:
                for packet in self._container.demux(self.stream):
                    if not self._packets and packet.pts is not None and packet.time_base:
                        self._lead = max(0.0, float(packet.pts * packet.time_base))
                    self._packets += 1
                    try:
                        frames = packet.decode()
                    except av.FFmpegError:
                        pending += 1
                        self._outer_faults += 1
                        if self._outer_faults > FAULTS:
                            return
                        continue
                    for frame in frames:
                        if isinstance(frame, AudioFrame) and frame.samples and frame.sample_rate:
                            if self._frames:
                                self._inner_faults += pending
                            else:
                                self.shift = self._start(frame)
                            self._frames, pending = self._frames + 1, 0
                            yield frame
                return
            except av.FFmpegError:
                self._inner_faults += 1

    def jump(self, seconds: float) -> None:
        """Let `sound` begin somewhat before `seconds`, if that is far; not where the duration is but an estimate."""
        if self.stated is not None and seconds > FAR and next(self.frames(), None):
            self._has_jumped = True
            with contextlib.suppress(av.FFmpegError):
                self._container.seek(int((seconds + self.shift - LEAD) * av.time_base))

    def _start(self, frame: AudioFrame) -> float:
        """Measured in Chromium: a late first packet is played as silence before it; what the decoder leaves out of the
        first packets (the encoder's delay) is not."""
        if frame.pts is None or not frame.time_base:
            return 0.0
        time = float(frame.pts * frame.time_base)
        if self._lead > LONGEST_GAP:  # no silence but the hour of the day, or a stream that somebody joined late
            self._lead = 0.0
            return time
        return time - self._lead if time - self._lead <= CODEC_DELAY else 0.0

    def decoded(self) -> float:
        """Duration (s) of all the sound, decoded from the start in a container of its own."""
        with open_container(self._path) as container:
            recording = Recording(container, self._path)
            seconds = sum(_seconds(sound) for sound in recording.sound())
            self._inner_faults = recording._inner_faults
        return seconds

    def sound(self, layout: Literal["mono", "stereo"] = "mono") -> Iterator["AudioFrame | float"]:
        """Yield frames of `layout`, and seconds of silence where the timestamps leave a gap."""
        position, shift, before = 0.0, 0.0, -1.0
        mixer, mixed = AudioResampler(), None
        for frame in self.frames():
            first = position == 0
            shift = self.shift if first else shift
            if first and self._has_jumped and (frame.pts is None or not frame.time_base):
                raise Unreadable(Problem.DAMAGED, "no time where it jumped to")  # better none than another second
            if frame.pts is not None and frame.time_base:
                time = float(frame.pts * frame.time_base)
                if first and self._has_jumped:
                    position = self.began = time - shift
                if not first and time < before - 0.5:
                    shift = time - position  # the clock began anew (streams put end to end): nothing is thrown away
                before, gap = time, time - shift - position
                if gap > (0 if first else SMALLEST_GAP):
                    # What leads past the end that the file states, or very far, is no pause but a broken clock.
                    known = None if first else self.stated
                    end = known + self._lead + 1 if known else position + LONGEST_GAP
                    if position + gap < min(end, LONGEST):
                        yield gap
                        position += gap
                    else:
                        self._inner_faults += 1
                        shift = time - position
            frame.pts = None  # from here on only the samples count
            position += _seconds(frame)
            if position > LONGEST:
                raise Unreadable(Problem.TOO_LARGE, f"more than {LONGEST / 3600:.0f} h")
            self.channels = max(self.channels, frame.layout.nb_channels)
            kind = (frame.format.name, frame.layout.name, frame.sample_rate)
            if kind != mixed:
                mixer, mixed = AudioResampler("s16", layout, frame.sample_rate), kind
            yield from mixer.resample(frame)

    def is_damaged(self, seconds: float) -> bool:
        missing = self.stated is not None and seconds < self.stated - 1
        return missing or self._inner_faults > 0 or _is_cut_short(self._path)

    def silent(self) -> Unreadable:
        """What to raise when not one frame came out."""
        if _is_protected(self._path):
            return Unreadable(Problem.PROTECTED, "encrypted")
        if self._outer_faults or self._inner_faults or self.stated:
            return Unreadable(Problem.DAMAGED, "nothing could be decoded")
        return Unreadable(Problem.NO_SOUND, "zero seconds")


def _seconds(sound: AudioFrame | float) -> float:
    return sound.samples / sound.sample_rate if isinstance(sound, AudioFrame) else sound


def end_of_packets(path: str, index: int) -> float | None:
    """Where the last packet ends (s of the file's clock), None if a packet does not say."""
    with open_container(path) as container:
        end = None
        if not container.duration:
            return None
        try:
            for packet in container.demux(container.streams[index]):
                if packet.size:
                    if packet.pts is None or not packet.duration or not packet.time_base:
                        return None
                    end = max(end or 0.0, float((packet.pts + packet.duration) * packet.time_base))
        except av.FFmpegError:
            return None
        return end


def _is_cut_short(path: str) -> bool:
    """Whether a WAV or AIFF file is shorter than its first chunk says (the library then corrects the duration)."""
    with open(path, "rb") as file:
        head, length = file.read(12), os.fstat(file.fileno()).st_size
    order: Literal["little", "big"] = "little" if head[:4] == b"RIFF" else "big"
    size = int.from_bytes(head[4:8], order)
    # A recorder that could not come back to its header left a size near 2 or 4 GB there.
    return head[:4] in (b"RIFF", b"FORM") and length + 1 < size + 8 < 0x7FF00000


def _is_protected(path: str) -> bool:
    """Whether an MP4 file says that its sound is encrypted (sample entries `drms` and `enca`, ISO/IEC 14496-12)."""
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            if re.search(rb"stsd.{12}(drms|enca)", block + file.peek(64)[:64], re.DOTALL):
                return True
    return False
