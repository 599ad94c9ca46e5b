"""`inspector train`: from a folder of images to a bundle."""

from __future__ import annotations

import argparse
import shlex
import sys

from inspector.cli._output import note, say
from inspector.cli._parsers import Commands, count, describe, path, positive, seed
from inspector.domain.recipe import Roi, RoiMode

_EPILOG = """\
examples:
  inspector train photos --out bundle            photos/train/CLASS/*, or photos/CLASS/*
  inspector train photos --out bundle --resume   go on after Ctrl-C, with the same options
  inspector evaluate bundle photos               confusion matrix on photos/test

Sub-folders name the classes; those called ok, good, normal or pass are OK (--ok-class names others).
Needs the extra `train` (PyTorch): pip install -e '.[train]' in Inspector's folder
"""


def add_parser(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "train",
        help="make a bundle out of a folder of images",
        **describe(
            "Train a net on a folder of images, quantize it to INT8, and write a bundle for the line.",
            _EPILOG,
        ),
    )
    parser.add_argument(
        "data", type=path, metavar="DATA", help="folder of class folders, or one that holds train/"
    )
    parser.add_argument(
        "--out",
        type=path,
        required=True,
        metavar="DIR",
        help="the bundle's folder; an existing one is replaced at the very end",
    )
    parser.add_argument("--resume", action="store_true", help="go on with an interrupted training")
    parser.add_argument("--name", help="the bundle's name (default: the name of --out)")
    parser.add_argument("--version", default="1.0.0", help="the bundle's version (default: %(default)s)")
    _add_effort(parser.add_argument_group("effort"))
    _add_picture(parser.add_argument_group("the picture"))
    parser.set_defaults(execute=_execute)


def _add_effort(effort: argparse._ArgumentGroup) -> None:
    effort.add_argument(
        "--minutes",
        type=positive,
        default=10.0,
        metavar="M",
        help="about how long, on two cores (default: %(default)g)",
    )
    effort.add_argument(
        "--epochs",
        type=count,
        metavar="N",
        help="times through all images (default: as many as --minutes allow)",
    )
    effort.add_argument(
        "--threads", type=count, default=2, metavar="N", help="PyTorch's threads (default: %(default)s)"
    )
    effort.add_argument(
        "--seed", type=seed, default=0, metavar="N", help="of everything random (default: %(default)s)"
    )


def _add_picture(picture: argparse._ArgumentGroup) -> None:
    picture.add_argument(
        "--size",
        type=count,
        metavar="PX",
        help="longer side of the net's input (default: native, up to a budget)",
    )
    colour = picture.add_mutually_exclusive_group()
    colour.add_argument("--mono", dest="channels", action="store_const", const=1, help="one channel")
    colour.add_argument(
        "--colour",
        dest="channels",
        action="store_const",
        const=3,
        help="three channels (default: if the images are coloured)",
    )
    picture.add_argument(
        "--roi",
        type=_roi,
        default=Roi(),
        metavar="ROI",
        help="whole, fixed:X,Y,W,H, or locate:W,H[,GREY[,MIN_AREA,MAX_AREA]] in px (default: whole)",
    )
    picture.add_argument("--no-flips", action="store_true", help="a mirrored part is not the same part")
    picture.add_argument(
        "--ok-class", action="append", default=[], metavar="NAME", help="a class that is OK; may be repeated"
    )


def _execute(arguments: argparse.Namespace) -> int:
    from inspector.training import TrainOptions, train

    bundle = train(
        TrainOptions(
            data=arguments.data,
            out=arguments.out,
            name=arguments.name,
            version=arguments.version,
            epochs=arguments.epochs,
            minutes=arguments.minutes,
            seed=arguments.seed,
            resume=arguments.resume,
            size_px=arguments.size,
            channels=arguments.channels,
            roi=arguments.roi,
            ok_classes=tuple(arguments.ok_class),
            flips=not arguments.no_flips,
            threads=arguments.threads,
            command=shlex.join(["inspector", *sys.argv[1:]]),
        ),
        note,
    )
    say(str(bundle))
    return 0


def _roi(text: str) -> Roi:
    """Read `whole`, `fixed:X,Y,W,H` or `locate:W,H[,GREY[,MIN_AREA,MAX_AREA]]`."""
    kind, _, figures = text.partition(":")
    try:
        values = [int(figure) for figure in figures.split(",")] if figures else []
        match kind, values:
            case "whole", []:
                return Roi()
            case "fixed", [x, y, width, height]:
                return Roi(mode=RoiMode.FIXED, offset_x=x, offset_y=y, width_px=width, height_px=height)
            case "locate", [width, height]:
                return Roi(mode=RoiMode.LOCATE, width_px=width, height_px=height)
            case "locate", [width, height, grey]:
                return Roi(mode=RoiMode.LOCATE, width_px=width, height_px=height, threshold=grey)
            case "locate", [width, height, grey, least, most]:
                return Roi(
                    mode=RoiMode.LOCATE,
                    width_px=width,
                    height_px=height,
                    threshold=grey,
                    min_area_px=least,
                    max_area_px=most,
                )
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(
        f"{text!r} is none of whole, fixed:X,Y,W,H and locate:W,H[,GREY[,MIN_AREA,MAX_AREA]]"
    )
