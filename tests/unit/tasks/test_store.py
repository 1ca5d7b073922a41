"""Which tasks there are."""

from __future__ import annotations

import pytest

from armctl.config.load import builtin_names, find, load
from armctl.config.user import UserConfig
from armctl.errors import ConfigError
from armctl.tasks.store import task_names, tasks_for


def test_the_tasks_of_a_person_come_in_their_order() -> None:
    user = UserConfig(name="x", tasks=("go_home", "drink"))
    assert [task.name for task in tasks_for(user)] == ["go_home", "drink"]


def test_a_task_that_does_not_exist_is_named_together_with_those_that_do() -> None:
    with pytest.raises(ConfigError, match=r"dance.*drink"):
        tasks_for(UserConfig(name="x", tasks=("dance",)))


def test_drink_hand_over_and_home_come_with_armctl() -> None:
    assert {"drink", "hand_over", "go_home"} <= set(task_names())


@pytest.mark.parametrize("name", builtin_names("users"))
def test_every_user_that_comes_with_armctl_has_tasks_that_exist(name: str) -> None:
    user = load(find("users", name), UserConfig)
    assert user.name == name
    assert len(tasks_for(user)) == len(user.tasks) > 0
