"""The emulator's scene reaches the screen beside the snapshots, the newest wins, and nobody ever waits."""

from armctl.cli.scene_feed import SceneFeed, SceneLink, SceneSender
from armctl.control.link import local_pair
from armctl.control.messages import Snapshot
from armctl.hal.scene import SceneState


def snapshot():
    return Snapshot(
        tick=1, stamp=1.0, epoch=0, mode="disarmed", fault=None, arm="so101", real=False,
        joints=(), positions=(), commanded=(), tool=(0, 0, 0, 0, 0, 0, 1),
    )  # fmt: skip


def test_the_newest_scene_completes_the_snapshot(tmp_path):
    feed, sender = SceneFeed(tmp_path / "scene"), SceneSender(tmp_path / "scene")
    screen, control = local_pair()
    link = SceneLink(screen, feed)
    for stamp in (1.0, 2.0, 3.0):
        sender.send(SceneState(stamp, {"cup": (0, 0, 0, 0, 0, 0, 1)}))
    control.send(snapshot())
    (received,) = link.receive()
    assert received.scene.stamp == 3.0
    sender.close()
    link.close()
    assert control.closed


def test_a_snapshot_before_any_scene_has_none(tmp_path):
    screen, control = local_pair()
    link = SceneLink(screen, SceneFeed(tmp_path / "scene"))
    control.send(snapshot())
    assert link.receive()[0].scene is None
    link.close()


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
