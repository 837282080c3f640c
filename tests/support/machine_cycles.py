"""Cycles of a layer on the lane machine, cycle by cycle, by the rules of docs/machine.md and without
any closed form: an independent description for the programs that check dumps."""
import math
from collections import namedtuple

GAP = "gap"  # F1 waits for weights from off chip
Chunk = namedtuple("Chunk", "accumulator first last writes begins_unit ends_unit")


def divide_up(a, b):
    return -(-a // b)


def chunks_of(units, positions, pooled, accumulators):
    """Chunks in the order in which F1 reads them. `units` are (chunks, cycles to write) of each run
    of channels; positions of a span pass all of them before the next span begins."""
    span = math.lcm(accumulators, pooled)
    for start in range(0, positions, span):
        end = min(start + span, positions)
        for count, writes in units:
            for tile in range(start, end, accumulators):
                inside = range(tile, min(tile + accumulators, end))
                for chunk in range(count):
                    for position in inside:
                        written = (position + 1) % pooled == 0
                        yield Chunk(position - tile, chunk == 0, chunk == count - 1,
                                    writes if written else 0,
                                    position == start and chunk == 0,
                                    position == end - 1 and chunk == count - 1)


def layer_cycles(units, loads, positions, pooled, point):
    """Cycles by cause. @param loads cycles in which the weights of each unit come from off chip;
    empty: they are on chip."""
    stages = [None] * (1 + point["multiplier_stages"])  # F2, M1 .. Ms
    accumulators = point.get("positions_per_weight", 1)
    waiting = chunks_of(units, positions, pooled, accumulators)
    coming = next(waiting)
    stays = len(loads) <= 2
    cycles = {"fill": 0, "issue": 0, "stall": 0, "drain": 0, "weight_stall": 0}
    reusable = [0] * accumulators
    taken, results_free, cycle, last_issue = -1, 0, 0, -1
    begun = released = seen = 0  # units; `seen`: loads of which F1 knows that they are there
    load_ends = 1                # the first load begins in cycle 1
    wanted = len(loads) if stays else None  # loads of the layer; None: one for each unit begun
    load_left = 0
    while coming is not None or any(s not in (None, GAP) for s in stages):
        entering = stages[-1]
        held = entering not in (None, GAP) and entering.first and (
            reusable[entering.accumulator] > cycle)
        # Weights come in this cycle; F1 sees them in the next one.
        seen_now = seen
        if loads and cycle >= 1 and (wanted is None or seen < wanted) and seen < released + 2:
            if load_left == 0:
                load_left = loads[seen % len(loads)]
            load_left -= 1
            if load_left == 0:
                seen += 1
        if held:
            cycles["stall"] += 1
        else:
            if entering is GAP:
                cycles["weight_stall"] += 1
            elif entering is None:
                cycles["fill"] += 1
            else:
                cycles["issue"] += 1
                last_issue = cycle
                if entering.last:
                    taken = max(cycle, taken) + 1
                    if entering.writes:
                        taken = max(taken, results_free)
                        results_free = taken + entering.writes
                    reusable[entering.accumulator] = taken
            if stages[0] not in (None, GAP) and stages[0].ends_unit:
                released += 1
            fetched = None
            if coming is not None:
                load = begun % len(loads) if loads and stays else begun
                if loads and coming.begins_unit and seen_now <= load:
                    fetched = GAP
                else:
                    fetched = coming
                    begun += coming.ends_unit
                    coming = next(waiting, None)
            stages = [fetched] + stages[:-1]
        cycle += 1
    cycles["drain"] = results_free - last_issue
    cycles["total"] = results_free + 1
    return cycles


def units_of(channels_of_group, groups, chunks, added, lanes, point):
    """Chunks and cycles to write of every run of at most `lanes` channels."""
    units = []
    for _ in range(groups):
        for first in range(0, channels_of_group, lanes):
            n = min(lanes, channels_of_group - first)
            adds = divide_up(n, point["activation_bandwidth"]) if added else 0
            units.append((n, chunks + adds, divide_up(n, point["write_ports"])))
    return units


def cycles_of(point, channels, positions=1, pooled=1, groups=1, segments=1, segment_words=None,
              added=False):
    """Cycles of a layer; without segment_words a pool of windows of `segments` words."""
    chunk = min(point["macs_per_lane"], point["weight_bandwidth"], point["activation_bandwidth"])
    weighted = segment_words is not None
    lanes = point["lanes"] if weighted else min(point["lanes"], point["activation_bandwidth"])
    chunks = segments * divide_up(segment_words, chunk) if weighted else segments
    units = units_of(channels // groups, groups, chunks, added, lanes, point)
    loads = []
    stream = point.get("off_chip_words", 0)
    if weighted and stream:
        banks = point.get("weight_banks", 0) or point["weight_bandwidth"]
        loads = [divide_up(n * segments * segment_words, min(stream, n * banks))
                 for n, _, _ in units]
    return layer_cycles([(c, w) for _, c, w in units], loads, positions, pooled, point)
