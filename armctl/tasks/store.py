"""Which tasks there are, and which of them a person may start."""

from __future__ import annotations

from armctl.config.load import builtin_names
from armctl.config.user import UserConfig
from armctl.tasks.model import TaskConfig, load_task


def task_names() -> tuple[str, ...]:
    """Return the names of all tasks that come with armctl, sorted."""
    return builtin_names("tasks")


def tasks_for(user: UserConfig) -> tuple[TaskConfig, ...]:
    """Return the tasks ``user`` may start, in the order of the home screen.

    Raises:
        ConfigError: One of them does not exist or is malformed; with file and line.
    """
    return tuple(load_task(name) for name in user.tasks)
