"""Recordings: what real phones, browsers and dictaphones wrote is read, and nothing else ever comes out than Unreadable."""

import json
import os
import subprocess
import sys
import wave
from pathlib import Path

import av
import numpy as np
import pytest

from recolte.engine import audio, sandbox
from recolte.engine.audio.reading import Recording
from recolte.engine.problems import Problem, Unreadable

DATA = Path(os.environ.get("RECOLTE_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))
SPEECH, MEDIA = DATA / "2_audio_fr", DATA / "6_media_docs"
RECORDINGS = sorted(
    path
    for path in [*SPEECH.rglob("*"), *MEDIA.glob("audio_*/*")]
    if path.is_file() and path.suffix not in {".txt", ".json", ".rttm", ".csv", ".TextGrid", ".readalong"}
)

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="The real recordings are not here: set RECOLTE_TEST_DATA.")


def clicks(
    path: Path, codec: str, *, seconds: int = 4, rate: int = 48_000, start: float = 0.0, hole: float = 0.0
) -> Path:
    """Write a recording with a click of 10 ms at each half second (0.5, 1.5, …), whose clock begins at `start` and
    jumps by `hole` seconds in the middle."""
    sound = np.zeros(seconds * rate, np.int16)
    for second in range(seconds):
        first = int((second + 0.5) * rate)
        sound[first : first + rate // 100] = 20_000 * np.sin(2 * np.pi * 1000 * np.arange(rate // 100) / rate)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout="mono")
        for half, samples in enumerate(np.split(sound, 2)):
            frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), "s16", "mono")
            frame.sample_rate = rate
            frame.pts = round((start + half * (seconds / 2 + hole)) * rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def onsets(pcm: Path) -> list[float]:
    """The times (s) at which something is heard after 100 ms of silence."""
    loud = np.flatnonzero(np.abs(np.fromfile(pcm, "<i2").astype(int)) > 6000) / audio.RATE
    return [float(time) for time, before in zip(loud, [-1, *loud], strict=False) if time - before > 0.1]


def write_pcm(path: Path, *parts: tuple[float, float]) -> Path:
    """Write noise in parts of (seconds, amplitude)."""
    noise = np.random.default_rng(1)
    samples = [noise.normal(0, amplitude, int(seconds * audio.RATE)) for seconds, amplitude in parts]
    np.concatenate([*samples, np.empty(0)]).clip(-32768, 32767).astype("<i2").tofile(path)
    return path


@needs_data
@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.name)
def test_every_real_file_gives_a_description_or_a_reason(path, tmp_path):
    try:
        found = audio.probe(str(path))
    except Unreadable as error:
        with pytest.raises(Unreadable) as raised:
            audio.prepare(str(path), str(tmp_path / "pcm"), None)
        assert raised.value.problem == error.problem
        return
    assert found["duration_ms"] > 0 and found["channels"] in (1, 2) and found["sample_rate"] >= 8000
    if found["duration_ms"] < 60_000:
        result = audio.prepare(str(path), str(tmp_path / "pcm"), None)
        assert json.loads(json.dumps(result)) == result
        assert result["duration_ms"] == pytest.approx(found["duration_ms"], abs=70)
        assert len(result["peaks"]) == -(-(tmp_path / "pcm").stat().st_size // 1600)


@needs_data
@pytest.mark.parametrize(
    ("name", "duration_ms", "codec", "channels"),
    [
        ("2_audio_fr/picovoice/test_fr.wav", 6672, "pcm_s16le", 1),
        ("2_audio_fr/ina/lamartine.wav", 14643, "pcm_f32le", 1),
        ("2_audio_fr/misc/ShortAudioSampleFrench.mp3", 4310, "mp3float", 1),
        ("2_audio_fr/misc/french.aiff", 2533, "pcm_s16be", 1),
        ("2_audio_fr/fleurs_fr/fleurs-fr-007.ogg", 11640, "opus", 1),
        ("2_audio_fr/readalongs/ej-fra.m4a", 34133, "aac", 1),
        ("2_audio_fr/readalongs/audio_sample.ogg", 3814, "vorbis", 2),
        ("2_audio_fr/browser_recordings/audio-sample-android-chrome.webm", 2340, "opus", 1),
        ("2_audio_fr/browser_recordings/audio-sample-android-firefox.ogg", 2296, "opus", 1),
        ("2_audio_fr/browser_recordings/audio-sample-android.m4a", 1387, "aac", 2),
        ("2_audio_fr/browser_recordings/audio-sample-ios.m4a", 1364, "aac", 2),
        ("2_audio_fr/browser_recordings/audio-sample-ios-browser.webm", 2630, "opus", 1),
        ("2_audio_fr/tts_long/fr-sample - Manon.ogg", 301_610, "opus", 1),
        ("6_media_docs/audio_video_formats/fixture.flac", 1225, "flac", 2),
        ("6_media_docs/audio_video_formats/fixture.amr", 840, "amrnb", 1),
        ("6_media_docs/audio_video_formats/fixture.3gp", 5577, "amrnb", 1),
        ("6_media_docs/audio_video_formats/fixture.m4a", 767, "aac", 2),
        ("6_media_docs/audio_video_formats/fixture.mp3", 767, "mp3float", 2),
        ("6_media_docs/audio_more/creative_common.mp4", 2261, "aac", 2),
        ("6_media_docs/audio_more/wrong_extension.aac", 9660, "aac", 1),
    ],
)
def test_the_durations_of_all_formats(name, duration_ms, codec, channels):
    found = audio.probe(str(DATA / name))
    assert (found["codec"], found["channels"], found["damaged"]) == (codec, channels, False)
    assert found["duration_ms"] == pytest.approx(duration_ms, abs=50)


@needs_data
@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("audio_more/testMP4_drm.m4a", Problem.PROTECTED),
        ("audio_more/test1_empty.wav", Problem.NO_SOUND),
        ("audio_more/testMP4_udtaLocation.mp4", Problem.NO_SOUND),
        ("audio_more/testMP3truncated.mp3", Problem.DAMAGED),
        ("audio_tags/alac_file.m4a", Problem.DAMAGED),
        ("audio_tags/empty_file.ogg", Problem.EMPTY),
        ("audio_video_formats/fixture.pdf", Problem.DAMAGED),
    ],
)
def test_why_a_recording_is_refused(name, problem):
    with pytest.raises(Unreadable) as raised:
        audio.probe(str(MEDIA / name))
    assert raised.value.problem == problem


@needs_data
def test_a_truncated_m4a_gives_what_is_left_or_a_reason(tmp_path):
    whole = (MEDIA / "audio_more" / "format_test.m4a").read_bytes()  # its index is at the end
    faststart = (SPEECH / "browser_recordings" / "audio-sample-ios.m4a").read_bytes()  # at the start
    path, problems, durations = tmp_path / "cut.m4a", set(), []
    for content in (whole, faststart):
        for offset in np.linspace(0, len(content) - 1, 25, dtype=int):
            path.write_bytes(content[:offset])
            try:
                durations.append(
                    audio.prepare(str(path), str(tmp_path / "pcm"), str(tmp_path / "copy.webm"))["duration_ms"]
                )
            except Unreadable as error:
                problems.add(error.problem)
    assert problems == {Problem.EMPTY, Problem.DAMAGED}
    assert len(set(durations)) > 5


def test_what_a_truncated_recording_still_holds_is_kept_and_called_damaged(tmp_path):
    whole = clicks(tmp_path / "whole.wav", "pcm_s16le").read_bytes()
    (tmp_path / "cut.wav").write_bytes(whole[: len(whole) // 2])
    result = audio.prepare(str(tmp_path / "cut.wav"), str(tmp_path / "pcm"), None)
    assert result["damaged"] is True
    assert onsets(tmp_path / "pcm") == pytest.approx([0.5, 1.5], abs=0.002)


def test_noise_in_the_middle_of_a_file_does_not_move_the_rest(tmp_path):
    path = clicks(tmp_path / "spoilt.webm", "libopus", seconds=8)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 300] = np.random.default_rng(2).bytes(300)
    path.write_bytes(content)
    audio.prepare(str(path), str(tmp_path / "pcm"), None)
    heard = onsets(tmp_path / "pcm")
    assert len(heard) >= 5
    assert [time % 1 for time in heard] == pytest.approx([0.5] * len(heard), abs=0.03)


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.wav", "pcm_s16le"),
        ("a.flac", "flac"),
        ("a.m4a", "aac"),  # with an edit list for the encoder's delay
        ("a.mp3", "libmp3lame"),  # with the delay in its first frame
        ("a.ogg", "libopus"),
        ("a.webm", "libopus"),
    ],
)
def test_the_codecs_own_delay_does_not_move_the_sound(name, codec, tmp_path):
    path = clicks(tmp_path / name, codec)
    audio.prepare(str(path), str(tmp_path / "pcm"), str(tmp_path / "copy.webm"))
    assert onsets(tmp_path / "pcm") == pytest.approx([0.5, 1.5, 2.5, 3.5], abs=0.005)
    audio.prepare(str(tmp_path / "copy.webm"), str(tmp_path / "again"), None)
    assert onsets(tmp_path / "again") == pytest.approx([0.5, 1.5, 2.5, 3.5], abs=0.005)


@pytest.mark.parametrize(("name", "codec"), [("a.webm", "libopus"), ("a.ogg", "libopus"), ("a.m4a", "aac")])
def test_a_recording_that_begins_late_begins_with_silence_as_in_a_browser(name, codec, tmp_path):
    path = clicks(tmp_path / name, codec, start=0.9)
    result = audio.prepare(str(path), str(tmp_path / "pcm"), None)
    assert onsets(tmp_path / "pcm") == pytest.approx([1.4, 2.4, 3.4, 4.4], abs=0.01)
    assert result["duration_ms"] == pytest.approx(4900, abs=30)
    assert audio.probe(str(path))["duration_ms"] == pytest.approx(4900, abs=30)


def test_time_starts_with_the_recording_when_its_clock_shows_the_hour(tmp_path):
    path = clicks(tmp_path / "late.webm", "libopus", start=3600.0)
    audio.prepare(str(path), str(tmp_path / "pcm"), None)
    assert onsets(tmp_path / "pcm") == pytest.approx([0.5, 1.5, 2.5, 3.5], abs=0.01)


def test_a_gap_of_the_clock_is_silence(tmp_path):
    path = clicks(tmp_path / "pause.mka", "pcm_s16le", hole=3.0)
    result = audio.prepare(str(path), str(tmp_path / "pcm"), None)
    assert onsets(tmp_path / "pcm") == pytest.approx([0.5, 1.5, 5.5, 6.5], abs=0.01)
    assert result["duration_ms"] == pytest.approx(7000, abs=10)


def test_a_clock_that_jumps_by_days_is_broken_and_makes_no_days_of_silence(tmp_path):
    path = clicks(tmp_path / "days.mka", "pcm_s16le", hole=100_000.0)
    result = audio.prepare(str(path), str(tmp_path / "pcm"), None)
    assert onsets(tmp_path / "pcm") == pytest.approx([0.5, 1.5, 2.5, 3.5], abs=0.01)
    assert (result["duration_ms"], result["damaged"]) == (4000, True)


def test_an_ffconcat_text_never_reads_its_neighbour(tmp_path):
    clicks(tmp_path / "neighbour.wav", "pcm_s16le")
    trap = tmp_path / "trap.webm"
    trap.write_text("ffconcat version 1.0\nfile neighbour.wav\n")
    for function in (audio.probe, lambda path: audio.prepare(path, str(tmp_path / "pcm"), None)):
        with pytest.raises(Unreadable) as raised:
            function(str(trap))
        assert raised.value.problem == Problem.DAMAGED
    assert not (tmp_path / "pcm").exists()


@pytest.mark.parametrize("content", ["Bonjour, ceci est un texte.\n" * 500, "#EXTM3U\n#EXTINF:1,\nneighbour.wav\n"])
def test_a_text_with_the_name_of_a_recording_is_refused(content, tmp_path):
    clicks(tmp_path / "neighbour.wav", "pcm_s16le")
    (tmp_path / "note.mp3").write_text(content)
    with pytest.raises(Unreadable) as raised:
        audio.probe(str(tmp_path / "note.mp3"))
    assert raised.value.problem == Problem.DAMAGED


def test_a_recording_of_zero_seconds_has_no_sound(tmp_path):
    with wave.open(str(tmp_path / "empty.wav"), "wb") as empty:
        empty.setparams((1, 2, 16_000, 0, "NONE", ""))
    for function in (audio.probe, lambda path: audio.prepare(path, None, None)):
        with pytest.raises(Unreadable) as raised:
            function(str(tmp_path / "empty.wav"))
        assert raised.value.problem == Problem.NO_SOUND


def test_a_full_disk_is_said(tmp_path):
    path = clicks(tmp_path / "a.wav", "pcm_s16le")
    for outputs in (("/dev/full", None), (None, "/dev/full")):
        with pytest.raises(Unreadable) as raised:
            audio.prepare(str(path), *outputs)
        assert raised.value.problem == Problem.DISK_FULL


def test_it_runs_in_the_sandbox(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(audio.__file__).parents[3]))
    path = clicks(tmp_path / "a.m4a", "aac")
    result = sandbox.call("recolte.engine.audio:prepare", str(path), str(tmp_path / "pcm"), str(tmp_path / "copy.webm"))
    assert result["duration_ms"] == pytest.approx(4000, abs=30)
    with pytest.raises(Unreadable) as raised:
        sandbox.call("recolte.engine.audio:probe", __file__)
    assert raised.value.problem == Problem.DAMAGED


@needs_data
def test_the_listening_copy_says_the_same_at_the_same_time(tmp_path):
    result = audio.prepare(
        str(SPEECH / "readalongs" / "ej-fra.m4a"), str(tmp_path / "pcm"), str(tmp_path / "copy.webm")
    )
    copy = audio.prepare(str(tmp_path / "copy.webm"), str(tmp_path / "again"), None)
    assert copy["duration_ms"] == pytest.approx(result["duration_ms"], abs=30)
    assert audio.probe(str(tmp_path / "copy.webm"))["duration_ms"] == pytest.approx(result["duration_ms"], abs=30)
    assert (tmp_path / "copy.webm").stat().st_size < 34.2 * 24_000 / 8 * 1.5
    one, two = (np.fromfile(tmp_path / name, "<i2").astype(float) for name in ("pcm", "again"))
    for start in (0, len(one) // 2, len(one) - 80_000):
        left, right = one[start : start + 65_536], two[start : start + 65_536]
        size = 2 * max(len(left), len(right))
        match = np.fft.irfft(np.fft.rfft(left, size) * np.conj(np.fft.rfft(right, size)))
        offset = int(np.argmax(match))
        assert min(offset, size - offset) < 0.005 * audio.RATE


@needs_data
def test_peaks_show_where_the_sound_is(tmp_path):
    result = audio.prepare(str(SPEECH / "picovoice" / "test_fr.wav"), None, None)
    assert (result["peaks_per_second"], len(result["peaks"])) == (20, 134)
    assert max(result["peaks"][:18]) < 10 < max(result["peaks"][22:110])


def test_the_loudest_sound_is_the_highest_peak(tmp_path):
    with wave.open(str(tmp_path / "loud.wav"), "wb") as loud:
        loud.setparams((2, 2, 16_000, 0, "NONE", ""))
        loud.writeframes(np.full(3200, -32768, "<i2").tobytes() + np.zeros(1600, "<i2").tobytes())
    result = audio.prepare(str(tmp_path / "loud.wav"), None, None)
    assert (result["peaks"], result["channels"]) == ([255, 255, 0], 2)


def test_cuts_fall_into_the_longest_silence(tmp_path):
    pcm = write_pcm(tmp_path / "pcm", (25, 3000), (0.5, 30), (10, 3000), (2, 30), (20, 3000), (1, 30), (25, 3000))
    assert audio.cuts(pcm, 20_000, 40_000, 10_000) == [pytest.approx(36_500, abs=40), pytest.approx(58_000, abs=40)]


def test_a_cut_leaves_no_crumb_at_the_end(tmp_path):
    pcm = write_pcm(tmp_path / "pcm", (55, 3000), (2, 30), (4, 3000))
    (cut,) = audio.cuts(pcm, 20_000, 58_000, 10_000)
    assert 20_000 <= cut <= 51_000


def test_what_fits_one_chunk_is_not_cut(tmp_path):
    assert audio.cuts(write_pcm(tmp_path / "pcm", (30, 3000)), 10_000, 30_000) == []
    assert audio.cuts(write_pcm(tmp_path / "none"), 10_000, 30_000) == []


@pytest.mark.parametrize("amplitude", [0, 3000])
def test_sound_that_is_all_alike_is_cut_all_the_same(amplitude, tmp_path):
    found = audio.cuts(write_pcm(tmp_path / "pcm", (90, amplitude)), 20_000, 40_000, 10_000)
    edges = [0, *found, 90_000]
    assert all(10_000 <= end - start <= 40_000 for start, end in zip(edges, edges[1:], strict=False))


def test_a_part_of_the_pcm_as_wav(tmp_path):
    pcm = write_pcm(tmp_path / "pcm", (3, 1000))
    audio.write_wav(pcm, 1000, 2500, tmp_path / "part.wav")
    with wave.open(str(tmp_path / "part.wav")) as part:
        assert (part.getframerate(), part.getnframes()) == (16_000, 24_000)
        assert part.readframes(24_000) == pcm.read_bytes()[32_000:80_000]
    assert len(audio.read_pcm(pcm, 1000, 2500)) == 24_000
    assert len(audio.read_pcm(pcm, 2900, 9000)) == 1600


@pytest.mark.slow
def test_an_hour_needs_no_more_memory_than_a_minute(tmp_path):
    def peak(minutes):
        """Duration in ms and peak memory in kB: VmHWM is of this program alone, ru_maxrss counts the forking parent's."""
        with wave.open(str(tmp_path / "long.wav"), "wb") as recording:
            recording.setparams((2, 2, 44_100, 0, "NONE", ""))
            for _ in range(minutes):
                recording.writeframesraw(minute)
        script = (
            "import sys; from recolte.engine import audio; result = audio.prepare(*sys.argv[1:]);"
            "status = dict(line.split(':') for line in open('/proc/self/status'));"
            "print(result['duration_ms'], status['VmHWM'].split()[0])"
        )
        paths = [str(tmp_path / name) for name in ("long.wav", "pcm", "copy.webm")]
        out = subprocess.run([sys.executable, "-c", script, *paths], check=True, capture_output=True, text=True).stdout
        return tuple(map(int, out.split()))

    minute = np.random.default_rng(1).normal(0, 3000, 2 * 44_100 * 60).astype("<i2").tobytes()
    short_ms, short_kilobytes = peak(1)
    long_ms, long_kilobytes = peak(60)
    assert (short_ms, long_ms) == (60_000, 3_600_000)
    assert long_kilobytes < short_kilobytes * 1.5


def test_each_process_has_its_share_of_a_short_recording_and_long_ones_are_cut_into_minutes(tmp_path):
    minute = write_pcm(tmp_path / "minute", (60, 3000))
    assert [len(audio.shares(minute, processes)) for processes in (1, 2)] == [1, 2]
    spans = audio.shares(write_pcm(tmp_path / "long", (900, 3000)), 2)
    assert (spans[0][0], spans[-1][1]) == (0, 900_000)
    assert all(120_000 <= end - start <= 300_000 for start, end in spans)
    assert [end for _, end in spans[:-1]] == [start for start, _ in spans[1:]]


def tones(path: Path, seconds: int, rate: int = 48_000) -> Path:
    """Write a recording in which second number n is a tone of 400 + 50 n Hz."""
    with wave.open(str(path), "wb") as recording:
        recording.setparams((1, 2, rate, 0, "NONE", ""))
        for second in range(seconds):
            tone = 8000 * np.sin(2 * np.pi * (400 + 50 * second) * np.arange(rate) / rate)
            recording.writeframesraw(tone.astype("<i2").tobytes())
    return path


def heard(path: Path) -> np.ndarray:
    """All that a decoder finds in an MP3 file, at 48 kHz, in -1..1."""
    with av.open(str(path)) as container:
        return np.concatenate([frame.to_ndarray().ravel() for frame in container.decode(audio=0)])


def pitches(samples: np.ndarray) -> list[int]:
    """The strongest frequency (Hz, to the next 50) of each tenth of a second that is whole."""
    tenths = samples[: len(samples) // 4800 * 4800].reshape(-1, 4800) * np.hanning(4800)
    strongest = np.abs(np.fft.rfft(tenths, 48_000)).argmax(axis=1)
    return [round(frequency / 50) * 50 for frequency in strongest]


@pytest.fixture(scope="module")
def listening_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A listening copy of 40 s, as `prepare` makes it: second number n is a tone of 400 + 50 n Hz."""
    folder = tmp_path_factory.mktemp("tones")
    audio.prepare(str(tones(folder / "a.wav", 40)), None, str(folder / "a.webm"))
    return folder / "a.webm"


@pytest.mark.parametrize(
    ("start_ms", "end_ms", "expected"),
    [
        (0, 1000, [400] * 10),
        (3000, 4000, [550] * 10),
        (30_000, 31_000, [1900] * 10),
        (29_800, 30_200, [1850] * 2 + [1900] * 2),
        (39_000, 40_000, [2350] * 10),
        (20_000, 35_000, [1400 + 50 * second for second in range(15) for _ in range(10)]),
    ],
)
def test_a_clip_is_that_second_and_no_other(start_ms, end_ms, expected, listening_copy, tmp_path):
    duration = audio.clip(listening_copy, start_ms, end_ms, tmp_path / "clip.mp3")
    samples = heard(tmp_path / "clip.mp3")
    assert duration == end_ms - start_ms
    assert abs(len(samples) - duration * 48) < 1152  # one frame of MP3
    assert pitches(samples) == expected
    assert np.abs(samples[:48]).max() < 0.03 and np.abs(samples[-48:]).max() < 0.03  # faded
    assert 0.2 < np.abs(samples[960:-960]).max() < 0.3


@pytest.mark.parametrize(
    ("name", "codec"), [("a.wav", "pcm_s16le"), ("a.flac", "flac"), ("a.m4a", "aac"), ("a.mp3", "libmp3lame"), ("a.ogg", "libopus"), ("a.webm", "libopus")]
)  # fmt: skip
def test_a_clip_of_any_recording_begins_at_its_millisecond(name, codec, tmp_path):
    path = clicks(tmp_path / name, codec, seconds=20)
    assert audio.clip(path, 15_400, 16_800, tmp_path / "clip.mp3") == 1400
    assert np.abs(audio_onsets(heard(tmp_path / "clip.mp3")) - [0.1, 1.1]).max() < 0.01


def audio_onsets(samples: np.ndarray) -> np.ndarray:
    """The times (s) at which something is heard after 100 ms of silence, at 48 kHz."""
    loud = np.flatnonzero(np.abs(samples) > 0.15) / 48_000
    return loud[np.diff(loud, prepend=-1) > 0.1]


def test_a_clip_of_silence_beside_a_tone_is_silent(tmp_path):
    """Nothing of what stands before or after comes along, not even from within the same packet."""
    with wave.open(str(tmp_path / "a.wav"), "wb") as recording:
        recording.setparams((1, 2, 48_000, 0, "NONE", ""))
        tone = (8000 * np.sin(2 * np.pi * 1000 * np.arange(48_000) / 48_000)).astype("<i2")
        recording.writeframes(np.concatenate([tone] * 10 + [np.zeros(48_000, "<i2")] + [tone] * 2).tobytes())
    audio.prepare(str(tmp_path / "a.wav"), None, str(tmp_path / "a.webm"))
    for name in ("a.wav", "a.webm"):
        assert audio.clip(tmp_path / name, 10_020, 10_980, tmp_path / "clip.mp3") == 960
        assert np.abs(heard(tmp_path / "clip.mp3")).max() < 0.005


def test_a_hushed_copy_is_silent_there_and_nowhere_else(listening_copy, tmp_path):
    audio.hush(str(listening_copy), [(3000, 4500), (10_000, 11_000)], str(tmp_path / "hushed.webm"))
    assert audio.probe(str(tmp_path / "hushed.webm"))["duration_ms"] == audio.probe(str(listening_copy))["duration_ms"]
    samples = heard(tmp_path / "hushed.webm")
    loud = [np.abs(samples[first : first + 4800]).max() > 0.1 for first in range(0, 12 * 48_000, 4800)]
    silent = [number for number, is_loud in enumerate(loud) if not is_loud]
    assert silent == [*range(30, 45), *range(100, 110)]


def test_a_clip_says_nothing_of_where_it_comes_from_and_is_the_same_each_time(listening_copy, tmp_path):
    tagged = tmp_path / "Entretien avec Chloé.mka"
    with av.open(str(listening_copy)) as source, av.open(str(tagged), "w") as container:
        container.metadata.update({"title": "Chloé", "artist": "Les Passerelles", "date": "2026-09-16"})
        stream = container.add_stream_from_template(source.streams.audio[0])
        stream.metadata["title"] = "Chloé"
        for packet in source.demux(audio=0):
            if packet.size:
                packet.stream = stream
                container.mux(packet)
    outputs = [tmp_path / f"{name}.mp3" for name in ("one", "two", "tagged")]
    for source_path, out in zip((listening_copy, listening_copy, tagged), outputs, strict=True):
        audio.clip(source_path, 12_000, 13_000, out)
    assert outputs[0].read_bytes() == outputs[1].read_bytes() == outputs[2].read_bytes()
    assert outputs[0].stat().st_size < 64_000 / 8 * 1.1
    with av.open(str(outputs[2])) as container:
        assert container.metadata == {} and container.streams.audio[0].metadata == {}
        assert (container.format.name, container.streams.audio[0].layout.nb_channels) == ("mp3", 1)
    assert b"Chlo" not in outputs[2].read_bytes() and outputs[2].read_bytes()[:2] == b"\xff\xfb"


def test_a_clip_ends_with_its_recording(listening_copy, tmp_path):
    assert audio.clip(listening_copy, 39_500, 60_000, tmp_path / "clip.mp3") == pytest.approx(500, abs=10)
    for start_ms, end_ms in [(50_000, 51_000), (3000, 3000), (3000, 2000)]:
        with pytest.raises(Unreadable) as raised:
            audio.clip(listening_copy, start_ms, end_ms, tmp_path / "none.mp3")
        assert raised.value.problem == Problem.NO_SOUND
    assert not (tmp_path / "none.mp3").exists()


def test_a_pause_of_the_clock_is_silence_in_a_clip(tmp_path):
    path = clicks(tmp_path / "pause.mka", "pcm_s16le", seconds=20, hole=30.0)  # 10 s, 30 s of nothing, 10 s
    assert audio.clip(path, 38_000, 41_000, tmp_path / "clip.mp3") == 3000
    assert audio_onsets(heard(tmp_path / "clip.mp3")) == pytest.approx([2.5], abs=0.01)


def test_a_clip_of_a_damaged_recording_is_in_its_place_or_a_reason(listening_copy, tmp_path):
    whole = listening_copy.read_bytes()
    path, out = tmp_path / "spoilt.webm", tmp_path / "clip.mp3"
    content = bytearray(whole)
    content[len(whole) // 2 : len(whole) // 2 + 300] = np.random.default_rng(2).bytes(300)
    path.write_bytes(content)
    assert audio.clip(path, 35_000, 36_000, out) == 1000
    assert pitches(heard(out))[1:9] == [2150] * 8
    problems = set()
    for offset in np.linspace(0, len(whole) - 1, 12, dtype=int):
        path.write_bytes(whole[:offset])
        try:
            assert 0 < audio.clip(path, 35_000, 36_000, out) <= 1000
        except Unreadable as error:
            problems.add(error.problem)
    path.write_text("Bonjour, ceci est un texte.\n" * 500)
    with pytest.raises(Unreadable) as raised:
        audio.clip(path, 0, 1000, out)
    assert problems | {raised.value.problem} == {Problem.EMPTY, Problem.DAMAGED, Problem.NO_SOUND}


def test_a_clip_on_a_full_disk_is_said(listening_copy):
    with pytest.raises(Unreadable) as raised:
        audio.clip(listening_copy, 0, 30_000, "/dev/full")
    assert raised.value.problem == Problem.DISK_FULL


def test_a_clip_decodes_only_what_lies_around_it(listening_copy):
    with audio.open_container(str(listening_copy)) as container:
        recording = Recording(container, str(listening_copy))
        recording.jump(38.0)
        next(recording.sound())
        assert 30 < recording.began < 38
