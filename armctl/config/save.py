"""Write a small file so that whatever happens on the way, the old one or the new one is there, never a mixture.

The new text goes into a file beside the old one and to the disk; only then does it take the old one's name, which the
file system does at once or not at all (POSIX rename). The folder goes to the disk last: without that a power cut could
bring the old file back after success was told.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from armctl.errors import SetupError


def save(path: Path, text: str) -> None:
    """Write ``text`` to ``path``, all of it or nothing; an existing file keeps its permissions.

    Raises:
        SetupError: The disk is full, or the folder cannot be written to; the old file is as it was.
    """
    beside = ""
    try:
        descriptor, beside = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent)
        # Line ends as they are, and bytes that were no text when they were read (surrogateescape).
        with open(descriptor, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(text)
            file.flush()
            if path.exists():
                os.fchmod(file.fileno(), path.stat().st_mode & 0o777)
            os.fsync(file.fileno())
        os.replace(beside, path)
        _folder_to_disk(path.parent)
    except OSError as error:
        with suppress(OSError):
            if beside:
                os.unlink(beside)
        kept = " What was in it before is still there." if path.exists() else ""
        raise SetupError(
            f"{path} could not be saved ({error.strerror}).{kept}",
            "Make room on the disk, or check the folder's rights.",
        ) from error


def make_folder(folder: Path) -> None:
    """Make ``folder`` and those it lies in, where they are not there yet.

    Raises:
        SetupError: It may not be made here.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(
            f"The folder {folder} could not be made ({error.strerror}).",
            "Make room on the disk, or check the rights of the folder it lies in.",
        ) from error


def _folder_to_disk(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
