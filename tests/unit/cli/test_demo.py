"""What a demo does with its folder."""

from armctl.cli.demo import fresh_folder
from armctl.evidence.schema import open_store


def test_everything_an_earlier_demo_left_is_removed_however_many_pictures_it_took(tmp_path):
    made = ("02-arming.png", "100-running-putting-the-cup-back.png", "film.gif", "evidence.sqlite-wal")
    for name in made:
        (tmp_path / name).write_text("old")
    with fresh_folder(tmp_path) as folder:
        assert not list(folder.iterdir())


def test_a_demo_can_keep_records_in_the_folder_it_has_to_itself(tmp_path):
    with fresh_folder(tmp_path / "out") as folder:
        open_store(folder / "evidence.sqlite", create=True).close()
        assert (folder / "evidence.sqlite").stat().st_size > 0
