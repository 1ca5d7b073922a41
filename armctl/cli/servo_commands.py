"""``armctl servo …``: what people type; `armctl.cli.servo` does it."""

from __future__ import annotations

from typing import Annotated

import typer

from armctl.cli.options import Beforehand, PortOption, ServoArm, examples

servo_app = typer.Typer(help="The servos of an arm, one by one.", no_args_is_help=True, rich_markup_mode=None)


@servo_app.command("list", epilog=examples("servo list --arm so101", "servo list --port /dev/ttyACM0 --speeds"))
def servo_list(
    arm: ServoArm = "so101",
    port: PortOption = "",
    speeds: Annotated[bool, typer.Option("--speeds", help="Look at every speed the servos know, too.")] = False,
) -> None:
    """Print every servo that answers: id, model, firmware, volts, °C, position."""
    from armctl.cli.servo import run_list

    raise typer.Exit(run_list(arm=arm, port=port, speeds=speeds))


@servo_app.command("renumber", epilog=examples("servo renumber 1 3"))
def servo_renumber(
    old: Annotated[int, typer.Argument(metavar="OLD", help="The id it has; 1 from the factory.")],
    new: Annotated[int, typer.Argument(metavar="NEW", help="The id it is to have.")],
    arm: ServoArm = "so101",
    port: PortOption = "",
    yes: Beforehand = False,
) -> None:
    """Give one servo another id; one at a time."""
    from armctl.cli.servo import run_renumber

    raise typer.Exit(run_renumber(old, new, arm=arm, port=port, yes=yes))


@servo_app.command("baud", epilog=examples("servo baud 3 1000000"))
def servo_baud(
    servo: Annotated[int, typer.Argument(metavar="ID", help="Its id.")],
    rate: Annotated[int, typer.Argument(metavar="RATE", help="Bits a second, for example 1000000.")],
    arm: ServoArm = "so101",
    port: PortOption = "",
    yes: Beforehand = False,
) -> None:
    """Have one servo speak at another speed."""
    from armctl.cli.servo import run_baud

    raise typer.Exit(run_baud(servo, rate, arm=arm, port=port, yes=yes))


@servo_app.command(
    "watch", short_help="Show position, load, volts and faults, live.", epilog=examples("servo watch --count 10")
)
def servo_watch(
    arm: ServoArm = "so101",
    port: PortOption = "",
    count: Annotated[int, typer.Option(metavar="N", help="How often to look; 0 until Ctrl-C.", min=0)] = 0,
) -> None:
    """Show position, load, volts, °C, torque and faults of every servo, live."""
    from armctl.cli.servo import run_watch

    raise typer.Exit(run_watch(arm=arm, port=port, count=count))


@servo_app.command("release", epilog=examples("servo release --arm so101"))
def servo_release(arm: ServoArm = "so101", port: PortOption = "", yes: Beforehand = False) -> None:
    """Let an arm that holds itself go limp, once somebody holds it."""
    from armctl.cli.servo import run_release

    raise typer.Exit(run_release(arm=arm, port=port, yes=yes))
