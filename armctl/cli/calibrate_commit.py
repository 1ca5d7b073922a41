"""Writing servos and file so that both are new, or both are as before, or the next start knows that they are not.

A note with both goes to the disk first, then the servos are written one by one, then the file takes its place in one
step, then the note goes. A failure on the way puts everything back; where it cannot (the cable is out, the program was
killed), the note stays, and with it the arm is not driven until `settle` was called.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from armctl.cli.calibrate_file import Note, own_file, remove_note, save_note
from armctl.config.save import save
from armctl.errors import ArmctlError, HardwareError, IdentityError
from drivers.bench import Memory, ServoBench


def write_all(bench: ServoBench, arm: str, note: Note) -> None:
    """Bring the servos, which must be limp, and the file to what ``note`` says is to be; all of it or nothing.

    Raises:
        ArmctlError: It did not work. What was written is put back, or the message says that it could not be.
    """
    own = own_file(arm)
    old_text = own.read_text(encoding="utf-8") if own.is_file() else None
    save_note(arm, note)
    try:
        for servo, memory in note.after.items():
            bench.remember(servo, memory)
        if note.text:
            save(own, note.text)
    except Exception as error:
        _take_back(own, note, old_text)
        put_back(bench, arm, note, error)
        raise
    if note.text:
        remove_note(arm)


def _take_back(own: Path, note: Note, old_text: str | None) -> None:
    """Bring the file back to ``old_text`` where it is new already; None: there was none."""
    if not note.text or not own.is_file() or own.read_text(encoding="utf-8") != note.text:
        return
    if old_text is None:
        own.unlink()
    else:
        save(own, old_text)


def put_back(bench: ServoBench, arm: str, note: Note, cause: Exception | None = None) -> None:
    """Bring the servos back to what they kept before, all of them even when one fails, and take the note away.

    Raises:
        HardwareError: One could not be brought back; the note stays.
    """
    failed = []
    for servo, memory in note.before.items():
        try:
            bench.remember(servo, memory)
        except ArmctlError:
            failed.append(servo)
    if failed:
        why = f"{cause} " if cause is not None else ""
        raise HardwareError(
            f"{why}The memory of servo {', '.join(map(str, failed))} could not be put back as it was: it may be half "
            "written. The arm will not be driven like this.",
            f"Check cable and power, then run armctl calibrate {arm} again: it puts it right first.",
        )
    remove_note(arm)


def settle(bench: ServoBench, arm: str, note: Note) -> str:
    """Deal with a ``note`` that an interrupted calibration left; return what was done, for people.

    Everything back to before, unless all that was to be written was written: then nothing but the note was left.

    Raises:
        IdentityError: These are not the servos of the note.
        HardwareError: They do not answer, or did not take it.
    """
    kept = bench.memories(tuple(note.before))
    silent = [servo for servo in note.before if servo not in kept]
    if silent:
        raise HardwareError(
            f"Servo {', '.join(map(str, silent))} does not answer, and the last calibration of this arm was "
            "interrupted while it was written.",
            "Check cable and power, then try again.",
        )
    for servo, memory in kept.items():
        if not _is_of(memory, [known[servo] for known in (note.before, note.between, note.after) if servo in known]):
            raise IdentityError(
                f"The last calibration of {arm} was interrupted while it was written, but servo {servo} holds neither "
                "what it held before nor what it was to hold: this is another arm, or it was changed since.",
                f"Connect the arm that was being calibrated. To begin anew with this one: armctl calibrate {arm} "
                "--forget, with the same port.",
            )
    if note.text and all(kept[servo] == memory for servo, memory in note.after.items()) and _is_saved(arm, note):
        remove_note(arm)
        return "The last calibration was complete; only its note was left. It is put away."
    put_back(bench, arm, note)
    return "The last calibration was interrupted while it was written. What the servos kept before is back."


def _is_saved(arm: str, note: Note) -> bool:
    own = own_file(arm)
    return own.is_file() and own.read_text(encoding="utf-8") == note.text


def _is_of(memory: Memory, known: Sequence[Memory]) -> bool:
    """Return True when each value is one of those ``known``: a servo may have been written half."""
    return all(value in one_of for value, *one_of in zip(memory, *known, strict=True))
