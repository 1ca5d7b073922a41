"""Recording never keeps the arm from working: where it cannot be, control goes on without."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from armctl.control import flight_process
from armctl.control.flight_process import WriterProcess, flights_folder, start_flight
from armctl.control.flight_ring import Ring
from armctl.control.flight_supervisor import RecordedSupervisor
from armctl.errors import ConfigError
from armctl.safety.supervisor import Supervisor
from tests.support.control_bench import robot_model, scene_config


def test_recordings_go_beside_the_persons_own_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert flights_folder() == tmp_path / "armctl" / "flights"


def test_a_recorder_is_started_with_its_supervisor(tmp_path: Path) -> None:
    supervisor, flight = start_flight(robot_model(), scene_config(), tmp_path, "guest")
    assert isinstance(supervisor, RecordedSupervisor)
    assert flight is not None
    writer = flight._writer
    assert isinstance(writer, WriterProcess)
    flight.close()
    assert writer.wait(30.0) == 0


def test_without_a_writer_control_goes_on_with_a_plain_supervisor(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rings: list[Ring] = []

    def cannot(ring: Ring, _folder: Path) -> WriterProcess:
        rings.append(ring)
        raise OSError("no more processes")

    monkeypatch.setattr(flight_process, "WriterProcess", cannot)
    caplog.set_level(logging.WARNING)
    supervisor, flight = start_flight(robot_model(), scene_config(), tmp_path)
    assert type(supervisor) is Supervisor
    assert flight is None
    assert "Nothing is recorded in this session: no more processes" in caplog.text
    assert rings[0]._map.closed  # its memory is given back


def test_a_profile_that_does_not_exist_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nobody"):
        start_flight(robot_model(), scene_config(), tmp_path, "nobody")
