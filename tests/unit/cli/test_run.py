"""What ``armctl run`` looks at before any process is started."""

from armctl.cli.run import checked_request
from armctl.config.load import builtin

OWN = 'name = "own"\ntasks = ["drink"]\n'
IN_THE_WAY = '[zones.keep_out]\ntube = { kind = "box", size = [0.2, 0.3, 0.3], xyz = [0.386, 0.0738, 0.1] }\n'


def told(capsys, **asked):
    checked_request(**({"arm": "so101-ideal", "port": "", "scene": "", "user": "guest"} | asked))
    return capsys.readouterr().err


def test_a_place_the_arm_cannot_come_to_is_told_before_anything_starts(tmp_path, capsys):
    text = builtin("scenes", "kitchen_table").read_text(encoding="utf-8")
    assert "xyz = [0.3860, 0.0738, 0.04]" in text
    near, far = tmp_path / "near.toml", tmp_path / "far.toml"
    near.write_text(text, encoding="utf-8")
    far.write_text(text.replace("xyz = [0.3860, 0.0738, 0.04]", "xyz = [0.9, 0.1, 0.1]"), encoding="utf-8")
    assert told(capsys, scene=str(near)) == ""
    warning = told(capsys, scene=str(far))
    assert "cannot bring a level hand to your hand" in warning
    assert "too far" in warning
    assert "the shelf" not in warning


def test_a_place_within_what_a_person_wants_kept_clear_is_told(tmp_path, capsys):
    profile = tmp_path / "own.toml"
    profile.write_text(OWN + IN_THE_WAY, encoding="utf-8")
    assert "your hand: within reach, but the gripper touches the tube there" in told(capsys, user=str(profile))
