"""Draws figures for a paper from a run directory, with Matplotlib.

    python3 plots.py RUN [--to FOLDER] [--format pdf|png|svg]

Writes power-by-stage, energy-by-layer, design-space and faults: each as wide as one column of a paper
of two (3.5 inches), with the units on its axes. Every number comes from the CSV files of the run.
"""

import argparse
import pathlib
import sys

import matplotlib

matplotlib.use("Agg")  # files alone: no display is needed
import matplotlib.pyplot as plt
import minerva
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

COLUMN_INCHES = 3.5
#: Colours that people with any colour vision tell apart (Okabe and Ito, 2008).
COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#000000",
           "#999999"]


def power_by_stage(run: minerva.Run) -> plt.Figure:
    """Power by part, dynamic and leakage, one bar a stage."""
    power = run.power.assign(
        power_mw=lambda rows: rows["dynamic_mw"] + rows["leakage_mw"])
    stages = list(dict.fromkeys(power["stage"]))
    figure, axes = plt.subplots(figsize=(COLUMN_INCHES, 2.6))
    below = [0.0] * len(stages)
    for colour, (part, rows) in zip(COLOURS, power.groupby("part", sort=False)):
        heights = rows.set_index("stage")["power_mw"].reindex(stages, fill_value=0.0)
        if heights.sum() == 0:
            continue
        axes.bar(stages, heights, bottom=below, label=part, color=colour, width=0.7)
        below = [low + height for low, height in zip(below, heights)]
    axes.set_ylabel("power, mW")
    axes.set_xticks(range(len(stages)), ["\n".join(stage.rsplit(" ", 1)) for stage in stages])
    axes.legend(frameon=False, fontsize="x-small")
    return figure


def energy_by_layer(run: minerva.Run) -> plt.Figure:
    """Energy of a prediction by layer, after each stage."""
    layers = run.layers
    figure, axes = plt.subplots(figsize=(COLUMN_INCHES, 2.2))
    stages = list(dict.fromkeys(layers["stage"]))
    width = 0.8 / len(stages)
    for k, (colour, stage) in enumerate(zip(COLOURS, stages)):
        rows = layers[layers["stage"] == stage]
        axes.bar([place + k * width for place in range(len(rows))], rows["energy_nj"], width=width,
                 color=colour, label=stage)
    count = len(layers[layers["stage"] == stages[0]])
    axes.set_xticks([place + 0.4 - width / 2 for place in range(count)],
                    [f"layer {place + 1}" for place in range(count)])
    axes.set_ylabel("energy, nJ a prediction")
    axes.legend(frameon=False, fontsize="x-small")
    return figure


def design_space(run: minerva.Run) -> plt.Figure:
    """Power against time of every machine, with the frontier."""
    points = run.design_space
    frontier = run.table("frontier").query("on_frontier == 1").sort_values("time_us")
    figure, axes = plt.subplots(figsize=(COLUMN_INCHES, 2.6))
    axes.loglog(points["time_us"], points["power_mw"], ".", color="#BBBBBB", markersize=3,
                label="machines")
    axes.loglog(frontier["time_us"], frontier["power_mw"], "-o", color=COLOURS[0], markersize=3,
                linewidth=1, label="frontier")
    chosen = run.table("frontier").query("chosen == 1")
    axes.loglog(chosen["time_us"], chosen["power_mw"], "D", color=COLOURS[5], markersize=6,
                label="baseline")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axis.set_minor_formatter(NullFormatter())
    axes.set_xlabel("time of a prediction, us")
    axes.set_ylabel("power, mW")
    axes.legend(frameon=False, fontsize="x-small")
    return figure


def way_text(masking: str, sign: str, detector: str) -> str:
    """A way of masking in few words."""
    if masking == "none":
        return "no masking"
    return f"{masking}, {detector}" + (f", sign {sign}" if masking == "bit" else "")


def faults(run: minerva.Run) -> plt.Figure:
    """Wrong samples against the fault rate, a curve for each way of masking, with intervals."""
    curves = run.table("fault_curves").query("set == 'tuning'")
    figure, axes = plt.subplots(figsize=(COLUMN_INCHES, 2.6))
    ways = curves.groupby(["masking", "sign", "detector"], sort=False)
    for colour, (way, rows) in zip(COLOURS, ways):
        rows = rows.query("fault_rate_per_bit > 0").sort_values("fault_rate_per_bit")
        mean = rows["wrong_mean_samples"]
        axes.errorbar(rows["fault_rate_per_bit"], mean,
                      yerr=[(mean - rows["wrong_mean_low"]).clip(lower=0),
                            (rows["wrong_mean_high"] - mean).clip(lower=0)],
                      fmt="-o", markersize=3, linewidth=1, capsize=2, color=colour,
                      label=way_text(*way))
    axes.set_xscale("log")
    axes.set_xlabel("faulty share of the bits")
    axes.set_ylabel("wrong validation samples")
    axes.margins(y=0.25)  # room for the legend
    axes.legend(frameon=False, fontsize="xx-small", ncols=2, loc="upper left")
    return figure


FIGURES = {"power-by-stage": power_by_stage, "energy-by-layer": energy_by_layer,
           "design-space": design_space, "faults": faults}


def main() -> None:
    """Writes the figures of the run that the command line names."""
    parser = argparse.ArgumentParser(description="Draws figures for a paper from a run directory.")
    parser.add_argument("run", help="the directory of a finished run")
    parser.add_argument("--to", default="plots", help="the folder of the figures")
    parser.add_argument("--format", default="pdf", choices=["pdf", "png", "svg"])
    words = parser.parse_args()
    plt.rcParams.update({"font.size": 8, "axes.spines.top": False, "axes.spines.right": False,
                         "figure.constrained_layout.use": True, "savefig.dpi": 200})
    run = minerva.Run(words.run)
    folder = pathlib.Path(words.to)
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in FIGURES.items():
        file = folder / f"{name}.{words.format}"
        draw(run).savefig(file)
        print(file)


if __name__ == "__main__":
    try:
        main()
    except minerva.UserError as error:
        sys.exit(f"plots.py: {error}")
