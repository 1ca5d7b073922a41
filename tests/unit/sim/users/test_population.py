"""Simulated people of each group are who they are said to be, and the same ones whenever they are asked for."""

from sim.users.population import GROUPS, people


def test_every_group_has_its_people_the_same_ones_each_time_and_no_two_alike():
    found = people(4)
    assert found == people(4)
    assert [person.group for person in found] == [group for group in GROUPS for _ in range(4)]
    assert len({person.seed for person in found}) == len({person.habit for person in found}) == len(found)
    assert len(people()) >= 60


def test_each_group_has_its_mark():
    by_group = {group: [person for person in people(6) if person.group == group] for group in GROUPS}
    for person in by_group["slow"]:
        assert 1.5 <= person.habit.mu + person.habit.tau <= 3.5
    for person in by_group["variable"]:
        habit = person.habit
        assert 0.35 <= (habit.sigma**2 + habit.tau**2) ** 0.5 / (habit.mu + habit.tau) <= 0.6
    assert all(person.habit.mistakes >= 1.0 for person in by_group["spasm"])
    assert all(person.habit.fatigue >= 0.3 for person in by_group["fatigue"])
    assert all(person.breath for person in by_group["sip_puff"])
    assert all(person.hand is not None for person in by_group["stick"])
    assert all(person.aim is not None for person in by_group["pointer"])
