"""The simulated person presses late and unevenly, but only for what they want and see."""

import statistics

from sim.users.one_switch import ANYTHING, OneSwitchUser, Persona, Seen


def run(user, views, dt=0.01):
    """Return the (time, pressed) changes while ``views(now)`` is what is seen."""
    changes = []
    now = 0.0
    while now < 60.0:
        change = user.look(views(now), now)
        if change is not None:
            changes.append((now, change))
        now += dt
    return changes


def scan(now):
    items = ("a", "b", "c")
    return Seen("home", items[int(now / 1.2) % 3], items, moving=False)


def test_presses_come_only_while_or_shortly_after_the_wanted_item_is_lit():
    changes = run(OneSwitchUser(lambda _: "b", Persona(lapse=0.0)), scan)
    presses = [now for now, pressed in changes if pressed]
    assert len(presses) >= 10
    assert all(scan(now).lit == "b" for now in presses)


def test_press_and_release_alternate():
    changes = run(OneSwitchUser(lambda _: "b"), scan)
    assert [pressed for _, pressed in changes] == [True, False] * (len(changes) // 2)


def test_who_wants_nothing_presses_nothing():
    assert run(OneSwitchUser(lambda _: None), scan) == []


def test_press_times_have_the_mean_of_the_persona():
    persona = Persona(mean=0.5, spread=0.05, tail=0.1, lapse=0.0)
    user = OneSwitchUser(lambda _: None, persona, seed=3)
    times = [user._reaction() for _ in range(4000)]
    assert abs(statistics.mean(times) - 0.6) < 0.01


def test_a_lapse_lets_one_opportunity_pass_not_all():
    presses = [p for _, p in run(OneSwitchUser(lambda _: "b", Persona(lapse=0.5), seed=5), scan) if p]
    assert 2 <= len(presses) <= 14


def test_anything_is_pressed_once_per_highlight():
    still = Seen("arming", None, (), moving=False)
    changes = run(OneSwitchUser(lambda _: ANYTHING, Persona(lapse=0.0)), lambda _: still)
    assert [pressed for _, pressed in changes] == [True, False]


def test_the_same_seed_gives_the_same_person():
    assert run(OneSwitchUser(lambda _: "b", seed=7), scan) == run(OneSwitchUser(lambda _: "b", seed=7), scan)
