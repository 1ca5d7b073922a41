"""Choosing: what is lit, what a choice does, what is held, and how all of it ends. The state behind the pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from armctl.access.actions import (
    Action,
    Axes,
    Cancelled,
    HoldEnd,
    HoldStart,
    Lit,
    Preview,
    ScanItem,
    Select,
    StopMotion,
    Trouble,
    Warn,
)
from armctl.access.contacts import Contact, Contacts
from armctl.access.dwell import Dwell
from armctl.access.events import POINTER
from armctl.access.fallback import WhatIsLeft
from armctl.access.plan import Node, ids_of, plan
from armctl.access.preview import Window
from armctl.access.scanning import Scan
from armctl.access.sticks import Sticks
from armctl.access.walk import Walk
from armctl.access.words import ONLY_MOVES
from armctl.config.inputs import Meaning
from armctl.config.user import ScanConfig, UserConfig

DWELL: Final = Contact(POINTER, "select", "dwell")

CALM: Final = 1.0
"""After a stop nothing can be chosen until no press came for this long [s]: whoever presses again and again means
stop each time, and the first tile offered is often the one that goes on."""
NOTICED: Final = 1.0
"""Whoever still holds a switch of which nothing comes after this long [s] waits for something."""


class Chooser:
    """What can be chosen and what was: everything of `AccessPipeline` that knows no events."""

    def __init__(self, user: UserConfig) -> None:
        self._user = user
        self._left = WhatIsLeft()
        self._scan = Scan(user.scan)
        self._dwell = Dwell(user.dwell)
        self._sticks = Sticks(user.joystick, user.scan.interval)
        self._walk = Walk()
        self._contacts = Contacts(user)
        self._targets: dict[Contact, Node | None] = {}
        self._barred: set[Contact] = set()
        self._shown: tuple[ScanItem, ...] = ()
        self._items: dict[str, ScanItem] = {}
        self._screen: str | None = None
        self._steers = True
        self._held: str | None = None
        self._holder: Contact | None = None
        self._runner: Contact | None = None
        self._window: Window | None = None
        self._dwelt = False
        self._dwelt_at = 0.0
        self._landed: float | None = None
        self._moving = False
        self._was_mute = self._was_busy = False
        self._stopped = False
        self._calm_at = float("-inf")
        self._now = 0.0
        self._out = False
        self._waiting: list[Action] = []

    def configure(self, user: UserConfig) -> None:
        """Go on with other settings of the same person; what is held, spent or refused stays so.

        Where other contacts or devices count from now on, all of them begin anew: none is known to be open.
        """
        before, self._user = self._user, user
        if wiring(user) != wiring(before):
            self._begin_anew()
        self._follow_what_is_left()
        self._dwell.configure(user.dwell)
        self._sticks.configure(user.joystick, user.scan.interval)

    @property
    def lit(self) -> str | None:
        """Id of the lit tile, or of the held one; None while nothing, or more than one, is lit."""
        lit = self._held or self._scan.lit
        return lit if isinstance(lit, str) else None

    @property
    def lit_group(self) -> tuple[str, ...]:
        """Ids of the tiles of the lit row or group; empty when none is lit."""
        lit = self._scan.lit
        return () if self._held or lit is None or isinstance(lit, str) else ids_of(lit)

    @property
    def resting(self) -> bool:
        """True when the highlight has gone out after its rounds or its time: the next press brings it back."""
        return self._scan.resting

    @property
    def paused(self) -> bool:
        """True while the highlight stands still on request: the next press lets it go on."""
        return self._scan.paused

    @property
    def moves_by_itself(self) -> bool:
        """True where the highlight moves by itself: always, while a switch is held, or as nothing else is left."""
        return self._user.scan.method in ("auto", "inverse") or self._left.nobody_moves

    @property
    def waits_for_release(self) -> bool:
        """True while a switch is held that chooses when it is let go."""
        return self._scan.running

    @property
    def time_left(self) -> float:
        """Share of the lit tile's time that is left, 1 to 0."""
        return 1.0 if self._held else self._scan.time_left(self._now)

    @property
    def dwell(self) -> tuple[str, float] | None:
        """Tile the pointer rests on, and how far its dwell is, 0 to 1."""
        return None if self._mute else self._dwell.progress(self._now)

    @property
    def held(self) -> str | None:
        """Id of the tile that is being held, None when there is none."""
        return self._held

    @property
    def preview(self) -> tuple[str, float] | None:
        """Tile that was chosen and can still be taken back, and the share of the time for it that is left."""
        return None if self._window is None else (self._window.choice.item, self._window.share_left(self._now))

    @property
    def quiet(self) -> bool:
        """True while nothing can be chosen for a moment because a press stopped something, or took a choice back."""
        return self._mute and not self._busy and self._window is None

    @property
    def held_for_nothing(self) -> bool:
        """True while a switch that chooses has been down for some time and nothing comes of it: it must be let go."""
        down = ((contact.control, switch) for contact, switch in self._contacts.by_time())
        return any(does == "select" and one.spent and self._now - one.pressed_at > NOTICED for does, one in down)

    # What is shown

    @property
    def _busy(self) -> bool:
        """True while a press means stop: something moves, or is about to because a tile is held."""
        return self._moving or self._held is not None or self._sticks.holder is not None

    @property
    def _mute(self) -> bool:
        """True while nothing can be chosen: a press means stop or cancel, or did a moment ago."""
        return self._busy or self._window is not None or self._now < self._calm_at

    def _show(self, items: Sequence[ScanItem], screen: str, now: float, steers: bool) -> None:
        before, self._items = self._shown, {item.id: item for item in items}
        self._shown = tuple(items)
        if steers != self._steers:
            self._steers = steers
            self._sticks.distrust()
        if self._held is not None and self._held not in self._items:
            self._waiting += self._end_hold(now)
        if self._window is not None and (screen != self._screen or self._window.choice.item not in self._items):
            self._waiting += self._cancel(now)
        if screen != self._screen:
            self._screen = screen
            self._void(now)
            self._scan.forget()
            self._waiting = [action for action in self._waiting if not isinstance(action, Lit)]
        elif before == self._shown:
            return
        lit = self._scan.replace(plan(self._user.scan.pattern, self._shown), now)
        if self._mute:
            self._scan.freeze(now)
        else:
            self._waiting += self._lit(lit)

    def _settle(self) -> list[Action]:
        """Let the highlight follow: out while nothing can be chosen, at the first item afterwards."""
        if self._busy and self._stopped:
            self._calm_at = self._now + CALM
        self._stopped = self._busy and self._stopped
        if self._was_busy and not self._busy:
            self._dwell.reset()  # where the pointer lies now it chooses nothing; where it goes from now on it may
        self._was_busy = self._busy
        if self._mute == self._was_mute:
            return []
        self._was_mute = self._mute
        if self._was_mute:
            self._scan.freeze(self._now)
            return []
        self._dwell.begin_anew()
        return self._relit()

    def _relit(self) -> list[Action]:
        """Bring the highlight back: to the first item, or to where the person went with a pointer or a stick."""
        return self._lit(self._scan.again(self._now) if self._goes_there else self._scan.restart(self._now))

    def _lit(self, node: Node | None) -> list[Action]:
        return [] if node is None else [self._told(node)]

    def _told(self, node: Node) -> Lit:
        first, *others = ids_of(node)
        return Lit(first, tuple(others), self._user.scan.cue_time if self._user.scan.auditory else 0.0)

    def _list(self) -> Sequence[ScanItem]:
        return self._shown

    def _begin_anew(self) -> None:
        """Forget every input; what one of them holds ends."""
        if self._sticks.holder is not None:
            self._waiting.append(Axes(self._now, (0.0,) * self._sticks.size))
        self._waiting += [*self._cancel(self._now), *self._end_hold(self._now)]
        self._void(self._now)
        self._left, self._contacts = WhatIsLeft(), Contacts(self._user)
        self._sticks = Sticks(self._user.joystick, self._user.scan.interval)

    def _follow_what_is_left(self) -> None:
        """Let the highlight move by itself, or a long press choose, where nothing else is left for it."""
        scan = self._user.scan
        self._scan.configure(_by_itself(scan) if self._left.nobody_moves else scan)
        self._contacts.one_switch = self._left.nobody_selects
        self._contacts.configure(self._user)

    # What presses do

    def _aim(self, contact: Contact, stamp: float) -> None:
        """A press began at ``stamp`` [s]: remember what it is aimed at."""
        pointed = contact.device == POINTER
        self._targets[contact] = self._dwell.item_below(self._list()) if pointed else self._scan.lit_at(stamp)
        self._barred.discard(contact)

    def _do(self, contact: Contact, pressed_at: float, at: float, does: Meaning | None = None) -> list[Action]:
        """Do what a press of ``contact`` means; ``does`` where that is not what the contact is for."""
        meaning = does or contact.control
        if self._scan.paused and contact.device != POINTER:
            self._targets.pop(contact, None)
            return self._lit(self._scan.resume(at))
        if meaning in ("next", "back"):
            self._park_pointer()
            return self._lit(self._scan.move(1 if meaning == "next" else -1, at))
        if meaning == "group":
            return self._lit(self._scan.leave(at))
        if meaning == "pause":
            if self._scan.resting:
                return self._lit(self._scan.wake(at))
            self._scan.pause(at)
            return []
        return self._take(contact, self._targets.pop(contact, None), pressed_at, at)

    def _take(self, contact: Contact, target: Node | None, pressed_at: float, at: float) -> list[Action]:
        """Choose ``target``, what the press was aimed at: a tile, or a group to go into."""
        if contact in self._barred:
            return []
        if isinstance(target, str) and target in self._items:
            return self._choose(target, pressed_at, contact, at)
        if isinstance(target, tuple):
            return self._lit(self._scan.choose(target, at))
        return [*self._go_alone(), *self._lit(self._scan.wake(at))] if self._scan.resting else []

    def _begin_to_wait(self, contact: Contact, at: float) -> list[Action]:
        """A press whose length or end counts has begun; where it lets the highlight move, it moves now."""
        if not self._contacts.waits(contact) or not self._contacts.get(contact).closed or self._runner is not None:
            return []
        self._runner = contact
        return self._lit(self._scan.run(at))

    def _end_of_run(self, contact: Contact, opened_at: float) -> list[Action]:
        """A press that let the highlight move was let go: what was lit then counts."""
        mine, self._runner = contact == self._runner, None if contact == self._runner else self._runner
        if not mine:
            return []
        self._scan.halt()
        pressed_at = self._contacts.get(contact).pressed_at
        self._targets[contact] = self._scan.lit_at(opened_at)
        if self._scan.resting:
            return []  # it went out after its rounds: whoever lets go then wants nothing
        return self._do(contact, pressed_at, self._now)

    def _choose(self, target: str, pressed_at: float, contact: Contact, now: float) -> list[Action]:
        item = self._items[target]
        if item.holds:
            if contact is not DWELL and not self._contacts.get(contact).closed:
                return [Warn("Hold the switch to move; this press was over before it chose.")]
            self._held, self._holder = target, contact
            return [HoldStart(target, pressed_at, contact.device)]
        self._barred = {other for other, _ in self._contacts.pending()} - {contact}  # one choice at a time
        choice = Select(target, pressed_at, contact.device)
        if not (item.moves and self._user.preview.enabled):
            if not self._goes_there:  # who went to a tile may want it again: louder, louder
                self._waiting += self._lit(self._scan.restart(now))  # told later: it may lead to another screen
            return [choice]
        switch, preview = self._user.switch_for(contact.device, contact.name), self._user.preview
        seconds = preview.seconds(self._user.scan, switch, self._user.press_time)
        self._window = Window(choice, now, max(now, self._now) + seconds, preview.reaction)
        self._dwell.reset()
        return [Preview(target, pressed_at, seconds)]

    def _end_of_window(self) -> list[Action]:
        """Nobody took the choice back in its time: it counts, once the switch is free that would stop what begins."""
        if self._window is None or self._now < self._window.until or self._busy or self._still_down(self._window):
            return []
        choice, self._window = self._window.choice, None
        self._was_mute = self._mute
        self._dwell.reset()
        self._waiting += self._relit()
        return [choice]

    # Whoever goes to a tile with a pointer or a stick

    @property
    def _goes_there(self) -> bool:
        """True where the highlight is where the person points or went with a stick, as long as they can."""
        return self._user.scan.method == "direct" and not self._left.nobody_moves

    def _follow_pointer(self) -> None:
        """Light what is pointed at: a switch that is pressed then means that, and no other tile."""
        pointed = self._dwell.pointed(self._list(), self._now) if self._goes_there and not self._mute else None
        if pointed is not None:
            self._scan.point(pointed, self._now)

    def _step(self, right: int, down: int) -> list[Action]:
        """A stick was pushed: to the tile that lies there, else on or back in the order of the highlight."""
        lit, linear = self._scan.lit, self._user.scan.pattern == "linear"
        there = self._walk.step(self._shown, lit, right, down) if linear and isinstance(lit, str) else None
        if there is None:
            return self._lit(self._scan.move(right or down, self._now))
        self._scan.point(there, self._now)
        return self._lit(there)

    def _park_pointer(self) -> None:
        """The highlight went elsewhere with a stick or a switch: the pointer counts once it is moved again."""
        if self._goes_there:
            self._dwell.reset()

    def _follow_who_points(self) -> list[Action]:
        """Put the highlight out where nothing can move it, and back when something can.

        No tile but the first could be chosen else. A press of the switch that is left lets it move by itself.
        """
        out = self._goes_there and self._left.nobody_points(self._now, by_pointer=self._user.dwell.enabled)
        was_out, self._out = self._out, out
        if out and not self._mute:
            self._scan.put_out(self._now)
        # Who points sees it where they point.
        back = was_out and self._goes_there and not (out or self._left.points(self._now)) and self._scan.resting
        return self._lit(self._scan.wake(self._now)) if back else []

    def _go_alone(self) -> list[Action]:
        if not self._out:
            return []
        self._out = False
        self._left.go_alone()
        self._follow_what_is_left()
        return [Warn(ONLY_MOVES)]

    def _still_down(self, window: Window) -> bool:
        """Tell whether what chose is still closed: a hand in a spasm, or asleep on its switch, could stop nothing."""
        chose = window.choice.device
        return any(switch.closed for contact, switch in self._contacts.by_time() if contact.device == chose)

    # How it ends

    def _cancel(self, stamp: float) -> list[Action]:
        """Take back what was chosen and has not counted yet; nothing that is down now does anything more."""
        if self._window is None:
            return []
        item, self._window = self._window.choice.item, None
        self._calm_on(stamp)
        self._void(stamp)
        return [Cancelled(item, stamp)]

    def _calm_on(self, stamp: float) -> None:
        self._calm_at = max(self._calm_at, stamp + CALM)

    def _stop(
        self, device: str, stamp: float, *, pressed: bool = True, trouble: Trouble = "", since: float | None = None
    ) -> list[Action]:
        """Stop at ``stamp``: whatever is held ends, and no input that is down now does anything more."""
        stop: list[Action] = [StopMotion(stamp if since is None else since, device, pressed, trouble)]
        if self._mute:
            self._stopped = True
            self._calm_on(stamp)
        axes = self._sticks.holder is not None
        size = self._sticks.size
        stop += self._cancel(stamp)
        stop += self._end_hold(stamp)
        self._void(stamp)
        return [*stop, Axes(stamp, (0.0,) * size)] if axes else stop

    def _end_hold(self, stamp: float) -> list[Action]:
        if self._held is None:
            return []
        ended, self._held, self._holder = self._held, None, None
        if self._dwelt:
            self._dwelt = False
            self._dwell.reset()
        return [HoldEnd(ended, stamp)]

    @property
    def _holders(self) -> tuple[str | None, str | None]:
        """Devices whose release ends what moves: of the switch or pointer, and of the stick."""
        return None if self._holder is None else self._holder.device, self._sticks.holder

    def _forget(self, device: str) -> None:
        """Forget the contacts and the stick of ``device``."""
        self._contacts.remove(device)
        self._targets = {contact: target for contact, target in self._targets.items() if contact.device != device}
        if self._runner is not None and self._runner.device == device:
            self._end_run()
        self._sticks.remove(device)

    def _spend(self, contact: Contact) -> None:
        """Nothing more comes of the press of ``contact`` that is under way."""
        self._contacts.get(contact).spend(self._now)
        self._targets.pop(contact, None)
        if contact == self._runner:
            self._end_run()

    def _end_run(self) -> None:
        """The press that lets the highlight move is void: it stands, and nothing is chosen."""
        self._runner = None
        self._scan.halt()

    def _void(self, now: float) -> None:
        self._contacts.spend(now)
        self._targets.clear()
        self._runner = self._landed = None
        self._scan.halt()
        self._sticks.distrust()
        self._dwell.reset()


def wiring(user: UserConfig) -> tuple[object, ...]:
    """Return what of ``user`` says which inputs there are and what they mean."""
    return user.meanings, user.devices, user.joystick.wiring


def _by_itself(scan: ScanConfig) -> ScanConfig:
    return scan if scan.method in ("auto", "inverse") else scan.model_copy(update={"method": "auto"})
