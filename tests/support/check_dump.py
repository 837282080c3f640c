#!/usr/bin/env python3
"""Recomputes a dump of `minerva eval --dump DIR` from its codes alone, by docs/arithmetic.md and
docs/machine.md, sharing nothing with the program. Prints what was compared; exits 1 at the first
difference. Needs NumPy alone."""
import json
import math
import os
import sys

import numpy as np


def load(folder, name):
    return np.load(os.path.join(folder, name + ".npy"))


def rounded(codes, shift, mode, bits):
    """codes / 2**shift as integers of `bits` bits; exact in Python's and NumPy's 64-bit integers."""
    codes = codes.astype(np.int64)
    if shift <= 0:
        result = codes << -shift
    else:
        floor = codes >> shift
        rest = codes - (floor << shift)
        half = 1 << (shift - 1)
        if mode == "half_up":
            result = floor + (rest >= half)
        elif mode == "half_even":
            result = floor + ((rest > half) | ((rest == half) & (floor % 2 == 1)))
        else:
            result = floor
    return np.clip(result, -(1 << (bits - 1)), (1 << (bits - 1)) - 1)


def real_rounded(values, fraction, bits):
    """Half up, in exact rational arithmetic: floats are integers times powers of two."""
    out = np.empty(values.size, dtype=np.int64)
    for at, value in enumerate(values.ravel()):
        numerator, denominator = float(value).as_integer_ratio()
        out[at] = (2 * numerator * (1 << fraction) + denominator) // (2 * denominator)
    low, high = -(1 << (bits - 1)), (1 << (bits - 1)) - 1
    return np.clip(out, low, high).reshape(values.shape)


def read_words(stored, mask, bits, faults):
    """What F2 hands on, bit by bit."""
    out = np.empty(stored.shape, dtype=np.int64)
    sign = bits - 1
    for at in np.ndindex(stored.shape):
        word, bad = int(stored[at]), [b for b in range(bits) if int(mask[at]) >> b & 1]
        kinds = faults["masking"], faults["sign"], faults["detector"]
        if kinds[0] == "bit" and kinds[1] == "protected":
            bad = [b for b in bad if b != sign]
        pattern = [word >> b & 1 for b in range(bits)]
        seen = kinds[2] == "razor" or (kinds[2] == "parity" and len(bad) % 2 == 1)
        if bad and (kinds[0] == "none" or not seen):
            for b in bad:
                pattern[b] ^= 1
        elif bad and kinds[0] == "word":
            pattern = [0] * bits
        elif bad:
            if sign in bad and kinds[1] == "zero":
                pattern = [0] * bits
            else:
                if sign in bad:
                    pattern[sign] ^= 1
                for b in bad:
                    pattern[b] = pattern[sign]
        out[at] = sum(p << b for b, p in enumerate(pattern[:sign])) - (pattern[sign] << sign)
    return out


def cycles(n_in, n_out, point):
    """Cycle by cycle: a group's last issue, when A takes it, when the write port is free again."""
    lanes, ports = point["lanes"], point["write_ports"]
    e = min(point["macs_per_lane"], point["weight_bandwidth"], point["activation_bandwidth"])
    issue_cycles = math.ceil(n_in / e)
    first_issue = 1 + point["multiplier_stages"]
    now, taken, free, stall, groups = first_issue, None, 0, 0, math.ceil(n_out / lanes)
    last_issue = last_write = 0
    for g in range(groups):
        if taken is not None and taken > now:  # accumulators still hold the group before
            stall += taken - now
            now = taken
        last_issue = now + issue_cycles - 1
        taken = max(last_issue + 1, free)
        size = min(lanes, n_out - g * lanes)
        free = taken + math.ceil(size / ports)
        last_write = free
        now = last_issue + 1
    return {"fill": first_issue, "issue": groups * issue_cycles, "stall": stall,
            "drain": last_write - last_issue, "total": last_write + 1}


def counts(x, theta, n_out, layer, point):
    lanes = point["lanes"]
    e = min(point["macs_per_lane"], point["weight_bandwidth"], point["activation_bandwidth"])
    n_in = x.shape[1]
    kept = np.abs(x.astype(np.int64)) >= theta
    reads = np.full(len(x), math.ceil(n_out / lanes) * n_in)
    chunks = sum(kept[:, c:c + e].any(axis=1).astype(np.int64) for c in range(0, n_in, e))
    done = kept.sum(axis=1) * n_out
    skipped = n_in * n_out - done
    return {"input_reads" if layer == 0 else "activation_reads": reads,
            "comparisons": reads if theta else 0 * reads, "weight_reads_done": done,
            "weight_reads_skipped": skipped, "macs_done": done, "macs_skipped": skipped,
            "accumulator_updates": chunks * n_out, "bias_reads": 0 * reads + n_out,
            "words_written": 0 * reads + n_out}


def same(what, ours, theirs):
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    if ours.shape != theirs.shape or not np.array_equal(ours, theirs):
        wrong = "shapes" if ours.shape != theirs.shape else f"{np.sum(ours != theirs)} elements"
        sys.exit(f"{what}: {wrong} differ")
    print(f"{what}: {ours.size} equal")


def main():
    folder = sys.argv[1]
    with open(os.path.join(folder, "plan.json")) as file:
        plan = json.load(file)
    layers, mode, faults = plan["layers"], plan["rounding"], plan.get("faults")
    x = load(folder, "x0").astype(np.int64)
    scale_before = 0
    for k, layer in enumerate(layers):
        (wm, wn), (xm, xn), (pm, pn) = layer["W"], layer["X"], layer["P"]
        w, b = load(folder, f"w{k}").astype(np.int64), load(folder, f"b{k}").astype(np.int64)
        scale = layer.get("scale", 0)  # this layer's outputs are 2**scale times the float ones
        weights = load(folder, f"float_w{k}").astype(np.float64) * 2.0 ** (scale - scale_before)
        biases = load(folder, f"float_b{k}").astype(np.float64) * 2.0 ** scale
        scale_before = scale
        same(f"w{k}", real_rounded(weights, wn, wm + wn), w)
        same(f"b{k}", real_rounded(biases, pn, pm + pn), b)
        if faults:
            read = read_words(w, load(folder, f"mask{k}"), wm + wn, faults)
            same(f"wread{k}", read, load(folder, f"wread{k}"))
            w = read
        same(f"x{k}", x, load(folder, f"x{k}"))
        theta = layer["theta"]
        kept = np.where(np.abs(x) >= theta, x, 0)
        acc = np.tile(b, (len(x), 1))
        for s in range(len(x)):
            used = np.flatnonzero(kept[s])
            products = w[used] * kept[s][used, None]
            acc[s] += rounded(products, wn + xn - pn, mode, pm + pn).sum(axis=0)
        same(f"acc{k}", acc, load(folder, f"acc{k}"))
        for name, values in counts(x, theta, w.shape[1], k, plan["point"]).items():
            same(f"{name} of layer {k}", values, plan["counts"][k][name])
        expected = cycles(*w.shape, plan["point"])
        for cause, value in expected.items():
            same(f"{cause} cycles of layer {k}", value, plan["cycles"][k][cause])
        if k + 1 < len(layers):
            m, n = layers[k + 1]["X"]
            x = rounded(np.maximum(acc, 0), pn - n, mode, m + n)
    same("class", acc.argmax(axis=1), load(folder, "class"))


if __name__ == "__main__":
    main()
