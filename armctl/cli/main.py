"""The command line. Bad input ends with exit code 2 and one clear message, never with a traceback."""

from __future__ import annotations

import logging
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from armctl import __version__
from armctl.cli.options import (
    DEFAULT_ARM,
    DEFAULT_USER,
    ArmOption,
    PortOption,
    SceneOption,
    SizeOption,
    StoreOption,
    UserOption,
    examples,
)
from armctl.cli.practice import practice_app
from armctl.cli.servo_commands import servo_app
from armctl.errors import ArmctlError

app = typer.Typer(
    name="armctl",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
evidence_app = typer.Typer(help="What happened in past sessions.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(evidence_app, name="evidence")
app.add_typer(practice_app, name="practice")
kinematics_app = typer.Typer(
    help="Joints, reach and generated code of arms.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(kinematics_app, name="kinematics")
app.add_typer(servo_app, name="servo")


OUT = Console(highlight=False)
ERR = Console(stderr=True, highlight=False)

BAD_INPUT = 2
INTERRUPTED = 130


def _tell_version(asked: bool) -> None:
    if asked:
        OUT.print(__version__)
        raise typer.Exit


@app.callback(
    epilog=examples("run", "demo --fast", "check my-profile.toml", "COMMAND --help   # says more about each of them")
)
def _options(
    asked: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_tell_version, help="Print the version.")
    ] = False,
) -> None:
    """A small robot arm, driven through one or two switches, a joystick, sip-and-puff or a pointer."""


@app.command(
    short_help="Start the user screen with an arm.",
    epilog=examples(
        "run",
        "run --user one_switch_auto",
        "run --arm so101-emulated",
        "run --arm so101 --user anna --size ''   # the real arm, the whole screen",
    ),
)
def run(
    arm: ArmOption = DEFAULT_ARM,
    port: PortOption = "",
    scene: SceneOption = "",
    user: UserOption = DEFAULT_USER,
    size: SizeOption = "1280x800",
    record_input: Annotated[
        bool, typer.Option("--record-input", help="Keep every input event of this session in a file.")
    ] = False,
) -> None:
    """Start the user screen with an arm."""
    from armctl.cli.run import run_session

    raise typer.Exit(run_session(arm=arm, port=port, scene=scene, user=user, size=size, record_input=record_input))


@app.command(
    short_help="A scripted person with one switch does the main job.",
    epilog=examples("demo", "demo --fast --arm koch_v11-sim --out koch"),
)
def demo(
    arm: ArmOption = DEFAULT_ARM,
    scene: SceneOption = "",
    user: UserOption = DEFAULT_USER,
    fast: Annotated[bool, typer.Option("--fast", help="One process on a stepped clock, as quick as it goes.")] = False,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Folder for pictures, film, records and report.")] = Path(
        "demo-output"
    ),
    seed: Annotated[int, typer.Option(metavar="N", help="Seed of the simulated person's press times.")] = 1,
) -> None:
    """A scripted one-switch user fetches the cup, drinks and puts it back; physics judges."""
    from armctl.cli.demo import run_demo

    raise typer.Exit(run_demo(arm=arm, scene=scene, user=user, fast=fast, out=out, seed=seed))


@app.command(
    short_help="Measure presses, stick and pointer, and propose settings.",
    epilog=examples("fit --user anna --new", "fit --user anna --history"),
)
def fit(
    user: UserOption = DEFAULT_USER,
    new: Annotated[bool, typer.Option("--new", help="Make this profile first.")] = False,
    history: Annotated[bool, typer.Option("--history", help="Print what was measured before.")] = False,
    size: SizeOption = "1280x800",
) -> None:
    """Measure a person's presses, stick and pointer, and propose the settings that fit. Nothing moves."""
    from armctl.cli.fit import run_fit

    raise typer.Exit(run_fit(user=user, new=new, history=history, size=size))


@app.command(
    short_help="Serve an arm's servos on a pseudo-terminal.",
    epilog=examples("emulate so101 --link /tmp/arm", "doctor so101 --port /tmp/arm   # in another terminal"),
)
def emulate(
    arm: Annotated[str, typer.Argument(metavar="ARM", help="Which arm's servos to emulate.")] = "so101",
    link: Annotated[
        Path | None, typer.Option(metavar="PATH", help="Where to put a link to the pseudo-terminal.")
    ] = None,
    scene: SceneOption = "",
    ideal: Annotated[bool, typer.Option("--ideal", help="Exact motion instead of physics.")] = False,
    paced: Annotated[bool, typer.Option("--paced", help="Bytes take as long as on the real line.")] = False,
    report: Annotated[Path | None, typer.Option(hidden=True, help="Socket to send the scene to.")] = None,
) -> None:
    """Serve an arm's servos on a pseudo-terminal, as if it were plugged in."""
    from armctl.cli.emulate import run_emulated

    raise typer.Exit(run_emulated(arm=arm, link=link, scene=scene, ideal=ideal, report=report, paced=paced))


@app.command(
    short_help="Look for mistakes in configuration files.",
    epilog=examples("check", "check my-profile.toml my-scene.toml"),
)
def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE", help="What to check; all that comes with armctl when left out."),
    ] = None,
) -> None:
    """Look for mistakes in profiles, tasks, scenes and arms: file, line, value and limit.

    Exit code 2: there are some.
    """
    from armctl.cli.check import check_files

    verdicts = list(check_files(files or []))
    for verdict in verdicts:
        OUT.print("[green]ok [/green]" if not verdict.problem else "[red]bad[/red]", end=" ")
        OUT.print(verdict.label if not verdict.problem else verdict.problem, markup=False, soft_wrap=True)
    bad = sum(1 for verdict in verdicts if verdict.problem)
    OUT.print(f"{len(verdicts) - bad} of {len(verdicts)} files are valid.")
    raise typer.Exit(BAD_INPUT if bad else 0)


@app.command(
    short_help="Look at this computer: ports, rights, versions.",
    epilog=examples("doctor", "doctor so101", "doctor so101 --udev"),
)
def doctor(
    arm: Annotated[str, typer.Argument(metavar="ARM", help="Which arm should be there; armctl arms lists them.")] = "",
    port: Annotated[
        str, typer.Option("--port", metavar="PORT", help="Look at what is behind this port; nothing moves.")
    ] = "",
    udev: Annotated[
        bool, typer.Option("--udev", help="Print a udev rule for what is plugged in, or for ARM's usual adapters.")
    ] = False,
) -> None:
    """Look at this computer: ports, rights, versions, and what to do about them.

    Exit code 1: something will not work.
    """
    from armctl.cli.doctor_command import print_rules, run_doctor

    if udev:
        raise typer.Exit(print_rules(arm))
    raise typer.Exit(run_doctor(arm, port))


@app.command(short_help="List every arm, and what can stand in for it.")
def arms() -> None:
    """List every arm that comes with armctl, and what can stand in for it."""
    from armctl.cli.arms import run_arms

    raise typer.Exit(run_arms())


@app.command(
    short_help="Let an arm that counts its steps find its switches.",
    epilog=examples("home grbl_arm", "home grbl_arm --again   # after a bump"),
)
def home(
    arm: Annotated[str, typer.Argument(metavar="ARM", help="Which arm, or its .toml file.")] = "grbl_arm",
    port: PortOption = "",
    yes: Annotated[bool, typer.Option("--yes", help="Nobody and nothing is in its way.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Home it even when it knows where it is.")] = False,
) -> None:
    """Let an arm that counts its steps find its switches: it moves, any key stops it."""
    from armctl.cli.home import run_home

    raise typer.Exit(run_home(arm=arm, port=port, yes=yes, anew=again))


@app.command(short_help="Teach armctl where an arm's joints are.", epilog=examples("calibrate so101"))
def calibrate(
    arm: Annotated[str, typer.Argument(metavar="ARM", help="Which arm, for example so101, or its .toml file.")],
    port: PortOption = "",
    quiet: Annotated[bool, typer.Option("--quiet", help="Show everything, say nothing.")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Forget an interrupted calibration of another arm.")] = False,
) -> None:
    """Teach armctl where an arm's joints are: by hand, guided, in about three minutes."""
    from armctl.cli.calibrate import run_calibrate

    raise typer.Exit(run_calibrate(arm=arm, port=port, speak=not quiet, forget=forget))


@evidence_app.command(
    "show",
    short_help="Print one session.",
    epilog=examples("evidence show", "evidence show 12", "evidence show --store demo-output/evidence.sqlite"),
)
def evidence_show(
    session: Annotated[
        int | None, typer.Argument(metavar="NUMBER", help="Which session; the newest when left out.")
    ] = None,
    store: StoreOption = None,
) -> None:
    """Print one session: what happened in a few sentences, then every record. Times are seconds from its beginning."""
    from armctl.evidence.store import default_store, read_session
    from armctl.evidence.view import render

    OUT.print(render(read_session(store or default_store(), session)))


@evidence_app.command("list")
def evidence_list(store: StoreOption = None) -> None:
    """List every session: who, which arm, how long, which tasks."""
    from armctl.evidence.store import default_store, read_session, session_numbers
    from armctl.evidence.view import listed

    path = store or default_store()
    OUT.print(listed(read_session(path, number) for number in session_numbers(path)))


@kinematics_app.command(
    "show",
    short_help="Print joints, limits and reach, or generated code.",
    epilog=examples(
        "kinematics show wx250s",
        "kinematics show my-arm.urdf --tip hand",
        "kinematics show so101 --code jacobian > jacobian.py",
    ),
)
def kinematics_show(
    arm: Annotated[str, typer.Argument(metavar="ARM", help="Name of an arm, or a .toml or .urdf file.")] = "so101",
    base: Annotated[str, typer.Option(metavar="LINK", help="Link to begin at; the arm's own when left out.")] = "",
    tip: Annotated[str, typer.Option(metavar="LINK", help="Link to end at; the arm's own when left out.")] = "",
    code: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="Print generated code: pose, jacobian, solve-position, solve-axis or solve-pose."
        ),
    ] = "",
) -> None:
    """Print an arm's joints, limits and reach, or the code that was generated for it."""
    from armctl.cli.kinematics import show

    raise typer.Exit(show(arm=arm, base=base, tip=tip, code=code))


@app.command(
    short_help="Draw where the hand can be from this mounting.",
    epilog=examples("reach so101 kitchen_table", "reach wx250s --spacing 0.03 --out wx"),
)
def reach(
    arm: Annotated[str, typer.Argument(metavar="ARM", help="Name of an arm, or a .toml file.")] = "so101",
    scene: Annotated[
        str, typer.Argument(metavar="SCENE", help="Name of a scene, or a .toml file; else the arm's own.")
    ] = "",
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Folder for picture and data.")] = Path("reach-output"),
    spacing: Annotated[float, typer.Option(metavar="METRES", help="Distance of two places [m].")] = 0.02,
) -> None:
    """Draw a map of where the hand can be from this mounting, level or not, and say why it cannot be somewhere."""
    from armctl.cli.reach import run_reach

    raise typer.Exit(run_reach(arm=arm, scene=scene, out=out, spacing=spacing))


@app.command(
    short_help="Show a flight recording, and judge it again.",
    epilog=examples(
        "replay", "replay 20260301-101500-asked.mcap --check", "replay 20260301-101500-asked.mcap --export ticks.csv"
    ),
)
def replay(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="A flight recording; the newest when left out.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Only run the supervisor again, without a window.")] = False,
    export: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the ticks to this .csv file instead.")
    ] = None,
    size: Annotated[str, typer.Option(metavar="WxH", help="Window size [px].")] = "1280x800",
) -> None:
    """Show a flight recording in the arm view, and run the supervisor on it again.

    Exit code 0: every answer is the same. 1: they differ, and how is printed. 2: the file cannot be read.
    """
    from armctl.cli.replay import replay as show
    from armctl.cli.run import size_of

    raise typer.Exit(show(file, check=check, export=export, size=size_of(size)))


@app.command(
    short_help="Simulated people try a profile's settings.",
    epilog=examples("rehearse --user anna", "rehearse --user anna:tired --against anna", "rehearse --people tremor"),
)
def rehearse(
    user: UserOption = DEFAULT_USER,
    against: Annotated[str, typer.Option(metavar="USER", help="Another profile to compare it with.")] = "",
    people: Annotated[
        str,
        typer.Option(
            metavar="NAMES",
            help="Who rehearses, with commas; the person as last measured when left out, or three simulated ones.",
        ),
    ] = "",
    task: Annotated[str, typer.Option(metavar="TASK", help="What they do.")] = "drink",
    arm: ArmOption = DEFAULT_ARM,
    scene: SceneOption = "",
    seed: Annotated[int, typer.Option(help="Of everything that is left to chance.")] = 1,
) -> None:
    """Have simulated people do a task at the real screen with a profile's settings, before the person has to.

    Each switches the arm on, tests the stop, does the task and finds back from wrong choices; presses are late, missed,
    doubled or never meant, as theirs are. The arm is simulated whatever --arm says. It takes about half a minute each.

    Exit code 0: every one did the task. 1: somebody did not. 2: something named is missing or not valid.
    """
    from armctl.cli.rehearse import rehearse as play

    told = play(user=user, against=against, people=people, task=task, arm=arm, scene=scene, seed=seed)
    raise typer.Exit(told)


@app.command(
    "replay-input",
    short_help="Play recorded presses again, and compare.",
    epilog=examples("replay-input", "replay-input anna-20260301-101500.jsonl --short"),
)
def replay_input(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="A recording of inputs; the newest when left out.")
    ] = None,
    short: Annotated[bool, typer.Option("--short", help="Print only whether the same comes of it.")] = False,
) -> None:
    """Play a session of presses again that armctl run --record-input kept, and print what comes of it.

    Exit code 0: the same actions as recorded. 1: others, and where. 2: the file cannot be read.
    """
    from armctl.cli.replay_input import replay_input as play

    raise typer.Exit(play(file, short=short))


@app.command(
    short_help="Have the running armctl keep its last two minutes.", epilog=examples("record", "replay   # shows it")
)
def record() -> None:
    """Have the running armctl write down the last two minutes of every tick, and print where."""
    from armctl.cli.replay import record as ask

    OUT.print(ask(), markup=False, soft_wrap=True)


@app.command()
def version() -> None:
    """Print the version."""
    OUT.print(__version__)


def main() -> None:
    """Run the command line; every deliberate error becomes one message and exit code 2."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        app()
    except ArmctlError as error:
        ERR.print(f"armctl: {error}", markup=False, soft_wrap=True)
        sys.exit(BAD_INPUT)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
