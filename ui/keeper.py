"""`Keeper`: what the person changes stays within the ceilings and goes to their own profile, off the screen's way.

A disk may take longer than a frame, so a thread of its own writes, one change after another. What cannot be written is
told once and changes nothing on the screen: the setting holds for this session.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from armctl.access.fit.history import Entry, line_of, records_of
from armctl.config.profiles import Profile, choices_file, fits_file, keep, profile_of
from armctl.config.save import make_folder, save
from armctl.config.user import UserConfig
from armctl.errors import ArmctlError
from ui.fit_live import Choices, choices_of, text_of

_LOG: Final = logging.getLogger(__name__)
NEW_LINE: Final = "\n"


class Keeper:
    """Changes of one person's settings.

    Args:
        profile: Where they are kept; None keeps nothing beyond the session.

    Attributes:
        choices: Choices since the last measurement, over all sessions.
        trouble: Why something could not be written; empty when all is well.
    """

    def __init__(self, profile: Profile | None = None) -> None:
        self._profile = profile
        self._worker = ThreadPoolExecutor(1, "profile") if profile is not None else None
        self._history = () if profile is None else _read(fits_file(profile.user.name))
        self.choices = Choices() if profile is None else _counted(choices_file(profile.user.name))
        self.trouble = ""

    @property
    def variant(self) -> str:
        """Name of the variant that holds; empty for the profile itself."""
        return self._profile.variant if self._profile is not None else ""

    @property
    def variants(self) -> tuple[str, ...]:
        """Variants to choose from, the profile itself (an empty name) first."""
        return self._profile.variants if self._profile is not None else ("",)

    @property
    def history(self) -> tuple[Entry, ...]:
        """All measurements, oldest first."""
        return self._history

    def changed(self, user: UserConfig, changes: Mapping[str, Any]) -> UserConfig:
        """Return ``user`` with ``changes`` (keys of the profile to values), within the ceilings; keep them if allowed.

        Raises:
            ValueError: A value the profile does not allow.
        """
        tree = user.ceilings.kept(user.model_dump() | dict(changes))
        after = UserConfig.model_validate(tree)
        if user.keep_changes:
            self.keep(differences(user, after))
        return after

    def keep(self, settings: Mapping[str, Any], reason: str = "") -> None:
        """Write ``settings`` (dotted names to values) to the person's own profile, soon."""
        if self._profile is None or not settings:
            return
        given = dict(settings)
        self._do(lambda profile: keep(profile, given, reason))

    def choose(self, variant: str) -> UserConfig | None:
        """Go over to ``variant``; return its settings, None where it cannot be read."""
        self.flush()
        if self._profile is None:
            return None
        old = self._profile
        try:
            self._profile = profile_of(old.text, str(old.source), old.source, old.own, variant)
        except ArmctlError as error:
            self.trouble = str(error)
            return None
        return self._profile.user

    def add(self, entry: Entry) -> None:
        """Add a measurement to the person's records; what is in them stays, whether it can be read or not."""
        self._history = (*self._history, entry)
        if self._profile is None:
            return
        path = fits_file(self._profile.user.name)

        def text() -> str:
            before = path.read_text(encoding="utf-8", errors="surrogateescape") if path.is_file() else ""
            return f"{before}{'' if before.endswith(NEW_LINE) or not before else NEW_LINE}{line_of(entry)}\n"

        self._write(path, text)

    def flush(self) -> None:
        """Wait until everything is written."""
        if self._worker is not None:
            self._worker.submit(lambda: None).result()

    def _write(self, path: Path, text: Callable[[], str]) -> None:
        def write(profile: Profile) -> Profile:
            make_folder(path.parent)
            save(path, text())
            return profile

        self._do(write)

    def close(self) -> None:
        """Write what is waiting and end; may be called twice."""
        if self._profile is not None and self._profile.user.keep_changes:
            self._write(choices_file(self._profile.user.name), lambda: text_of(self.choices))
        if self._worker is not None:
            self._worker.shutdown(wait=True)
            self._worker = None

    def _do(self, work: Callable[[Profile], Profile]) -> None:
        if self._worker is not None:
            self._worker.submit(self._work, work)

    def _work(self, work: Callable[[Profile], Profile]) -> None:
        if self._profile is None:
            return
        try:
            self._profile = work(self._profile)
        except (ArmctlError, OSError) as error:
            self.trouble = str(error)
            _LOG.warning("%s", error)


def differences(before: UserConfig, after: UserConfig) -> dict[str, Any]:
    """Return the dotted settings of ``after`` that are not as in ``before``, with their values."""
    return dict(_differences(before.model_dump(), after.model_dump(), ""))


def _differences(before: Mapping[str, Any], after: Mapping[str, Any], under: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in after.items():
        old = before.get(key)
        if isinstance(value, dict) and isinstance(old, dict):
            found += _differences(old, value, f"{under}{key}.")
        elif value != old and value is not None:
            found.append((f"{under}{key}", value))
    return found


def _read(path: Path) -> tuple[Entry, ...]:
    try:
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    except OSError as error:
        _LOG.warning("%s", error)
        return ()
    records = records_of(text)
    for line, why in records.damaged:
        _LOG.warning("%s:%d: this is no measurement and is left out (%s).", path, line, why)
    return records.entries


def _counted(path: Path) -> Choices:
    try:
        return choices_of(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return Choices()
