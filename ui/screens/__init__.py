"""The screens: one file each, and one row each in this table."""

from __future__ import annotations

from typing import Final

from ui.screens.alert import AlertScreen
from ui.screens.arming import ArmingScreen
from ui.screens.base import Screen
from ui.screens.disconnected import DisconnectedScreen
from ui.screens.fit import FitResultScreen, FitScreen, FitTryScreen
from ui.screens.gone import GoneScreen
from ui.screens.help import TOPICS, HelpScreen
from ui.screens.home import HomeScreen
from ui.screens.look import LookScreen
from ui.screens.me import MeScreen
from ui.screens.move import MoveScreen
from ui.screens.practice import PracticeScreen
from ui.screens.practice_play import PracticePlayScreen
from ui.screens.running import RunningScreen
from ui.screens.settings import SettingsScreen
from ui.screens.sound import SoundScreen
from ui.screens.stop_test import StopTestScreen

SCREENS: Final[dict[str, Screen]] = {
    "home": HomeScreen(),
    "move": MoveScreen(),
    "running": RunningScreen(),
    "arming": ArmingScreen(),
    "settings": SettingsScreen(),
    "sound": SoundScreen(),
    "look": LookScreen(),
    **{topic: HelpScreen(topic) for topic in TOPICS},
    "stop_test": StopTestScreen(),
    "me": MeScreen(),
    "fit": FitScreen(),
    "fit_result": FitResultScreen(),
    "fit_try": FitTryScreen(),
    "practice": PracticeScreen(),
    "practice_play": PracticePlayScreen(),
    "alert": AlertScreen(),
    "disconnected": DisconnectedScreen(),
    "gone": GoneScreen(),
}
"""Name to screen; `ui.flow.screen_for` gives the name."""
