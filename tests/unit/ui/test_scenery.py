"""Things are drawn where the simulator says they are, else where the scene file puts them."""

import numpy as np
import pytest

from armctl.config.scene import ShapeConfig
from armctl.hal.scene import SceneState
from tests.support.ui_person import kitchen
from ui import scenery
from ui.solids import Polyhedron, Round


def middle(solid):
    return solid.centres.mean(axis=0)


def test_the_cup_stands_at_its_place_when_nobody_tells_otherwise():
    x, y, z = kitchen().places[kitchen().objects["cup"].place].xyz
    body = scenery.objects(kitchen(), None)[0]
    assert middle(body) == pytest.approx([x, y, z + 0.05])


def test_the_cup_is_where_the_simulator_says():
    state = SceneState(1.0, {"cup": (0.1, 0.2, 0.3, 0.0, 0.0, 0.0, 1.0)})
    assert middle(scenery.objects(kitchen(), state)[0]) == pytest.approx([0.1, 0.2, 0.35])


def test_what_cannot_be_seen_does_not_change_the_picture():
    one = SceneState(1.0, {"cup": (0.1, 0.2, 0.3, 0.0, 0.0, 0.0, 1.0)})
    other = SceneState(2.0, {"cup": (0.10004, 0.2, 0.3, 0.0, 0.0, 0.0, 1.0)})
    moved = SceneState(2.0, {"cup": (0.102, 0.2, 0.3, 0.0, 0.0, 0.0, 1.0)})
    assert scenery.key(one) == scenery.key(other) != scenery.key(moved)
    assert scenery.key(None) == ()


def test_every_piece_of_furniture_is_drawn():
    assert len(scenery.furniture(kitchen())) == len(kitchen().furniture)


def test_the_face_looks_the_way_the_mouth_does():
    config = kitchen().person
    solids = scenery.person(config, (100, 110, 120))
    eyes = [solid for solid in solids if float(solid.radii[0]) < 0.012]
    out = np.array(config.mouth_direction)
    assert len(eyes) == 2
    for eye in eyes:
        assert (middle(eye) - np.array(config.head_xyz)) @ out > 0.05
        assert np.linalg.norm(middle(eye) - np.array(config.head_xyz)) == pytest.approx(config.head_radius)


@pytest.mark.parametrize(
    ("kind", "size", "expected"),
    [
        ("box", (1, 1, 1), Polyhedron),
        ("cylinder", (0.1, 1), Polyhedron),
        ("capsule", (0.1, 1), Round),
        ("sphere", (0.1,), Round),
    ],
)
def test_every_kind_of_shape_is_drawn(kind, size, expected):
    assert isinstance(scenery.solid(ShapeConfig(kind=kind, size=size), np.eye(4), (1, 2, 3)), expected)
