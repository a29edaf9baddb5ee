"""Recordings: what they are, the sound inside as 16 kHz PCM, a light copy to listen to, its waveform, where to cut it.

Everything is streamed: three hours of sound need no more memory than three minutes. `probe` and `prepare` read what
strangers made and belong in `sandbox.call`; they take and return JSON values. Times are in milliseconds from the start
of the recording as a player shows it, the same in the original, in the PCM and in the listening copy.
"""

import contextlib
import errno
import itertools
import os
import re
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Literal

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from numpy.typing import NDArray

from recolte.engine.problems import Problem, Unreadable

FORMATS = "matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,mp3,ogg,wav,flac,aac,amr,aiff,caf,asf"
RATE = 16_000  # Hz of the PCM: what speech models want
PEAKS_PER_SECOND = 20
LISTENING_RATE = 48_000  # Hz
LISTENING_BITS = 24_000  # per second
LISTENING_EFFORT = "5"  # of Opus, 0..10: 10 takes five times as long for nothing that one hears in speech
CLIP_BITS = 64_000  # per second
FADE = 0.010  # s at both ends of a clip
LEAD = 0.5  # s that a decoder is given before the place that it jumped to
FAR = 5.0  # s that are sooner decoded than jumped over

LONGEST = 12 * 3600.0  # s; more is a bomb or a broken clock
LONGEST_GAP = 600.0  # s that a jump of the timestamps may bridge in a file that does not state its duration
CODEC_DELAY = 0.2  # s that an encoder may need to begin with
SMALLEST_GAP = 0.040  # s; less is rounding (webm counts in ms) or the codec's own delay
FAULTS = 1000  # after so many decoding errors the rest is given up

Samples = NDArray[np.int16]


def probe(path: str) -> dict[str, Any]:
    """Say what the recording at `path` is: {"duration_ms", "format", "codec", "channels", "sample_rate" (Hz), "damaged"}.

    Where every packet states its time only packets are read; otherwise all is decoded. `damaged` means that some of the
    sound is missing. Raises Unreadable: EMPTY, DAMAGED, PROTECTED, NO_SOUND, NO_PERMISSION.
    """
    with open_container(path) as container:
        recording = _Recording(container, path)
        stream, codec = recording.stream, recording.stream.codec_context
        sound = next(recording.frames(), None)
        if sound is None:
            raise recording.silent()
        last = _end_of_packets(path, stream.index)
        end = last - recording.shift if last is not None else recording.decoded()
        return {
            "duration_ms": round(end * 1000),
            "format": container.format.name,
            "codec": codec.name,
            "channels": sound.layout.nb_channels,
            "sample_rate": sound.sample_rate,
            "damaged": recording.is_damaged(end),
        }


def prepare(path: str, pcm_path: str | None, listening_path: str | None) -> dict[str, Any]:
    """Decode the recording at `path` once, into a raw PCM file (16 kHz, mono, s16le) and a listening copy (webm, Opus).

    Returns {"duration_ms", "channels", "damaged", "peaks_per_second", "peaks": one 0..255 (loudest sample) per 50
    ms}. What cannot be decoded becomes silence, so that the rest stays in its place. After an
    error the two files may be there, incomplete. Raises Unreadable like `probe`, and TOO_LARGE (12 h), DISK_FULL.
    """
    try:
        with contextlib.ExitStack() as stack:
            recording = _Recording(stack.enter_context(open_container(path)), path)
            pcm = _Pcm(stack.enter_context(open(pcm_path, "wb")) if pcm_path else None)
            outputs: list[_Output] = [pcm]
            if listening_path:
                outputs.append(stack.enter_context(_Listening(listening_path)))
            for sound in recording.sound():
                for output in outputs:
                    output.add(sound)
            if not recording.channels:
                raise recording.silent()
            for output in outputs:
                output.finish()
    except (av.FFmpegError, OSError) as error:
        if error.errno == errno.ENOSPC:
            raise Unreadable(Problem.DISK_FULL, str(error)) from None
        if isinstance(error, av.FFmpegError):
            raise Unreadable(Problem.DAMAGED, str(error)) from None
        raise
    return {
        "duration_ms": round(pcm.written * 1000 / RATE),
        "channels": recording.channels,
        "damaged": recording.is_damaged(pcm.written / RATE),
        "peaks_per_second": PEAKS_PER_SECOND,
        "peaks": list(pcm.peaks),
    }


def clip(path: str | Path, start_ms: int, end_ms: int, out: str | Path) -> int:
    """Write [start_ms, end_ms) of the recording at `path`, and nothing else of it, as an MP3 file (mono) at `out`.

    Returns the duration of the clip in ms: less than asked for where the recording ends sooner. Faded at both ends; no
    tags, dates or names; the same bytes for the same input with the same libraries. It jumps to the place where the
    file states its duration, as listening copies do; behind a place where the file's clock begins anew, only that copy
    is right. Raises Unreadable like `prepare`; NO_SOUND when nothing is to be heard in that span.
    """
    try:
        samples = _cut(str(path), max(0, start_ms), end_ms)
        if not len(samples):
            raise Unreadable(Problem.NO_SOUND, f"nothing from {start_ms} to {end_ms} ms")
        _write_mp3(samples, str(out))
    except (av.FFmpegError, OSError) as error:
        if error.errno == errno.ENOSPC:
            raise Unreadable(Problem.DISK_FULL, str(error)) from None
        if isinstance(error, av.FFmpegError):
            raise Unreadable(Problem.DAMAGED, str(error)) from None
        raise
    return round(len(samples) * 1000 / LISTENING_RATE)


def cuts(
    pcm_path: str | Path, shortest_ms: int = 120_000, longest_ms: int = 300_000, last_ms: int = 30_000
) -> list[int]:
    """Where to cut a PCM file (16 kHz, mono, s16le) into chunks: times in ms, inside it; none when one chunk will do.

    Each chunk lasts from `shortest_ms` to `longest_ms` and ends in the middle of the longest silence of that window,
    or where it is least loud; the last lasts at least `last_ms`.
    """
    frame = 20  # ms
    loudness = _loudness(pcm_path, frame)
    total, start, found = len(loudness) * frame, 0, list[int]()
    while total - start > longest_ms:
        first, last = (start + shortest_ms) // frame, min(start + longest_ms, total - last_ms) // frame
        if last <= first:
            break
        start = (first + _middle_of_silence(loudness[first:last])) * frame
        found.append(start)
    return found


def shares(
    pcm_path: str | Path, processes: int, shortest_ms: int = 120_000, soonest_ms: int = 20_000
) -> list[tuple[int, int]]:
    """The chunks, (start, end) in ms, that `processes` should hear of a PCM file, cut at silences.

    Long recordings are cut into pieces of `shortest_ms` to 2.5 times that; short ones so that each process has its
    part, but never of less than `soonest_ms`.
    """
    total = os.path.getsize(pcm_path) // 2 * 1000 // RATE
    shortest = min(shortest_ms, max(soonest_ms, total // (2 * max(1, processes))))
    bounds = [0, *cuts(pcm_path, shortest, shortest * 5 // 2, shortest // 2), total]
    return list(itertools.pairwise(bounds))


def read_pcm(pcm_path: str | Path, start_ms: int, end_ms: int) -> NDArray[np.float32]:
    """Return the samples (-1..1, 16 kHz) of a PCM file from `start_ms` to `end_ms`, reading only those."""
    with open(pcm_path, "rb") as file:
        first, last = (ms * RATE // 1000 for ms in (max(0, start_ms), max(0, end_ms)))
        samples = np.fromfile(file, "<i2", max(0, last - first), offset=first * 2)
    return samples.astype(np.float32) / np.float32(32768)


def write_wav(pcm_path: str | Path, start_ms: int, end_ms: int, out: str | Path) -> None:
    """Write the part from `start_ms` to `end_ms` of a PCM file as a WAV file at `out`."""
    with open(pcm_path, "rb") as file, wave.open(str(out), "wb") as wav:
        wav.setparams((1, 2, RATE, 0, "NONE", ""))
        first, last = (ms * RATE // 1000 * 2 for ms in (start_ms, end_ms))
        file.seek(first)
        while first < last and (block := file.read(min(last - first, 1 << 20))):
            wav.writeframesraw(block)
            first += len(block)


# Reading


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


class _Recording:
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
            recording = _Recording(container, self._path)
            seconds = sum(_seconds(sound) for sound in recording.sound())
            self._inner_faults = recording._inner_faults
        return seconds

    def sound(self) -> Iterator["AudioFrame | float"]:
        """Yield mono frames, and seconds of silence where the timestamps leave a gap."""
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
                mixer, mixed = AudioResampler("s16", "mono", frame.sample_rate), kind
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


def _end_of_packets(path: str, index: int) -> float | None:
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


# Writing


class _Output:
    """Mono s16 sound at `rate`, handed to `write` in blocks of about a second."""

    rate: int

    def __init__(self) -> None:
        self.written = 0  # samples
        self._resampler: AudioResampler | None = None
        self._input_rate = 0
        self._waiting: list[Samples] = []
        self._waiting_samples = 0

    def write(self, samples: Samples) -> None:
        raise NotImplementedError

    def finish(self) -> None:
        self._drain()
        self._write_waiting()

    def add(self, sound: AudioFrame | float) -> None:
        """Take a mono frame at any rate, or seconds of silence."""
        if isinstance(sound, AudioFrame):
            if self._resampler is None or sound.sample_rate != self._input_rate:
                self._drain()
                self._resampler, self._input_rate = AudioResampler("s16", "mono", self.rate), sound.sample_rate
            self._keep(self._resampler.resample(sound))
        else:
            self._drain()  # so that the resampler's own delay stays before the gap
            self._write_waiting()
            missing = round(sound * self.rate)
            while missing > 0:
                self._write(np.zeros(min(missing, self.rate), np.int16))
                missing -= self.rate

    def _drain(self) -> None:
        if self._resampler:
            self._keep(self._resampler.resample(None))
        self._resampler = None

    def _keep(self, frames: list[AudioFrame]) -> None:
        for frame in frames:
            self._waiting.append(np.frombuffer(bytes(frame.planes[0]), np.int16, frame.samples))
            self._waiting_samples += frame.samples
        if self._waiting_samples >= self.rate:
            self._write_waiting()

    def _write_waiting(self) -> None:
        if self._waiting:
            self._write(np.concatenate(self._waiting))
            self._waiting, self._waiting_samples = [], 0

    def _write(self, samples: Samples) -> None:
        self.write(samples)
        self.written += len(samples)


class _Pcm(_Output):
    """The raw PCM (when there is a file to write it to) and its peaks."""

    rate = RATE

    def __init__(self, file: BinaryIO | None) -> None:
        super().__init__()
        self.peaks = bytearray()
        self._file = file
        self._rest = np.empty(0, np.int16)

    def write(self, samples: Samples) -> None:
        if self._file:
            self._file.write(samples.astype("<i2", copy=False).tobytes())
        samples = np.concatenate([self._rest, samples])
        whole = len(samples) - len(samples) % (RATE // PEAKS_PER_SECOND)
        self._measure(samples[:whole].reshape(-1, RATE // PEAKS_PER_SECOND))
        self._rest = samples[whole:]

    def finish(self) -> None:
        super().finish()
        if len(self._rest):
            self._measure(self._rest.reshape(1, -1))
        if self._file:
            self._file.flush()
            os.fsync(self._file.fileno())

    def _measure(self, samples: Samples) -> None:
        loudest = np.abs(samples.astype(np.int32)).max(axis=1, initial=0)
        self.peaks += (loudest * 255 // 32768).astype(np.uint8).tobytes()


class _Listening(_Output):
    """The listening copy. Its index comes first, so that a player can jump before having read the whole."""

    rate = LISTENING_RATE

    def __init__(self, path: str) -> None:
        super().__init__()
        self._container = av.open(os.path.abspath(path), "w", format="webm", options={"cues_to_front": "1"})
        options = {"compression_level": LISTENING_EFFORT}
        self._stream = self._container.add_stream("libopus", LISTENING_RATE, options=options, layout="mono")
        self._stream.bit_rate = LISTENING_BITS

    def __enter__(self) -> "_Listening":
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(av.FFmpegError):
            self._container.close()

    def write(self, samples: Samples) -> None:
        frame = AudioFrame.from_ndarray(samples.reshape(1, -1), "s16", "mono")
        frame.sample_rate, frame.pts = LISTENING_RATE, self.written
        self._container.mux(self._stream.encode(frame))

    def finish(self) -> None:
        super().finish()
        self._container.mux(self._stream.encode(None))
        self._container.close()


class _Cut(_Output):
    """The samples from `first` to `last`."""

    rate = LISTENING_RATE

    def __init__(self, first: int, last: int) -> None:
        super().__init__()
        self.first, self.last = first, last
        self.parts: list[Samples] = [np.empty(0, np.int16)]

    def write(self, samples: Samples) -> None:
        self.parts.append(samples[max(0, self.first - self.written) : max(0, self.last - self.written)])


def _cut(path: str, start_ms: int, end_ms: int) -> Samples:
    """That part of a recording, mono at LISTENING_RATE, faded in and out."""
    cut = _Cut(start_ms * LISTENING_RATE // 1000, end_ms * LISTENING_RATE // 1000)
    with open_container(path) as container:
        recording = _Recording(container, path)
        recording.jump(start_ms / 1000)
        for index, sound in enumerate(recording.sound()):
            if index == 0:
                begin = min(recording.began, start_ms / 1000)
                cut.written = round(begin * LISTENING_RATE)
                cut.add(recording.began - begin)  # a pause of the clock
            cut.add(sound)
            if cut.written >= cut.last:
                break
        else:
            if not recording.channels and not recording.began:
                raise recording.silent()
            cut.finish()
    samples = np.concatenate(cut.parts)
    length = min(round(FADE * LISTENING_RATE), len(samples) // 2)
    fade = np.arange(length) / max(1, length)
    samples[:length] = samples[:length] * fade
    samples[len(samples) - length :] = samples[len(samples) - length :] * fade[::-1]
    return samples


def _write_mp3(samples: Samples, path: str) -> None:
    """Write mono sound at LISTENING_RATE as MP3. Its first frame says how much the encoder added at both ends, so that
    players leave that out; nothing says when or from what it was made, nor by which version of the library."""
    options = {"id3v2_version": "0", "fflags": "+bitexact"}
    with av.open(os.path.abspath(path), "w", format="mp3", options=options) as container:
        stream = container.add_stream("libmp3lame", LISTENING_RATE, options={"flags": "+bitexact"}, layout="mono")
        stream.bit_rate = CLIP_BITS
        for first in range(0, len(samples), LISTENING_RATE):
            frame = AudioFrame.from_ndarray(samples[first : first + LISTENING_RATE].reshape(1, -1), "s16", "mono")
            frame.sample_rate, frame.pts = LISTENING_RATE, first
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


# Silences


def _loudness(pcm_path: str | Path, frame_ms: int) -> NDArray[np.float32]:
    """Loudness (dB of full scale, floor -100) of each frame of a PCM file, read a few minutes at a time."""
    length = RATE * frame_ms // 1000
    with open(pcm_path, "rb") as file:
        blocks = itertools.takewhile(len, (np.fromfile(file, "<i2", length * 10_000) for _ in itertools.count()))
        powers = [
            np.square(block[: len(block) // length * length].astype(np.float32) / 32768)
            .reshape(-1, length)
            .mean(axis=1)
            for block in blocks
        ]
    loudness: NDArray[np.float32] = 10 * np.log10(np.concatenate([*powers, np.empty(0, np.float32)]) + 1e-10)
    return loudness


def _middle_of_silence(loudness: NDArray[np.float32]) -> int:
    """Index of the middle of the longest silence; silence lies nearer to the quietest frames than to the loudest."""
    quiet, loud = np.percentile(loudness, (10, 90))
    silent = loudness < quiet + 0.3 * (loud - quiet)
    if not silent.any():  # all alike
        return len(loudness) // 2
    edges = np.flatnonzero(np.diff(np.concatenate([[0], silent.astype(np.int8), [0]])))
    starts, ends = edges[::2], edges[1::2]
    longest = int(np.argmax(ends - starts))
    return int(starts[longest] + ends[longest]) // 2
