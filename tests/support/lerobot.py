"""LeRobot's motor buses, unchanged, as judges of the emulated devices.

``lerobot.motors`` needs pyserial, deepdiff, tqdm and the makers' packages. Through one module of helpers
(``lerobot.utils.utils``: two of its functions, which read keys and move the cursor, are used) it also names torch,
accelerate and datasets, several gigabytes that no motor bus touches. So LeRobot is installed without its dependencies,
and while it is imported these three are names that fail when they are used for anything.
"""

import contextlib
import functools
import importlib
import importlib.util
import sys
from types import ModuleType

ABSENT = ("torch", "accelerate", "datasets", "datasets.utils", "datasets.utils.logging")


class Absent(ModuleType):
    """A package that is not there: its names can be imported and annotate functions, and nothing else."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {"__init__": _refuse})


def _refuse(self, *args, **kwargs):
    raise ImportError(f"{type(self).__name__} belongs to a package that is not installed.")


@contextlib.contextmanager
def without(names):
    """Let ``names`` be imported though they are not there, and forget them afterwards: other packages look for them."""
    missing = [name for name in names if name.split(".")[0] not in sys.modules and not _is_there(name.split(".")[0])]
    sys.modules.update({name: Absent(name) for name in missing})
    try:
        yield
    finally:
        for name in missing:
            del sys.modules[name]


def _is_there(package):
    return importlib.util.find_spec(package) is not None


@functools.cache
def motors_of(protocol):
    """``lerobot.motors`` and its package of ``protocol``, for example ``feetech``."""
    if not _is_there("lerobot"):
        raise ModuleNotFoundError("LeRobot is missing: pip install --no-deps lerobot==0.4.4 (and deepdiff, tqdm).")
    with without(ABSENT):
        motors = importlib.import_module("lerobot.motors")
        return motors, importlib.import_module(f"lerobot.motors.{protocol}")


def patient(call, attempts=30):
    """What ``call`` gives, asked again where an answer was late: makers' packages wait 34 ms only."""
    for _ in range(attempts - 1):
        with contextlib.suppress(ConnectionError):
            return call()
    return call()


@contextlib.contextmanager
def quick_switching():
    """Let threads take turns quickly: the makers' packages wait without ever waiting, and the device is a thread."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def connect(bus, attempts=30):
    """Connect as its users do, who try again when a motor was not found in time."""
    for _ in range(attempts - 1):
        try:
            return bus.connect()
        except (ConnectionError, RuntimeError):
            bus.port_handler.closePort()
    return bus.connect()
