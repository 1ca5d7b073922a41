"""What the next press does where that is not simply to choose what is lit."""

from __future__ import annotations

from armctl.access.pipeline import AccessPipeline
from armctl.config.user import UserConfig
from ui.page import Page
from ui.stopping import points
from ui.text import _, seconds


def press_hint(pipeline: AccessPipeline, user: UserConfig, page: Page, stops: bool, ends_in: float | None) -> str:
    """Return what the next press does, in words; empty where the usual words fit.

    Args:
        pipeline: The person's inputs.
        user: Their settings.
        page: What the screen shows.
        stops: A press stops the arm.
        ends_in: When what was started with one press ends by itself [s]; None when nothing was.
    """
    if pipeline.preview is not None:
        item, left = pipeline.preview
        words = _("Press = cancel: {what}") if left > 0.0 else _("Let go = {what}")
        return words.format(what=_label(page, item))
    if stops or pipeline.held is not None:
        return _stopping_hint(user, page, ends_in)
    if pipeline.paused:
        return _("Paused. Press = go on")
    if page.tiles and not page.press and (pipeline.held_for_nothing or pipeline.quiet):
        return _("Let go first") if pipeline.held_for_nothing else _("Please wait")
    if points(user) and not pipeline.moves_by_itself and page.tiles:
        return _pointing_hint(pipeline, page)
    return _scanning_hint(pipeline, user, page)


def _stopping_hint(user: UserConfig, page: Page, ends_in: float | None) -> str:
    if page.banner and points(user):
        return _("Large field = STOP")
    return _("Press = STOP (ends in {time})").format(time=seconds(round(ends_in))) if ends_in is not None else ""


def _pointing_hint(pipeline: AccessPipeline, page: Page) -> str:
    """Return what to do with a pointer that chooses where it rests."""
    label = _label(page, pipeline.lit) if pipeline.lit is not None else ""
    return _("Stay = {what}").format(what=label) if label else _("Point at a tile")


def _scanning_hint(pipeline: AccessPipeline, user: UserConfig, page: Page) -> str:
    label = _label(page, pipeline.lit) if pipeline.lit is not None else ""
    if user.scan.method == "inverse" and not pipeline.resting:
        if pipeline.waits_for_release:
            return _("Let go = {what}").format(what=label or _group(page, pipeline.lit_group))
        return _("Hold = move the frame")
    if label and _chooses_by_holding(user):
        return _("Hold = {what}").format(what=label)
    if pipeline.lit_group:
        return _("Press = {what}").format(what=_group(page, pipeline.lit_group))
    return "" if label or pipeline.resting or not page.tiles or page.press else _nothing_lit(user)


def _nothing_lit(user: UserConfig) -> str:
    """Return what to do while no tile is lit: a frame comes by itself, a stick has to go to a tile."""
    return _("Move the stick to a tile") if user.scan.method == "direct" else _("Please wait")


def _chooses_by_holding(user: UserConfig) -> bool:
    """Return whether the person's switch moves on with a short press and chooses with a long one."""
    ways = [contact.switch for contact in user.contacts if contact.does == "next" and contact.switch is not None]
    return any(hold.does == "select" for way in ways for hold in way.holds)


def _label(page: Page, item: str) -> str:
    return next((tile.label for tile in page.tiles if tile.id == item), "")


def _group(page: Page, items: tuple[str, ...]) -> str:
    return ", ".join(_label(page, item) for item in items)
