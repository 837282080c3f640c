#!/usr/bin/env python3
"""Recomputes predictions from an export of `minerva export --format codes` alone, by
docs/arithmetic.md, and compares every accumulator and class with a dump of `minerva eval --dump`:

    check_codes.py CODES DUMP

The dump gives the inputs, as codes, and what to compare with; everything else comes from the
export. Also rebuilds the arrays from the memory files. Needs NumPy alone; exits 1 at the first
difference."""
import json
import os
import sys

import numpy as np

from check_dump import GraphCheck, rounded, same


def predict(arrays, formats, x):
    """Accumulators of every layer, and the classes, of samples whose input codes are x."""
    layers, accumulators = formats["layers"], []
    for k, layer in enumerate(layers):
        w, b = arrays[f"w{k}"].astype(np.int64), arrays[f"b{k}"].astype(np.int64)
        x = np.where(np.abs(x) >= layer["theta"], x, 0)
        acc = np.tile(b, (len(x), 1))
        for s, row in enumerate(x):
            used = np.flatnonzero(row)
            products = w[used] * row[used, None]
            acc[s] += rounded(products, layer["product_shift"], formats["rounding"],
                              sum(layer["P"])).sum(axis=0)
        most = 1 << (layer["accumulator_bits"] - 1)
        if acc.min() < -most or acc.max() >= most:
            sys.exit(f"accumulators of layer {k} exceed {layer['accumulator_bits']} bits")
        accumulators.append(acc)
        if k + 1 < len(layers):
            m, n = layers[k + 1]["X"]
            x = rounded(np.maximum(acc, 0), layer["P"][1] - n, formats["rounding"], m + n)
    return accumulators, acc.argmax(axis=1)


class MapsOfCodes(GraphCheck):
    """A network of any layers, by docs/layers.md: integers and layers are the export's, inputs and
    what to compare with the dump's."""

    def __init__(self, dump, formats, arrays):
        with open(os.path.join(dump, "plan.json")) as file:
            plan = json.load(file)
        for name in ("layers", "layers_read", "rounding"):
            plan[name] = formats[name]
        super().__init__(dump, plan)
        self.arrays, self.faults = arrays, None

    def check_weights(self, k):
        return self.arrays[f"w{k}"].astype(np.int64), self.arrays[f"b{k}"].astype(np.int64)


def words(folder, name, bits, rows):
    """The words of a memory file as signed integers; digits, lines and rows are as $readmemh has
    them."""
    with open(os.path.join(folder, name)) as file:
        lines = file.read().splitlines()
    digits = (bits + 3) // 4
    if len(lines) != rows or any(len(line) != digits for line in lines):
        sys.exit(f"{name}: needs {rows} words of {digits} digits")
    values = np.array([int(line, 16) for line in lines], dtype=np.int64)
    if np.any(values >> bits):
        sys.exit(f"{name}: a word has more than {bits} bits")
    return values - ((values >> (bits - 1)) << bits)


def off_chip_weights(stored, weights, layers, k):
    """Those of layer k, in the order in which they come from off chip."""
    layer, group = layers[k], weights["channels_of_group"][k]
    w = np.zeros((layer["inputs"], layer["neurons"]), dtype=np.int64)
    at = weights["first_word_of_layer"][k]
    for first in range(0, layer["neurons"], group):
        for unit in range(first, first + group, weights["lanes"]):
            channels = min(weights["lanes"], first + group - unit)
            count = layer["inputs"] * channels
            w[:, unit:unit + channels] = stored[at:at + count].reshape(-1, channels)
            at += count
    return w


def check_memories(folder, arrays, formats):
    weights, biases = formats["memories"]["weights"], formats["memories"]["biases"]
    lanes, off_chip = weights["lanes"], "words_a_cycle" in weights
    if off_chip:
        all_words = words(folder, weights["files"], weights["word_bits"], weights["words"])
    else:
        banks = weights["weight_banks"]
        stored = {(lane, bank): words(folder, weights["files"].format(lane=lane, bank=bank),
                                      weights["word_bits"], weights["rows"])
                  for lane in range(lanes) for bank in range(banks)}
    presets = [words(folder, biases["files"].format(lane=lane), biases["word_bits"], biases["rows"])
               for lane in range(lanes)]
    for k, layer in enumerate(formats["layers"]):
        if f"w{k}" not in arrays:  # a pool
            continue
        w, b = np.zeros_like(arrays[f"w{k}"]), np.zeros_like(arrays[f"b{k}"])
        if off_chip:
            w = off_chip_weights(all_words, weights, formats["layers"], k)
        for i in range(layer["neurons"]):
            if not off_chip:
                rows_of_neuron = -(-layer["inputs"] // banks)
                start = weights["first_row_of_layer"][k] + i // lanes * rows_of_neuron
                for j in range(layer["inputs"]):
                    w[j, i] = stored[i % lanes, j % banks][start + j // banks]
            b[i] = presets[i % lanes][biases["first_row_of_layer"][k] + i // lanes]
        same(f"weight memories of layer {k}", w, arrays[f"w{k}"])
        same(f"bias memories of layer {k}", b, arrays[f"b{k}"])


def main():
    folder, dump = sys.argv[1], sys.argv[2]
    with open(os.path.join(folder, "formats.json")) as file:
        formats = json.load(file)
    arrays = np.load(os.path.join(folder, formats["arrays"]))
    if "layers_read" in formats:
        MapsOfCodes(dump, formats, arrays).run()
    else:
        inputs = np.load(os.path.join(dump, "x0.npy")).astype(np.int64)
        accumulators, classes = predict(arrays, formats, inputs)
        for k, acc in enumerate(accumulators):
            same(f"acc{k}", acc, np.load(os.path.join(dump, f"acc{k}.npy")))
        same("class", classes, np.load(os.path.join(dump, "class.npy")))
    check_memories(folder, arrays, formats)


if __name__ == "__main__":
    main()
