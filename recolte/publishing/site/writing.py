"""A site becomes a folder: whole, or mended by the next writing, and nothing of somebody else's is touched."""

import errno
import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from recolte.publishing.site.manifests import FORMAT, MANIFEST, as_json, manifest, manifest_of
from recolte.publishing.site.pages import files_of
from recolte.publishing.site.values import Site, sha256

PART = ".recolte-part"  # what is being written; it gets its name once it is whole
# Every name that this writer ever gives: whatever a manifest says, nothing else is replaced or removed.
OURS = re.compile(
    r"(?:index\.html|404\.html|atom\.xml|site\.css|mark\.svg|preuve/index\.html"
    r"|points-d-etape/[a-z0-9_-]+/index\.html|fiches/[a-z0-9_-]+/(?:index\.html|[0-9a-f]{16}\.mp3)|vendor/[a-z0-9][a-z0-9.-]*/(?:LICENSE|[a-z0-9-]+\.woff2))"
)


class NotOurs(Exception):
    """The folder holds what this writer did not write: nothing was changed. Says so, and what to do, in a sentence."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a writing changed: files that came or became others, files that went (the manifest, whose sha256 this
    tells, is not counted)."""

    written: int
    removed: int
    manifest: str


def write(site: Site, to: Path) -> Written:
    """Make `to` hold this site, and of an earlier one nothing more. Files that are not ours stay as they are.

    Raises `NotOurs`, before anything is changed, where somebody else's files are in the way. After any other end, be it
    a full disk or kill -9, the same call mends the folder.
    """
    files = files_of(site)
    final = manifest_of(site, files)
    with _alone_in(to):
        earlier = _names_of_earlier_writing(to)
        _refuse_to_overwrite(to, files, earlier)
        (to / PART).unlink(missing_ok=True)
        # First, all names, old and new: whoever comes after a crash knows what is ours.
        _put(to, MANIFEST, as_json({"format": FORMAT, "complete": False, "cards": [], "files": dict.fromkeys(sorted({*files, *earlier}))}))  # fmt: skip
        # Then what was withdrawn goes, before anything is announced: the voices, the pages of words, and the words in
        # pages that stay. Stopped here, the site has links that lead nowhere; it never has words that were taken back.
        stale = sorted(earlier - files.keys(), key=lambda name: (not name.endswith(".mp3"), name))
        removed = sum(_remove(to, name) for name in stale)
        replaced = [name for name in files if (to / name).exists()]
        added = [name for name in files if name not in replaced]
        written = sum(_put(to, name, files[name]) for name in [*replaced, *added])
        _put(to, MANIFEST, final)
    return Written(written, removed, sha256(final))


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """The folder exists, and no other process writes into it."""
    if not folder.is_dir():
        if os.path.lexists(folder):
            raise NotOurs(
                _("%(folder)s is a file: the site needs a folder. Give the name of another place.") % {"folder": folder}
            )
        folder.mkdir(parents=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # a disk that knows no locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _names_of_earlier_writing(folder: Path) -> set[str]:
    said = manifest(folder)
    if said is not None:
        return {name for name in said["files"] if OURS.fullmatch(name)}
    if any(entry.name != PART for entry in folder.iterdir()):
        raise NotOurs(
            _(
                "%(folder)s holds files that Récolte did not write: nothing was changed there. Give a new or an empty"
                " folder, or the one of the earlier site."
            )
            % {"folder": folder}
        )
    return set()


def _refuse_to_overwrite(folder: Path, files: dict[str, bytes], earlier: set[str]) -> None:
    for name in files:
        path = folder / name
        ours = name in earlier and path.is_file() and not path.is_symlink()
        if not _leads_inside(folder, name) or (os.path.lexists(path) and not ours):
            raise NotOurs(
                _(
                    "%(file)s, in %(folder)s, was not written by Récolte, and the site needs this name: nothing was"
                    " changed. Move it elsewhere, then write the site again."
                )
                % {"file": name, "folder": folder}
            )


def _leads_inside(folder: Path, name: str) -> bool:
    """Whether the folders on the way are folders, or not there yet: never a link, nor a file."""
    above = [folder / parent for parent in Path(name).parents if parent.name]
    return all(path.is_dir() and not path.is_symlink() for path in above if os.path.lexists(path))


def _put(folder: Path, name: str, content: bytes) -> bool:
    """Write a file whole or not at all, and say whether that was needed."""
    path, part = folder / name, folder / PART
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    return True


def _remove(folder: Path, name: str) -> bool:
    """Remove a file of ours, and the folders that this empties, and say whether it was there."""
    if not _leads_inside(folder, name):
        return False
    path = folder / name
    there = path.is_file() and not path.is_symlink()
    if there:
        path.unlink()
    for parent in Path(name).parents:
        if parent.name:
            try:
                (folder / parent).rmdir()
            except FileNotFoundError:
                continue
            except OSError as error:
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise
                break
    return there
