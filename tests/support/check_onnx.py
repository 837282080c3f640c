#!/usr/bin/env python3
"""Runs a model of `minerva export --format onnx` or `qonnx` with NumPy in 64-bit floats and compares
it with a dump of `minerva eval --dump`; shares nothing with the program or with a runtime of ONNX:

    check_onnx.py float MODEL DUMP   the sums are those of the dump's float weights
    check_onnx.py codes MODEL DUMP   classes, and the codes of each layer's inputs and sums, are those
                                     of the dump; says how many differ
    check_onnx.py equal MODEL DUMP   as codes, and exits 1 when one differs

Needs NumPy and ONNX's Python package."""
import json
import os
import sys

import numpy as np
import onnx
from onnx import numpy_helper

BATCH = 50


def quant(node, x, scale, zero_point, bits):
    """Quant of qonnx.custom_op.general, as its page describes it."""
    attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
    y = x / scale + zero_point
    if attributes["signed"]:
        low, high = -2.0 ** (bits - 1) + attributes["narrow"], 2.0 ** (bits - 1) - 1
    else:
        low, high = 0.0, 2.0 ** bits - 1 - attributes["narrow"]
    y = np.clip(y, low, high)
    mode = attributes["rounding_mode"].decode().upper()
    if mode == "ROUND":
        y = np.round(y)
    elif mode == "FLOOR":
        y = np.floor(y)
    elif mode == "HALF_UP":
        y = np.sign(y) * np.floor(np.abs(y) + 0.5)
    else:
        sys.exit(f"{node.name}: rounding mode {mode}")
    return (y - zero_point) * scale


def run(graph, x):
    """Every tensor of the graph for the input x."""
    tensors = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    tensors = {n: t.astype(np.float64) if t.dtype == np.float32 else t for n, t in tensors.items()}
    tensors[graph.input[0].name] = x
    for node in graph.node:
        inputs = [tensors[name] for name in node.input]
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        if node.op_type == "Quant" and node.domain == "qonnx.custom_op.general":
            out = quant(node, *inputs)
        elif node.op_type == "Gemm":
            if attributes:
                sys.exit(f"{node.name}: attributes of Gemm")
            out = inputs[0] @ inputs[1] + inputs[2]
        elif node.op_type == "MatMul":
            out = inputs[0] @ inputs[1]
        elif node.op_type == "Add":
            out = inputs[0] + inputs[1]
        elif node.op_type == "Mul":
            out = inputs[0] * inputs[1]
        elif node.op_type == "Relu":
            out = np.maximum(inputs[0], 0)
        elif node.op_type == "Shrink":
            bound, bias = attributes["lambd"], attributes["bias"]
            out = np.where(inputs[0] < -bound, inputs[0] + bias,
                           np.where(inputs[0] > bound, inputs[0] - bias, 0))
        elif node.op_type == "Unsqueeze":
            out = np.expand_dims(inputs[0], tuple(inputs[1]))
        elif node.op_type == "ReduceSum":
            out = inputs[0].sum(axis=tuple(inputs[1]), keepdims=bool(attributes["keepdims"]))
        else:
            sys.exit(f"{node.name}: operator {node.op_type}")
        tensors[node.output[0]] = out
    return tensors


def load(folder, name):
    return np.load(os.path.join(folder, name + ".npy")).astype(np.float64)


def main():
    what, path, dump = sys.argv[1:4]
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=what == "float")
    graph = model.graph
    with open(os.path.join(dump, "plan.json")) as file:
        layers = json.load(file)["layers"]
    x = load(dump, "x0") * 2.0 ** -layers[0]["X"][1]
    if what == "float":
        expected = x
        for k in range(len(layers)):
            expected = (np.maximum(expected, 0) if k else expected) @ load(dump, f"float_w{k}")
            expected = expected + load(dump, f"float_b{k}")
        sums = run(graph, x)["output"]
        # The same sums in 64 bits: all that may differ is the order of addition.
        if not np.allclose(sums, expected, rtol=1e-12, atol=1e-12):
            sys.exit(f"sums differ by up to {np.abs(sums - expected).max()}")
        print(f"sums: {sums.size} equal to 1e-12")
        return
    differing = {}
    for first in range(0, len(x), BATCH):
        part = slice(first, first + BATCH)
        tensors = run(graph, x[part])
        pairs = {"class": (tensors["output"].argmax(axis=1), load(dump, "class")[part])}
        for k, layer in enumerate(layers):
            sums = tensors["output" if k + 1 == len(layers) else f"sums{k}"]
            pairs[f"x{k}"] = (tensors[f"x{k}_quantized"] * 2.0 ** layer["X"][1],
                              load(dump, f"x{k}")[part])
            pairs[f"acc{k}"] = (sums * 2.0 ** layer["P"][1], load(dump, f"acc{k}")[part])
        for name, (theirs, ours) in pairs.items():
            wrong, total = differing.get(name, (0, 0))
            differing[name] = wrong + int(np.sum(theirs != ours)), total + ours.size
    for name, (wrong, total) in differing.items():
        print(f"{name}: {wrong} of {total} differ")
    if what == "equal" and any(wrong for wrong, _ in differing.values()):
        sys.exit(1)


if __name__ == "__main__":
    main()
