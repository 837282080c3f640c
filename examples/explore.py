"""Explores accelerators for a network and prints the frontier of energy and area.

    python3 explore.py [LAYERS] [POWER_MW]

LAYERS is a network on one line, such as 784-256-256-256-10; POWER_MW the most that a machine may draw.
Neither data nor training is needed.
"""

import sys

import minerva


def main() -> None:
    """Prints the machines that are best in energy or area within the power."""
    layers = sys.argv[1] if len(sys.argv) > 1 else "784-256-256-256-10"
    limit_mw = float(sys.argv[2]) if len(sys.argv) > 2 else 40.0
    space = minerva.explore(
        layers, formats="Q2.6", lanes=[1, 2, 4, 8, 16, 32], macs_per_lane=[1, 2, 4],
        clock_period_ns=[3, 4, 5], objectives="energy_nj,area_mm2",
        constraints=f"power_mw <= {limit_mw:g}")
    best = space.frontier
    print(f"{len(space.points)} machines of {space.combinations} combinations, "
          f"{len(best)} on the frontier within {limit_mw:g} mW")
    print("lanes  MACs  clock ns   time us  energy nJ  power mW  area mm2")
    for point in best:
        print(f"{point['lanes']:5d} {point['macs_per_lane']:5d} {point['clock_period_ns']:9g} "
              f"{point['time_us']:9.4g} {point['energy_per_prediction_nj']:10.4g} "
              f"{point['power_mw']:9.4g} {point['area_mm2']:9.4g}")


if __name__ == "__main__":
    try:
        main()
    except minerva.UserError as error:
        sys.exit(f"explore.py: {error}")
