"""A person's own distances and areas: only ever more careful than the place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.config.load import find, load
from armctl.config.profiles import NEW, changed_text, profile_of
from armctl.config.scene import SceneConfig, ShapeConfig
from armctl.config.zones import ZonesConfig, with_zones
from armctl.control import flight_process
from armctl.errors import ConfigError
from armctl.safety.zones import Zones
from tests.unit.safety.bench import robot

SCENE = load(find("scenes", "kitchen_table"), SceneConfig)
HOSE = ShapeConfig(kind="box", size=(0.1, 0.1, 0.3), xyz=(0.2, -0.2, 0.2))

keep = st.none() | st.floats(0.0, 0.3)
radius = st.none() | st.floats(0.1, 1.0)
speed = st.none() | st.floats(0.01, 0.06)
scenes = st.builds(
    lambda out, slow, fast: SCENE.model_copy(
        update={
            "person": SCENE.person.model_copy(update={"head_keep_out": out, "slow_radius": slow, "slow_speed": fast})
        }
    ),
    st.floats(0.0, 0.3),
    st.floats(0.1, 1.0),
    st.floats(0.01, 0.06),
)


@given(scenes, keep, radius, speed)
def test_a_profile_only_ever_makes_it_more_careful(scene, out, slow, fast):
    zones = ZonesConfig(head_keep_out=out, slow_radius=slow, slow_speed=fast)
    before, after = scene.person, with_zones(scene, zones).person
    assert after.head_keep_out == max(before.head_keep_out, out or 0.0)
    assert after.slow_radius == max(before.slow_radius, slow or 0.0)
    assert after.slow_speed == min(before.slow_speed, 1.0 if fast is None else fast)


def test_without_zones_the_scene_is_as_it_was():
    assert with_zones(SCENE, ZonesConfig()) == SCENE


def test_a_scene_without_a_person_takes_areas_alone():
    empty = SCENE.model_copy(update={"person": None})
    after = with_zones(empty, ZonesConfig(slow_radius=0.5, keep_out={"hose": HOSE}))
    assert after.person is None
    assert set(after.furniture) == {*SCENE.furniture, "zone_hose"}


def test_areas_are_kept_clear_by_every_part_of_the_arm():
    """The gate's own distances know of the area, and of nothing more."""
    plain, careful = (
        Zones(robot(), scene) for scene in (SCENE, with_zones(SCENE, ZonesConfig(keep_out={"hose": HOSE})))
    )
    others = {about.other for about in careful.clearances} - {about.other for about in plain.clearances}
    assert len(others) == 1
    assert len(careful.clearances) > len(plain.clearances) + 3


def test_a_larger_distance_from_the_head_is_what_the_gate_keeps():
    far = with_zones(SCENE, ZonesConfig(head_keep_out=0.3))
    head = [
        max(limit for limit, about in zip(made.limits, made.clearances, strict=True) if about.other == "head")
        for made in (Zones(robot(), SCENE), Zones(robot(), far))
    ]
    assert head[1] - head[0] == pytest.approx(0.3 - SCENE.person.head_keep_out)


def test_neither_the_person_nor_a_variant_changes_them():
    text = NEW.format(name="ona", title="Ona", version=2) + "\n[zones]\nslow_radius = 0.4\n"
    with pytest.raises(ConfigError, match="set by staff"):
        changed_text(text, {"zones.slow_radius": 0.1})
    variant = text + "\n[variants.tired.zones]\nslow_radius = 0.1\n"
    with pytest.raises(ConfigError, match="same in all variants"):
        profile_of(variant, "ona.toml", None, None)


def test_a_distance_out_of_bounds_is_named_with_its_line():
    text = NEW.format(name="ona", title="Ona", version=2) + "\n[zones]\nhead_keep_out = 3.0\n"
    with pytest.raises(ConfigError) as error:
        profile_of(text, "ona.toml", None, None)
    assert error.value.line == text.splitlines().index("head_keep_out = 3.0") + 1


def test_the_control_process_judges_by_them(monkeypatch, tmp_path):
    own = tmp_path / "ona.toml"
    own.write_text(NEW.format(name="ona", title="Ona", version=2) + "\n[zones]\nhead_keep_out = 0.25\n")

    def cannot(*_):
        raise OSError("no more processes")

    monkeypatch.setattr(flight_process, "WriterProcess", cannot)
    careful, _ = flight_process.start_flight(robot(), SCENE, tmp_path, str(own))
    assert (
        careful._zones.limits.tolist()
        == Zones(robot(), with_zones(SCENE, ZonesConfig(head_keep_out=0.25))).limits.tolist()
    )
    assert careful._zones.limits.tolist() != Zones(robot(), SCENE).limits.tolist()
