"""The emulator's scene reaches the screen, the newest wins, and nobody ever waits."""

from armctl.cli.scene_feed import SceneFeed, SceneSender
from armctl.hal.scene import SceneState


def test_the_newest_scene_wins(tmp_path):
    feed, sender = SceneFeed(tmp_path / "scene"), SceneSender(tmp_path / "scene")
    assert feed.newest() is None
    for stamp in (1.0, 2.0, 3.0):
        sender.send(SceneState(stamp, {"cup": (0, 0, 0, 0, 0, 0, 1)}))
    assert feed.newest().stamp == 3.0
    assert feed.newest().stamp == 3.0
    sender.close()
    feed.close()


def test_sending_to_nobody_or_to_a_slow_listener_never_waits(tmp_path):
    sender = SceneSender(tmp_path / "scene")
    state = SceneState(1.0, {})
    sender.send(state)
    feed = SceneFeed(tmp_path / "scene")
    for _ in range(5000):
        sender.send(state)
    assert feed.newest().stamp == 1.0
    sender.close()
    feed.close()


def test_a_datagram_that_is_no_scene_is_passed_over(tmp_path):
    import socket

    feed = SceneFeed(tmp_path / "scene")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as stranger:
        stranger.sendto(b"\xc1not a scene", str(tmp_path / "scene"))
    assert feed.newest() is None
    feed.close()
