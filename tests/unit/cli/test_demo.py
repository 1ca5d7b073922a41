"""What a demo does with its folder."""

from armctl.cli.demo import fresh_folder


def test_everything_an_earlier_demo_left_is_removed_however_many_pictures_it_took(tmp_path):
    made = ("02-arming.png", "100-running-putting-the-cup-back.png", "film.gif", "evidence.sqlite-wal")
    for name in made:
        (tmp_path / name).write_text("old")
    with fresh_folder(tmp_path) as folder:
        assert not list(folder.iterdir())
