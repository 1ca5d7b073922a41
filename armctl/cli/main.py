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
from armctl.cli.choice import DEFAULT_ARM, DEFAULT_USER
from armctl.cli.practice import practice_app
from armctl.errors import ArmctlError

app = typer.Typer(
    name="armctl",
    help="A small robot arm, driven through one or two switches, a joystick, sip-and-puff or a pointer.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
evidence_app = typer.Typer(help="What happened in past sessions.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(evidence_app, name="evidence")
app.add_typer(practice_app, name="practice")
kinematics_app = typer.Typer(
    help="Joints, reach and generated code of arms.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(kinematics_app, name="kinematics")
servo_app = typer.Typer(help="The servos of an arm, one by one.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(servo_app, name="servo")

OUT = Console(highlight=False)
ERR = Console(stderr=True, highlight=False)

BAD_INPUT = 2
INTERRUPTED = 130

ArmOption = Annotated[
    str,
    typer.Option(
        "--arm",
        help="Which arm: so101 is the real one, so101-sim simulated, so101-ideal exact, so101-emulated its real driver "
        "on emulated servos. armctl arms lists all; a .toml file will do, too.",
    ),
]
PortOption = Annotated[str, typer.Option("--port", help="Serial port of a real arm; looked for when left out.")]
SceneOption = Annotated[str, typer.Option("--scene", help="Name of a scene, or a .toml file; else the arm's own.")]
UserOption = Annotated[str, typer.Option("--user", help="Name of a person's profile, or a .toml file.")]


@app.command()
def run(
    arm: ArmOption = DEFAULT_ARM,
    port: PortOption = "",
    scene: SceneOption = "",
    user: UserOption = DEFAULT_USER,
    size: Annotated[
        str, typer.Option(help="Window size, for example 1280x800; empty for the whole screen.")
    ] = "1280x800",
    record_input: Annotated[
        bool, typer.Option("--record-input", help="Keep every input event of this session in a file.")
    ] = False,
) -> None:
    """Start the user screen with an arm."""
    from armctl.cli.run import run_session

    raise typer.Exit(run_session(arm=arm, port=port, scene=scene, user=user, size=size, record_input=record_input))


@app.command()
def demo(
    arm: ArmOption = DEFAULT_ARM,
    scene: SceneOption = "",
    user: UserOption = DEFAULT_USER,
    fast: Annotated[bool, typer.Option("--fast", help="One process on a stepped clock, as quick as it goes.")] = False,
    out: Annotated[Path, typer.Option(help="Folder for pictures, animation, records and report.")] = Path(
        "demo-output"
    ),
    seed: Annotated[int, typer.Option(help="Seed of the simulated person's press times.")] = 1,
) -> None:
    """A scripted one-switch user fetches the cup, drinks and puts it back; physics judges."""
    from armctl.cli.demo import run_demo

    raise typer.Exit(run_demo(arm=arm, scene=scene, user=user, fast=fast, out=out, seed=seed))


@app.command()
def fit(
    user: UserOption = DEFAULT_USER,
    new: Annotated[bool, typer.Option("--new", help="Make this profile first.")] = False,
    history: Annotated[bool, typer.Option("--history", help="Print what was measured before.")] = False,
    size: Annotated[
        str, typer.Option(help="Window size, for example 1280x800; empty for the whole screen.")
    ] = "1280x800",
) -> None:
    """Measure a person's presses, stick and pointer, and propose the settings that fit. Nothing moves."""
    from armctl.cli.fit import run_fit

    raise typer.Exit(run_fit(user=user, new=new, history=history, size=size))


@app.command()
def emulate(
    arm: Annotated[str, typer.Argument(help="Which arm's servos to emulate.")] = "so101",
    link: Annotated[Path | None, typer.Option(help="Where to put a link to the pseudo-terminal.")] = None,
    scene: SceneOption = "",
    ideal: Annotated[bool, typer.Option("--ideal", help="Exact motion instead of physics.")] = False,
    paced: Annotated[bool, typer.Option("--paced", help="Bytes take as long as on the real line.")] = False,
    report: Annotated[Path | None, typer.Option(hidden=True, help="Socket to send the scene to.")] = None,
) -> None:
    """Serve an arm's servos on a pseudo-terminal, as if it were plugged in."""
    from armctl.cli.emulate import run_emulated

    raise typer.Exit(run_emulated(arm=arm, link=link, scene=scene, ideal=ideal, report=report, paced=paced))


@app.command()
def check(
    files: Annotated[list[Path] | None, typer.Argument(help="Files; all that come with armctl when none.")] = None,
) -> None:
    """Validate configuration files."""
    from armctl.cli.check import check_files

    verdicts = list(check_files(files or []))
    for verdict in verdicts:
        OUT.print("[green]ok [/green]" if not verdict.problem else "[red]bad[/red]", end=" ")
        OUT.print(verdict.label if not verdict.problem else verdict.problem, markup=False, soft_wrap=True)
    bad = sum(1 for verdict in verdicts if verdict.problem)
    OUT.print(f"{len(verdicts) - bad} of {len(verdicts)} files are valid.")
    raise typer.Exit(BAD_INPUT if bad else 0)


@app.command()
def doctor(
    arm: Annotated[str, typer.Argument(help="Which arm should be there; armctl arms lists them.")] = "",
    port: Annotated[str, typer.Option("--port", help="Look at what is behind this port; nothing moves.")] = "",
    udev: Annotated[
        bool, typer.Option("--udev", help="Print a udev rule for what is plugged in, or for ARM's usual adapters.")
    ] = False,
) -> None:
    """Look at this computer: ports, rights, versions, and what to do about them."""
    from armctl.cli.doctor_command import print_rules, run_doctor

    if udev:
        raise typer.Exit(print_rules(arm))
    raise typer.Exit(run_doctor(arm, port))


@app.command()
def arms() -> None:
    """List every arm that comes with armctl, and what can stand in for it."""
    from armctl.cli.arms import run_arms

    raise typer.Exit(run_arms())


@app.command()
def calibrate(
    arm: Annotated[str, typer.Argument(help="Which arm, for example so101, or its .toml file.")],
    port: PortOption = "",
    quiet: Annotated[bool, typer.Option("--quiet", help="Show everything, say nothing.")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Forget an interrupted calibration of another arm.")] = False,
) -> None:
    """Teach armctl where an arm's joints are: by hand, guided, in about three minutes."""
    from armctl.cli.calibrate import run_calibrate

    raise typer.Exit(run_calibrate(arm=arm, port=port, speak=not quiet, forget=forget))


ServoArm = Annotated[str, typer.Option("--arm", help="Which arm: says which kind of servo it is.")]
Beforehand = Annotated[bool, typer.Option("--yes", help="Somebody holds the arm: it may go limp.")]


@servo_app.command("list")
def servo_list(
    arm: ServoArm = "so101",
    port: PortOption = "",
    speeds: Annotated[bool, typer.Option("--speeds", help="Look at every speed the servos know, too.")] = False,
) -> None:
    """Print every servo that answers: id, model, firmware, volts, °C, position."""
    from armctl.cli.servo import run_list

    raise typer.Exit(run_list(arm=arm, port=port, speeds=speeds))


@servo_app.command("renumber")
def servo_renumber(
    old: Annotated[int, typer.Argument(help="The id it has; 1 from the factory.")],
    new: Annotated[int, typer.Argument(help="The id it is to have.")],
    arm: ServoArm = "so101",
    port: PortOption = "",
    yes: Beforehand = False,
) -> None:
    """Give one servo another id; one at a time."""
    from armctl.cli.servo import run_renumber

    raise typer.Exit(run_renumber(old, new, arm=arm, port=port, yes=yes))


@servo_app.command("baud")
def servo_baud(
    servo: Annotated[int, typer.Argument(metavar="ID", help="Its id.")],
    rate: Annotated[int, typer.Argument(help="Bits a second, for example 1000000.")],
    arm: ServoArm = "so101",
    port: PortOption = "",
    yes: Beforehand = False,
) -> None:
    """Have one servo speak at another speed."""
    from armctl.cli.servo import run_baud

    raise typer.Exit(run_baud(servo, rate, arm=arm, port=port, yes=yes))


@servo_app.command("watch")
def servo_watch(
    arm: ServoArm = "so101",
    port: PortOption = "",
    count: Annotated[int, typer.Option(help="How often to look; 0 until Ctrl-C.", min=0)] = 0,
) -> None:
    """Show position, load, volts, °C, torque and faults of every servo, live."""
    from armctl.cli.servo import run_watch

    raise typer.Exit(run_watch(arm=arm, port=port, count=count))


@servo_app.command("release")
def servo_release(arm: ServoArm = "so101", port: PortOption = "", yes: Beforehand = False) -> None:
    """Let an arm that holds itself go limp, once somebody holds it."""
    from armctl.cli.servo import run_release

    raise typer.Exit(run_release(arm=arm, port=port, yes=yes))


@evidence_app.command("show")
def evidence_show(
    session: Annotated[int | None, typer.Argument(help="Number of the session; the newest when not given.")] = None,
    store: Annotated[Path | None, typer.Option(help="The store; the person's own when not given.")] = None,
) -> None:
    """Print a recorded session."""
    from armctl.evidence.store import default_store, read_session
    from armctl.evidence.view import render

    OUT.print(render(read_session(store or default_store(), session)))


@kinematics_app.command("show")
def kinematics_show(
    arm: Annotated[str, typer.Argument(help="Name of an arm, or a .toml or .urdf file.")] = "so101",
    base: Annotated[str, typer.Option(help="Link to begin at; the arm's own when left out.")] = "",
    tip: Annotated[str, typer.Option(help="Link to end at; the arm's own when left out.")] = "",
    code: Annotated[str, typer.Option(help="Print generated code: pose, jacobian, solve-position, …")] = "",
) -> None:
    """Print an arm's joints, limits and reach, or the code that was generated for it."""
    from armctl.cli.kinematics import show

    raise typer.Exit(show(arm=arm, base=base, tip=tip, code=code))


@app.command()
def reach(
    arm: Annotated[str, typer.Argument(help="Which arm.")] = "so101",
    scene: Annotated[str, typer.Argument(help="Name of a scene, or a .toml file; else the arm's own.")] = "",
    out: Annotated[Path, typer.Option(help="Folder for picture and data.")] = Path("reach-output"),
    spacing: Annotated[float, typer.Option(help="Distance of two places [m].")] = 0.02,
) -> None:
    """Draw a map of where tasks can be done from this mounting."""
    from armctl.cli.reach import run_reach

    raise typer.Exit(run_reach(arm=arm, scene=scene, out=out, spacing=spacing))


@app.command()
def replay(
    file: Annotated[Path | None, typer.Argument(help="A flight recording; the newest when not given.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Only run the supervisor again, without a window.")] = False,
    export: Annotated[Path | None, typer.Option(help="Write the ticks to this .csv file instead.")] = None,
    size: Annotated[str, typer.Option(help="Window size, for example 1280x800.")] = "1280x800",
) -> None:
    """Show a flight recording, and run the supervisor on it again: 0 the same verdicts, 1 others, 2 unreadable."""
    from armctl.cli.replay import replay as show
    from armctl.cli.run import size_of

    raise typer.Exit(show(file, check=check, export=export, size=size_of(size)))


@app.command()
def record() -> None:
    """Have the running armctl write down what its flight recorder holds."""
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
