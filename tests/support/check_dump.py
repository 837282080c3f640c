#!/usr/bin/env python3
"""Recomputes a dump of `minerva eval --dump DIR` from its codes alone, by docs/arithmetic.md,
docs/machine.md and docs/layers.md, sharing nothing with the program. Prints what was compared; exits 1 at the first
difference. Needs NumPy alone."""
import json
import math
import os
import sys

import numpy as np

from machine_cycles import cycles_of


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


def check_cycles(k, expected, plan):
    """Cycles by cause; a file without weight stalls is of a machine with its weights on chip."""
    found = plan["cycles"][k]
    for cause, value in expected.items():
        same(f"{cause} cycles of layer {k}", value, found.get(cause, 0))


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


def covered(outputs, pool, axis):
    """Rows or columns that lie in a window of a pool, or all."""
    if pool is None:
        return np.ones(outputs, dtype=bool)
    inside = np.zeros(outputs, dtype=bool)
    for at in range(pool["output"][axis]):
        first = at * pool["stride"][axis]
        inside[first:first + pool["window"][axis]] = True
    return inside


def fused_pool(layers, k):
    """The maximum without padding and overlap that alone reads what convolution k writes."""
    readers = [r for r, other in enumerate(layers)
               if other["reads"] == k + 1 or other.get("added", {}).get("tensor") == k + 1]
    if layers[k]["kind"] != "conv2d" or readers != [k + 1]:
        return None
    pool = layers[readers[0]]
    plain = pool["kind"] == "max_pool" and not any(pool["padding"])
    apart = all(s >= w for s, w in zip(pool["stride"], pool["window"]))
    return pool if plain and apart else None


def window_of(layer, y, x):
    """Rows and columns of the input that output (y, x) sees, those outside left out: pairs of an
    index within the window and one in the tensor."""
    top, left = layer["padding"][:2]
    rows = [(i, y * layer["stride"][0] - top + i) for i in range(layer["window"][0])]
    columns = [(j, x * layer["stride"][1] - left + j) for j in range(layer["window"][1])]
    height, width = layer["input"][:2]
    return ([r for r in rows if 0 <= r[1] < height], [c for c in columns if 0 <= c[1] < width])


class GraphCheck:
    """A dump of a network of any layers, by docs/layers.md."""

    def __init__(self, folder, plan):
        self.folder, self.plan = folder, plan
        self.layers, self.formats = plan["layers_read"], plan["layers"]
        self.mode, self.faults = plan["rounding"], plan.get("faults")
        self.tensors = {}

    def shift_of_divisor(self, layer):
        return math.ceil(math.log2(layer["divisor"])) if layer["divisor"] > 1 else 0

    def factor(self, tensor):
        """What averages over no power of two leave to the weights behind them."""
        value = 1.0
        while tensor > 0 and self.layers[tensor - 1]["kind"].endswith("pool"):
            pool = self.layers[tensor - 1]
            value *= 2.0 ** self.shift_of_divisor(pool) / pool["divisor"]
            tensor = pool["reads"]
        return value

    def scale(self, tensor):
        return self.formats[tensor - 1].get("scale", 0) if tensor > 0 else 0

    def owner(self, tensor):
        for k, layer in enumerate(self.layers):
            if layer["reads"] == tensor:
                return k
        for k, layer in enumerate(self.layers):
            if layer.get("added", {}).get("tensor") == tensor:
                return k
        return None

    def check_weights(self, k):
        layer, formats = self.layers[k], self.formats[k]
        (wm, wn), (pm, pn) = formats["W"], formats["P"]
        scale = formats.get("scale", 0)
        w, b = load(self.folder, f"w{k}"), load(self.folder, f"b{k}")
        exact = load(self.folder, f"float_w{k}").astype(np.float64)
        exact = exact * self.factor(layer["reads"]) * 2.0 ** (scale - self.scale(layer["reads"]))
        same(f"w{k}", real_rounded(exact, wn, wm + wn), w)
        biases = load(self.folder, f"float_b{k}").astype(np.float64) * 2.0 ** scale
        same(f"b{k}", real_rounded(biases, pn, pm + pn), b)
        if not self.faults:
            return w.astype(np.int64), b.astype(np.int64)
        read = read_words(w, load(self.folder, f"mask{k}"), wm + wn, self.faults)
        same(f"wread{k}", read, load(self.folder, f"wread{k}"))
        return read, b.astype(np.int64)

    def products(self, k, codes, weights):
        """Sums of rounded products; codes (samples, words), weights (words, channels)."""
        (_, wn), (_, xn), (pm, pn) = (self.formats[k][s] for s in "WXP")
        total = np.zeros((len(codes), weights.shape[1]), dtype=np.int64)
        for j in range(codes.shape[1]):
            exact = codes[:, j, None] * weights[None, j]
            total += rounded(exact, wn + xn - pn, self.mode, pm + pn)
        return total

    def sums(self, k, x, counts):
        layer, theta = self.layers[k], self.formats[k]["theta"]
        height, width, channels = layer["output"]
        samples = len(x)
        acc = np.zeros((samples, height, width, channels), dtype=np.int64)
        pool = fused_pool(self.layers, k)
        rows, columns = covered(height, pool, 0), covered(width, pool, 1)
        positions = [(y, c) for y in range(height) for c in range(width) if rows[y] and columns[c]]
        point = self.plan["point"]
        e = min(point["macs_per_lane"], point["weight_bandwidth"], point["activation_bandwidth"])
        per_sample = {name: np.zeros(samples, dtype=np.int64) for name in counts}
        if layer["kind"].endswith("pool"):
            for y, c in positions:
                r, q = window_of(layer, y, c)
                window = x[:, [i for _, i in r]][:, :, [i for _, i in q]]
                acc[:, y, c] = (window.max(axis=(1, 2)) if layer["kind"] == "max_pool"
                                else window.sum(axis=(1, 2)))
                per_sample["pool_operations"] += len(r) * len(q) * channels
            fused = any(fused_pool(self.layers, j) is layer for j in range(k))
            if not fused:
                per_sample["pool_reads"] = per_sample["pool_operations"]
                per_sample["words_written"] += height * width * channels
            return acc, per_sample
        weights, biases = self.check_weights(k)
        kept = np.abs(x) >= theta
        used = np.where(kept, x, 0)
        dense = layer["kind"] == "dense"
        groups = layer["groups"]
        inputs = (x[0].size if dense else layer["input"][2]) // groups
        outputs = channels // groups
        n_in = len(weights)
        added = layer.get("added")
        reads = done = active = 0
        for y, c in positions:
            for g in range(groups):
                if dense:
                    words, index = used.reshape(samples, -1), np.arange(n_in)
                    keeps = kept.reshape(samples, -1)
                    segments = [np.arange(n_in)]
                else:
                    r, q = window_of(layer, y, c)
                    index = np.array([(i * layer["window"][1] + j) * inputs + ch for i, _ in r
                                      for j, _ in q for ch in range(inputs)], dtype=int)
                    picked = (slice(None), [i for _, i in r])
                    span = slice(g * inputs, (g + 1) * inputs)
                    words = used[picked][:, :, [i for _, i in q], span].reshape(samples, -1)
                    keeps = kept[picked][:, :, [i for _, i in q], span].reshape(samples, -1)
                    run = inputs if groups > 1 else layer["window"][1] * inputs
                    segments = [np.arange(s, s + run) for s in range(0, n_in, run)]
                lanes = slice(g * outputs, (g + 1) * outputs)
                acc[:, y, c, lanes] = self.products(k, words, weights[index][:, lanes])
                reads += len(index) * math.ceil(outputs / point["lanes"])
                done = done + keeps.sum(axis=1) * outputs
                whole = np.zeros((samples, n_in), dtype=bool)
                whole[:, index] = keeps
                for segment in segments:
                    for first in range(0, len(segment), e):
                        active = active + whole[:, segment[first:first + e]].any(axis=1) * outputs
            acc[:, y, c] += biases
            if added:
                shape = self.tensors[added["tensor"]]
                low = added["channel_offset"]
                word = shape[:, y * added["stride"][0], c * added["stride"][1]]
                x_n = self.formats[self.owner(added["tensor"])]["X"][1]
                shift = (self.formats[k]["P"][1] - x_n + self.formats[k].get("scale", 0)
                         - self.scale(added["tensor"]))
                acc[:, y, c, low:low + word.shape[1]] += word << shift
                per_sample["added_reads"] += word.shape[1]
        neurons = len(positions) * channels
        per_sample["input_reads" if layer["reads"] == 0 else "activation_reads"] += reads
        per_sample["comparisons"] += reads if theta else 0
        per_sample["macs_done"] += done
        per_sample["macs_skipped"] += neurons * n_in - done
        per_sample["weight_reads_done"] += done
        per_sample["weight_reads_skipped"] += neurons * n_in - done
        per_sample["accumulator_updates"] += active + per_sample["added_reads"]
        per_sample["bias_reads"] += neurons
        per_sample["words_written"] += neurons if pool is None else int(np.prod(pool["output"]))
        return acc, per_sample

    def cycles(self, k):
        layer, point = self.layers[k], self.plan["point"]
        if any(fused_pool(self.layers, j) is layer for j in range(k)):
            return dict.fromkeys(("fill", "issue", "stall", "drain", "weight_stall", "total"), 0)
        height, width, channels = layer["output"]
        pool = fused_pool(self.layers, k)
        rows, columns = covered(height, pool, 0), covered(width, pool, 1)
        positions = int(rows.sum() * columns.sum())
        window = layer["window"][0] * layer["window"][1]
        if layer["kind"].endswith("pool"):
            return cycles_of(point, channels, positions, segments=window)
        added, groups = "added" in layer, layer["groups"]
        if layer["kind"] == "dense":
            return cycles_of(point, channels, segment_words=int(np.prod(layer["input"])),
                             added=added)
        pooled = 1 if pool is None else pool["window"][0] * pool["window"][1]
        inputs = layer["input"][2] // groups
        segments, words = (layer["window"][0], layer["window"][1] * inputs)
        if groups > 1:  # a pixel of the channel
            segments, words = window, inputs
        return cycles_of(point, channels, positions, pooled, groups, segments, words, added)

    def run(self):
        self.tensors[0] = load(self.folder, "x0").astype(np.int64)
        for k, layer in enumerate(self.layers):
            x = self.tensors[layer["reads"]]
            same(f"x{k}", x, load(self.folder, f"x{k}"))
            acc, counts = self.sums(k, x, self.plan["counts"][k])
            same(f"acc{k}", acc, load(self.folder, f"acc{k}"))
            for name, values in counts.items():
                same(f"{name} of layer {k}", values, self.plan["counts"][k][name])
            check_cycles(k, self.cycles(k), self.plan)
            if k + 1 == len(self.layers):
                break
            m, n = self.formats[self.owner(k + 1)]["X"]
            fraction = (self.formats[k]["X"][1] + self.shift_of_divisor(layer)
                        if layer["kind"].endswith("pool") else self.formats[k]["P"][1])
            written = np.maximum(acc, 0) if layer["relu"] else acc
            self.tensors[k + 1] = rounded(written, fraction - n, self.mode, m + n)
        same("class", acc.reshape(len(acc), -1).argmax(axis=1), load(self.folder, "class"))


def main():
    folder = sys.argv[1]
    with open(os.path.join(folder, "plan.json")) as file:
        plan = json.load(file)
    if "layers_read" in plan:
        GraphCheck(folder, plan).run()
        return
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
        check_cycles(k, cycles_of(plan["point"], w.shape[1], segment_words=w.shape[0]), plan)
        if k + 1 < len(layers):
            m, n = layers[k + 1]["X"]
            x = rounded(np.maximum(acc, 0), pn - n, mode, m + n)
    same("class", acc.argmax(axis=1), load(folder, "class"))


if __name__ == "__main__":
    main()
