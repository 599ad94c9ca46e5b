"""`inspector sim`: pictures of the simulated product, and faults for a line that runs."""

from __future__ import annotations

import argparse
import json
import socket
from pathlib import Path

from inspector.cli._output import note, say
from inspector.cli._parsers import (
    Commands,
    add_command_group,
    count,
    describe,
    fraction,
    path,
    positive,
    seed,
)
from inspector.errors import DeviceUnavailableError, UsageError

_EPILOG = """\
examples:
  inspector sim render pictures --count 2000 --seed 7     a data set to train on
  inspector sim faults
  inspector sim inject frame_delayed delay_ms=40 count=10
  inspector sim inject link_stall duration_s=1 --run-dir /dev/shm/inspector-demo
"""


def add_parser(commands: Commands) -> None:
    """Add the command and its sub-commands."""
    parser = commands.add_parser(
        "sim",
        help="render the simulated product, or inject a fault into a simulated line that runs",
        **describe("The simulated line, from outside.", _EPILOG),
    )
    actions = add_command_group(parser)
    _add_render(actions)
    faults = actions.add_parser(
        "faults", help="list the faults", **describe("List the faults that can be injected.")
    )
    faults.set_defaults(execute=_faults)
    _add_inject(actions)


def _add_render(actions: Commands) -> None:
    render = actions.add_parser(
        "render",
        help="write a folder of rendered parts",
        **describe(
            "Render parts into OUT, one folder per class, with the truth in index.csv: class, size in px,\n"
            "contrast, and the group to split by."
        ),
    )
    render.add_argument("out", type=path, metavar="OUT", help="folder to write; must not hold anything yet")
    render.add_argument(
        "--count", type=count, default=2000, metavar="N", help="number of pictures (default: %(default)s)"
    )
    render.add_argument(
        "--seed", type=seed, default=1, metavar="N", help="of everything random (default: %(default)s)"
    )
    render.add_argument(
        "--defect-rate",
        type=fraction,
        default=0.5,
        metavar="F",
        help="share of bad parts, 0…1 (default: %(default)g)",
    )
    render.add_argument(
        "--min-size",
        type=positive,
        default=2.0,
        metavar="PX",
        help="smallest defect (default: %(default)g px)",
    )
    render.add_argument(
        "--min-contrast",
        type=fraction,
        default=0.05,
        metavar="F",
        help="faintest defect, as a share of the grey level (default: %(default)g)",
    )
    render.add_argument(
        "--boxes", action="store_true", help="say in index.csv where each defect is (takes twice as long)"
    )
    render.add_argument("--colour", action="store_true", help="three channels (default: mono)")
    render.add_argument(
        "--whole", action="store_true", help="whole frames of 1280×1024 px (default: 512×512 around the part)"
    )
    render.add_argument(
        "--split",
        default="train",
        metavar="NAME",
        help="what index.csv says in its column split (default: %(default)s)",
    )
    render.set_defaults(execute=_render)


def _add_inject(actions: Commands) -> None:
    inject = actions.add_parser(
        "inject",
        help="make a running simulated line have a fault",
        **describe("Send one fault to a simulated line that runs on this machine."),
    )
    inject.add_argument("name", metavar="NAME", help="one of `inspector sim faults`")
    inject.add_argument(
        "settings",
        nargs="*",
        default=[],
        type=_setting,
        metavar="KEY=NUMBER",
        help="e.g. duration_s=2 or count=5; listed there, too",
    )
    where = inject.add_mutually_exclusive_group()
    where.add_argument(
        "--run-dir", type=path, metavar="DIR", help="run folder of the station (default: that of --station)"
    )
    where.add_argument(
        "--station", default="demo", metavar="NAME", help="name of the station (default: %(default)s)"
    )
    inject.set_defaults(execute=_inject)


def _setting(text: str) -> tuple[str, float]:
    """Read `key=number`."""
    key, _, value = text.partition("=")
    try:
        return key, float(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=NUMBER, e.g. duration_s=2") from None


def _render(arguments: argparse.Namespace) -> int:
    from inspector.devices.sim import write_dataset

    index = write_dataset(
        arguments.out,
        count=arguments.count,
        seed=arguments.seed,
        defect_rate=arguments.defect_rate,
        channels=3 if arguments.colour else 1,
        crop_px=None if arguments.whole else 512,
        split=arguments.split,
        min_size_px=arguments.min_size,
        min_contrast=arguments.min_contrast,
        boxes=arguments.boxes,
        progress=_progress,
    )
    note(f"{arguments.count} pictures, listed in {index}")
    return 0


def _progress(written: int, wanted: int) -> None:
    if written % 500 == 0 and written < wanted:
        note(f"{written} of {wanted} pictures")


def _faults(_: argparse.Namespace) -> int:
    from inspector.app import scenario_faults

    for name, fault in scenario_faults().items():
        side = "scenario only" if fault.side == "launcher" else fault.side
        say(f"{name} ({side}): {fault.what_it_does}")
        for key, (default, meaning) in fault.parameters.items():
            say(f"    {key}={default:g}  {meaning}")
    return 0


def _inject(arguments: argparse.Namespace) -> int:
    from inspector.app import scenario_faults
    from inspector.devices.sim import parse_fault

    datagram = json.dumps({"fault": arguments.name, **dict(arguments.settings)}).encode()
    fault, settings = parse_fault(datagram, scenario_faults())
    if fault.side == "launcher":
        raise UsageError(
            f"{fault.name} is caused by `inspector run` itself; put it into a file for --scenario "
            "(docs/scenarios.md)"
        )
    path = (arguments.run_dir or _run_dir_of(arguments.station)) / f"{fault.side}.ctl"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as control:
        try:
            control.sendto(datagram, str(path))
        except OSError as error:
            raise DeviceUnavailableError(
                f"no simulated line listens at {path} ({error.strerror}); "
                "start one with `inspector run`, or name its folder with --run-dir"
            ) from error
    note(f"{fault.name} {' '.join(f'{key}={value:g}' for key, value in settings.items())}".rstrip())
    return 0


def _run_dir_of(station: str) -> Path:
    from inspector.config import apply_overrides, default_config

    return apply_overrides(default_config(), {"name": station}).run_dir
