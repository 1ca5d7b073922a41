"""The supervisor says how fast, and approves set-point by set-point."""

from __future__ import annotations

import math

import numpy as np
import pytest

from armctl.config.scene import ShapeConfig
from armctl.hal.command import ApprovedCommand
from armctl.safety.limits import START_UP_TIME
from armctl.safety.states import Event, Mode
from armctl.safety.supervisor import Refusal
from armctl.safety.zones import Zones
from tests.unit.safety.bench import DT, Bench, N, home, person, reading, robot, scene, table, vector


class TestAdvising:
    def test_the_first_seconds_of_motion_are_slow_and_it_says_so(self) -> None:
        bench = Bench().moving()
        assert bench.supervisor.advise(bench.q) == pytest.approx(0.075)
        assert bench.supervisor.notice == "Slow: the arm has just been armed."
        for _ in range(math.ceil(START_UP_TIME / DT) + 1):
            bench.look()
        assert bench.supervisor.advise(bench.q) == pytest.approx(0.15)
        assert bench.supervisor.notice == ""

    def test_standing_does_not_count_as_having_moved(self) -> None:
        bench = Bench().ready()
        for _ in range(math.ceil(START_UP_TIME / DT) + 1):
            bench.look()
        assert bench.supervisor.advise(bench.q) == pytest.approx(0.075)

    def test_a_warm_joint_slows(self) -> None:
        bench = Bench().moving()
        bench.look(temperatures=np.full(N, 58.0))
        assert bench.supervisor.advise(bench.q) == pytest.approx(0.15 / 4)
        assert "58 °C" in bench.supervisor.notice

    def test_what_comes_closer_slows_and_what_goes_away_does_not(self) -> None:
        """The hand 2 cm above a table, turning down to it and up from it."""
        low = float(robot().link_poses(home())["jaw_link"][2, 3]) - 0.2
        top = ShapeConfig(kind="box", size=(0.5, 0.5, 0.1), xyz=(0.4, 0.0, low - 0.05))
        below = Zones(robot(), scene({"table": table(shape=top)})).model
        hand = [i for i, pair in enumerate(below.pairs) if (pair.a, pair.b) == ("jaw_link", "furniture.table")]
        gap = float(below.distances(home())[hand].min())
        near = top.model_copy(update={"xyz": (0.4, 0.0, low - 0.05 + gap - 0.02)})
        advice = {}
        for way in (1.0, -1.0):
            bench = Bench(scene({"table": table(shape=near)})).moving()
            for _ in range(math.ceil(START_UP_TIME / DT) + 1):
                bench.look()
            bench.run_up(1, way * 1.5, 15)
            advice[way] = bench.supervisor.advise(bench.command), bench.supervisor.notice
        assert advice[-1.0] == (pytest.approx(0.15), "")
        assert advice[1.0][0] < 0.14
        assert advice[1.0][1] == "Slow: the hand is close to the table."

    def test_advice_is_the_same_for_the_set_point_it_knows_and_for_any_other(self) -> None:
        bench = Bench(scene({}, person(slow_radius=0.4))).moving().run_up(0, -0.5, 20)
        known = bench.supervisor.advise(bench.command)
        other = bench.supervisor.advise(bench.command + vector(0, 1e-9))
        assert known == pytest.approx(other, abs=1e-6)
        assert known < 0.075


class TestApproving:
    def test_a_motion_from_arming_to_rest_is_approved_throughout(self) -> None:
        bench = Bench().moving().run_up(0, 1.5, 10)
        for _ in range(10):
            assert isinstance(bench.tick(vector(0, -1.5)), ApprovedCommand)
        bench.supervisor.event(Event.MOTION_ENDED, bench.now)
        answer = bench.tick(np.zeros(N))
        assert isinstance(answer, ApprovedCommand)
        assert (answer.sequence, answer.epoch) == (21, 1)
        assert answer.stamp == bench.now
        assert answer.deadline == pytest.approx(bench.now + 0.05)
        np.testing.assert_array_equal(answer.positions, bench.command)

    def test_nothing_moves_before_a_motion_has_begun(self) -> None:
        bench = Bench().ready()
        assert isinstance(bench.tick(np.zeros(N)), ApprovedCommand)
        refused = [bench.tick(vector(0, 1.9)) for _ in range(3)]
        assert isinstance(refused[-1], ApprovedCommand | Refusal)
        while isinstance(answer := bench.tick(vector(0, 1.9)), ApprovedCommand):
            assert np.abs(bench.velocity).max() <= 0.02
        assert answer.code == "not_begun"
        assert "in the state ready" in answer.reason

    @pytest.mark.parametrize("prepare", [Bench, lambda: Bench().connect()])
    def test_without_arming_everything_is_refused_with_the_state(self, prepare: object) -> None:
        bench = prepare()  # type: ignore[operator]
        answer = bench.ask()
        assert isinstance(answer, Refusal)
        assert answer.code == "not_armed"
        assert f"in the state {bench.supervisor.mode}" in answer.reason

    def test_during_the_stop_test_everything_is_refused(self) -> None:
        bench = Bench().connect()
        bench.supervisor.begin_stop_test(bench.now)
        assert isinstance(bench.ask(), Refusal)

    def test_a_stale_state_is_refused(self) -> None:
        bench = Bench().ready()
        answer = bench.supervisor.approve(bench.q, np.zeros(N), reading(bench.now, bench.q), bench.now + 0.06)
        assert isinstance(answer, Refusal)
        assert answer.code == "state_stale"

    def test_a_refusal_changes_nothing(self) -> None:
        bench = Bench().moving().run_up(0, 1.5, 10)
        twin = Bench().moving().run_up(0, 1.5, 10)
        for bad in (vector(0, math.nan), home() + 1.0, np.zeros(N - 1)):
            assert isinstance(bench.ask(bad, np.zeros(len(bad))), Refusal)
        for acceleration in (1.5, 0.0, -1.0):
            one, other = bench.tick(vector(0, acceleration)), twin.tick(vector(0, acceleration))
            assert isinstance(one, ApprovedCommand)
            assert isinstance(other, ApprovedCommand)
            np.testing.assert_array_equal(one.positions, other.positions)
            np.testing.assert_array_equal(one.speeds, other.speeds)
            assert one.sequence == other.sequence

    def test_stopping_is_approved_from_any_approved_motion(self) -> None:
        bench = Bench().moving().run_up(0, 1.5, 20)
        bench.supervisor.event(Event.STOP, bench.now)
        while bench.velocity[0] > 0.0:
            assert isinstance(bench.tick(vector(0, max(-2.0, -bench.velocity[0] / DT))), ApprovedCommand)
        assert bench.supervisor.mode is Mode.STOPPING

    def test_after_hold_the_command_begins_anew_where_the_arm_is(self) -> None:
        bench = Bench().moving().run_up(0, 1.5, 20)
        bench.supervisor.event(Event.STOP, bench.now)
        bench.command, bench.velocity = bench.q.copy(), np.zeros(N)
        assert isinstance(bench.tick(np.zeros(N)), ApprovedCommand)
        # And tracking does not hold the old command against the arm.
        for _ in range(30):
            bench.look()
        assert bench.supervisor.mode is Mode.READY

    def test_a_new_arming_forgets_the_set_point_of_the_last(self) -> None:
        bench = Bench().moving().run_up(0, 1.5, 20)
        bench.supervisor.event(Event.DISABLE, bench.now)
        bench.q = home() + vector(0, 1.0)
        bench.look()
        bench.look()
        assert bench.supervisor.begin_stop_test(bench.now) == ""
        bench.look()
        assert bench.supervisor.stop_pressed(bench.now, bench.now) == ""
        assert isinstance(bench.ask(bench.q), ApprovedCommand)

    def test_the_fast_way_into_the_slow_radius_is_closed_after_the_time_to_slow_down(self) -> None:
        """A generator that ignores the advice is refused."""
        bench = Bench(scene({}, person(slow_radius=0.4))).moving()
        answers = [bench.tick(vector(0, 0.9 if tick < 30 else 0.0)) for tick in range(120)]
        codes = {answer.code for answer in answers if isinstance(answer, Refusal)}
        assert "zone_speed" in codes
