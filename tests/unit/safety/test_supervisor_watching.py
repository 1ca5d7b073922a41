"""The supervisor watches: the arm's readings, what is held, and where the head is seen."""

from __future__ import annotations

import math

import numpy as np
import pytest

from armctl.config.load import find, load
from armctl.config.scene import SceneConfig
from armctl.hal.command import ApprovedCommand
from armctl.hal.scene import Contact, Head, SceneState
from armctl.kinematics.collision import Held
from armctl.kinematics.shapes import LinkShape
from armctl.safety.contact import ContactWatch
from armctl.safety.gate import UNSEEN_DIP
from armctl.safety.limits import ESCAPE_SPEED, HEAD_STALE, SLEEP_GAP, START_UP_TIME
from armctl.safety.states import Event, Mode
from armctl.safety.supervisor import Refusal
from tests.unit.safety.bench import DT, Bench, N, fault_code, home, overloaded, person, robot, scene, vector


class TestObserving:
    @pytest.mark.parametrize("joint", range(N))
    def test_three_silent_reads_of_a_joint_stop_the_arm_and_name_it(self, joint: int) -> None:
        bench = Bench().moving()
        fresh = np.ones(N, dtype=np.bool_)
        fresh[joint] = False
        for _ in range(2):
            bench.look(fresh=fresh)
            assert bench.supervisor.mode is Mode.MOVING
        bench.look(fresh=fresh)
        assert fault_code(bench) == "joint_mute"

    def test_a_disarmed_arm_latches_nothing(self) -> None:
        bench = Bench().connect()
        for _ in range(5):
            bench.look(fresh=np.zeros(N, dtype=np.bool_), faults=overloaded())
        assert (bench.supervisor.mode, bench.supervisor.fault) == (Mode.DISARMED, None)

    def test_a_jump_stops_the_arm_and_is_not_followed(self) -> None:
        bench = Bench().ready()
        bench.q = bench.q + vector(2, 0.09)
        bench.look()
        assert fault_code(bench) == "encoder_jump"
        assert isinstance(bench.ask(bench.q), Refusal)

    def test_a_jump_of_a_disarmed_arm_is_somebody_who_moves_it(self) -> None:
        bench = Bench().connect()
        bench.q = bench.q + vector(2, 0.3)
        bench.look()
        assert bench.supervisor.mode is Mode.DISARMED

    @pytest.mark.parametrize("speed", [-0.4, 0.4])
    @pytest.mark.parametrize("armed", [True, False])
    def test_an_arm_that_runs_away_while_it_is_to_stand_stops(self, armed: bool, speed: float) -> None:
        """A servo with swapped leads runs away from its goal as soon as it has torque, and holding goes along."""
        bench = Bench().ready() if armed else Bench().connect()
        assert armed or bench.supervisor.begin_stop_test(bench.now) == ""
        stood = bench.q.copy()
        for _ in range(60):
            bench.q = bench.q + vector(1, speed * DT)
            bench.look(velocities=vector(1, speed))
            if bench.supervisor.fault is not None:
                break
            bench.ask(bench.q, vector(1, speed))
        assert fault_code(bench) == "following_error"
        assert abs(bench.q - stood).max() < 0.12 + abs(speed) * DT + 1e-9

    def test_an_arm_that_only_sags_may_stand(self) -> None:
        bench = Bench().ready()
        bench.q = bench.q + vector(1, 0.12 - 1e-9) * 0.5
        bench.look()
        bench.q = bench.q + vector(1, 0.12 - 1e-9) * 0.5
        bench.look()
        assert bench.supervisor.mode is Mode.READY

    def test_where_a_motion_ended_is_where_it_stands(self) -> None:
        bench = Bench().moving()
        bench.q = bench.q + vector(1, 0.05)
        bench.look()
        bench.supervisor.event(Event.MOTION_ENDED, bench.now)
        for _ in range(4):
            bench.q = bench.q + vector(1, 0.029)
            bench.look()
        assert bench.supervisor.mode is Mode.READY

    def test_a_blocked_joint_stops_the_arm(self) -> None:
        bench = Bench().moving().run_up(0, 1.5, 30)
        stuck = bench.q.copy()
        for tick in range(60):
            bench.tick(np.zeros(N))
            bench.q = stuck + vector(0, 1e-4 * (tick % 2))
            if bench.supervisor.fault:
                break
        assert fault_code(bench) == "following_error"

    def test_lost_torque_stops_the_arm(self) -> None:
        bench = Bench().ready()
        for _ in range(3):
            bench.look(torque_on=False)
        assert fault_code(bench) == "torque_lost"

    def test_a_computer_that_slept_must_be_armed_again(self) -> None:
        bench = Bench().ready()
        bench.now += SLEEP_GAP + 0.1
        bench.look()
        assert fault_code(bench) == "clock_jump"

    def test_a_clock_that_runs_backwards_must_be_armed_again(self) -> None:
        bench = Bench().ready()
        bench.now -= 0.5
        bench.look()
        assert fault_code(bench) == "clock_jump"

    def test_a_disarmed_arm_does_not_mind_sleep(self) -> None:
        bench = Bench().connect()
        bench.now += 3600.0
        bench.look()
        assert bench.supervisor.mode is Mode.DISARMED

    @pytest.mark.parametrize(("missed", "mode"), [(0, Mode.MOVING), (2, Mode.MOVING), (3, Mode.STOPPING)])
    def test_three_missed_ticks_bring_a_moving_arm_to_rest(self, missed: int, mode: Mode) -> None:
        bench = Bench().moving()
        bench.look()
        bench.now += missed * DT
        bench.look()
        assert bench.supervisor.mode is mode
        assert ("control was late by 30 ms" in bench.supervisor.notice) == (mode is Mode.STOPPING)

    def test_a_standing_arm_does_not_mind_missed_ticks(self) -> None:
        bench = Bench().ready()
        bench.now += 5 * DT
        bench.look()
        assert bench.supervisor.mode is Mode.READY

    def test_a_touch_of_the_person_stops_the_arm(self) -> None:
        bench = Bench().moving()
        touch = SceneState(stamp=bench.now, objects={}, contacts=(Contact("gripper_link", "head", 0.4),))
        bench.supervisor.observe_scene(touch)
        assert fault_code(bench) == "contact"

    def test_a_touch_of_a_disarmed_arm_is_not_latched(self) -> None:
        bench = Bench().connect()
        touch = SceneState(stamp=bench.now, objects={}, contacts=(Contact("gripper_link", "head", 0.4),))
        bench.supervisor.observe_scene(touch)
        assert bench.supervisor.mode is Mode.DISARMED


class TestSurroundings:
    """What is held and where the head is seen, and what comes of it."""

    kitchen = load(find("scenes", "kitchen_table"), SceneConfig)

    def seen(self, bench: Bench, age: float = 0.0) -> SceneState:
        return SceneState(stamp=bench.now, objects={}, head=Head(bench.now - age, (0.28, 0.42, 0.30)))

    def test_a_head_that_is_lost_slows_the_arm_and_then_brings_it_to_rest(self) -> None:
        bench = Bench(scene({}, person())).moving()
        for _ in range(math.ceil(START_UP_TIME / DT) + 1):
            bench.look()
            bench.supervisor.observe_scene(self.seen(bench))
        speeds = []
        while bench.supervisor.mode is Mode.MOVING:
            speeds.append(bench.supervisor.advise(bench.q))
            bench.look()
        assert speeds == sorted(speeds, reverse=True)
        assert speeds[-1] < 0.5 * speeds[0]
        assert len(speeds) * DT == pytest.approx(HEAD_STALE, abs=2 * DT)
        assert bench.supervisor.mode is Mode.STOPPING
        assert "the head was last seen" in bench.supervisor.notice

    def blind(self) -> tuple[Bench, float]:
        """A motion begun while the head beside the arm is not seen; and which way the shoulder leads off."""
        bench = Bench(scene({}, person(head_xyz=(0.28, 0.3, 0.30)))).moving()
        bench.supervisor.observe_scene(SceneState(bench.now, {}, head=Head(bench.now, (0.28, 0.3, 0.30))))
        for _ in range(math.ceil(HEAD_STALE / DT) + 60):
            bench.look()
        assert bench.supervisor.mode is Mode.READY
        bench.supervisor.event(Event.MOTION_BEGUN, bench.now)
        nearest = [bench.supervisor._zones.reach(bench.q + vector(0, turn)).head for turn in (0.01, -0.01)]
        return bench, 1.0 if nearest[0] > nearest[1] else -1.0

    def pushed(self, bench: Bench, way: float, ticks: int) -> list[str]:
        """Go on that ``way`` slowly; what was refused."""
        answers = [bench.tick(vector(0, way * 0.2 if tick < 10 else 0.0)) for tick in range(ticks)]
        return [answer.code for answer in answers if isinstance(answer, Refusal)]

    def test_from_a_head_that_is_not_seen_the_arm_can_be_led_away_slowly(self) -> None:
        bench, off = self.blind()
        assert self.pushed(bench, off, 200) == []
        assert bench.supervisor.mode is Mode.MOVING
        assert bench.supervisor.advise(bench.q) == ESCAPE_SPEED
        assert bench.supervisor.notice == "Slow, and only away from the head: it is not seen."

    def test_towards_a_head_that_is_not_seen_nothing_moves_a_millimetre(self) -> None:
        bench, off = self.blind()
        zones = bench.supervisor._zones
        before = zones.reach(bench.command).head
        assert set(self.pushed(bench, -off, 60)) == {"head_stale"}
        assert zones.reach(bench.command).head >= before - UNSEEN_DIP - 1e-9
        # Not by many small motions either, nor after leading it away and back.
        for _ in range(3):
            bench.supervisor.event(Event.STOP, bench.now)
            bench.velocity = np.zeros(N)
            bench.command = bench.q.copy()
            for _ in range(60):
                bench.tick(np.zeros(N))
            bench.supervisor.event(Event.MOTION_BEGUN, bench.now)
            self.pushed(bench, -off, 60)
        assert zones.reach(bench.command).head >= before - 2.0 * UNSEEN_DIP

    def test_what_is_held_comes_no_nearer_to_a_head_that_is_not_seen(self) -> None:
        bench, off = self.blind()
        bench.supervisor.holding(Held("cup", (LinkShape("gripper_link", "capsule", (0.03, 0.25), np.eye(4)),)))
        assert "head_stale" in self.pushed(bench, -off, 60)

    def test_a_head_that_is_seen_again_and_lost_again_stops_the_arm(self) -> None:
        bench, off = self.blind()
        assert self.pushed(bench, off, 20) == []
        bench.supervisor.observe_scene(SceneState(bench.now, {}, head=Head(bench.now, (0.28, 0.3, 0.30))))
        assert self.pushed(bench, 0.0, 10) == []
        assert bench.supervisor.mode is Mode.MOVING
        for _ in range(math.ceil(HEAD_STALE / DT) + 1):
            bench.look()
        assert bench.supervisor.mode is not Mode.MOVING
        assert "the head was last seen" in bench.supervisor.notice

    def test_a_head_that_nothing_tracks_never_gets_old(self) -> None:
        bench = Bench(scene({}, person())).moving()
        for _ in range(100):
            bench.look()
        assert bench.supervisor.mode is Mode.MOVING

    def test_what_the_gripper_feels_is_carried_and_may_not_touch_the_body(self) -> None:
        bench = Bench(self.kitchen).moving()
        free = len(bench.supervisor.barriers(home()))
        bench.supervisor.grip(True)
        assert bench.supervisor._zones.model.held is not None
        assert isinstance(bench.tick(np.zeros(N)), ApprovedCommand)
        bench.supervisor.grip(False)
        assert bench.supervisor._zones.model.held is None
        assert len(bench.supervisor.barriers(home())) == free

    def test_anything_may_be_said_to_be_held(self) -> None:
        bench = Bench().ready()
        held = Held("stick", (LinkShape("tool", "capsule", (0.01, 0.3), np.eye(4)),))
        bench.supervisor.holding(held)
        assert bench.supervisor._zones.model.held is held
        bench.supervisor.holding(None)
        assert bench.supervisor._zones.model.held is None

    def test_a_softer_contact_than_configured_is_left_to_the_person(self) -> None:
        bench = Bench().moving()
        bench.supervisor._contact = ContactWatch(robot().links, 1.0)
        for force, code in ((0.9, ""), (1.1, "contact")):
            touch = SceneState(stamp=bench.now, objects={}, contacts=(Contact("gripper_link", "head", force),))
            bench.supervisor.observe_scene(touch)
            assert fault_code(bench) == code
