"""camloom bench: how fast this machine is, how close the engine comes, and what others reach."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

app = typer.Typer()


@app.callback(invoke_without_command=True)
def bench(
    context: typer.Context,
    model: Annotated[str, typer.Option(help="Model card.")] = "nanodet",
    json_file: Annotated[Path | None, typer.Option("--json", help="Write all figures here.")] = None,
    rounds: Annotated[int, typer.Option(min=1, max=20, help="Interleaved rounds; medians are shown.")] = 3,
    seconds: Annotated[float, typer.Option(min=2, max=600, help="Length of each measured window.")] = 8.0,
    quick: Annotated[bool, typer.Option("--quick", help="One short round of the engine alone.")] = False,
    peers: Annotated[
        Path | None, typer.Option(help="Folder of the peers' scripts; default: benchmarks/peers of a checkout.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Only this part: throughput, realtime, idle, overload, memory.")
    ] = None,
) -> None:
    """Measure the parts alone, the engine on 1 to 16 streams, and what people write today, in one run.

    The figures that count are ratios: this machine may be shared, and the load of others is shown.
    """
    if context.invoked_subcommand is not None:
        return
    from camloom.bench.report import print_report, write_report
    from camloom.bench.suite import Plan, measure_all

    console = Console()
    plan = Plan.of(model=model, rounds=rounds, seconds=seconds, quick=quick, peers=peers, only=tuple(only or ()))
    figures = measure_all(plan, say=lambda line: console.print(line, highlight=False, markup=False))
    print_report(figures, console)
    if json_file is not None:
        write_report(figures, json_file)
        console.print(f"written to {json_file}", highlight=False, markup=False)


@app.command()
def latency(
    json_file: Annotated[Path | None, typer.Option("--json", help="Write all figures here.")] = None,
    seconds: Annotated[float, typer.Option(min=1, max=50, help="Length of each measured window.")] = 8.0,
) -> None:
    """Measure how old a frame of a camera is when a rule sees it, next to cv2.VideoCapture.

    A real RTSP server on this machine plays a clip with a counter in its picture, for fast and for slow consumers. It
    needs GStreamer's RTSP server under the system's Python; what to install is said where it is missing.
    """
    from camloom.bench.latency import measure, print_latency, write_latency

    console = Console()
    figures = measure(seconds, say=lambda line: console.print(line, highlight=False, markup=False))
    print_latency(figures, console)
    if json_file is not None:
        write_latency(figures, json_file)
        console.print(f"written to {json_file}", highlight=False, markup=False)
