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


def windows(x, kernel, strides, pads, fill):
    """The words of every window by place in it: (row, column, array of (samples, channels, rows,
    columns)); `fill` is what is outside."""
    top, left, bottom, right = pads
    padded = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)), constant_values=fill)
    rows = (padded.shape[2] - kernel[0]) // strides[0] + 1
    columns = (padded.shape[3] - kernel[1]) // strides[1] + 1
    for i in range(kernel[0]):
        for j in range(kernel[1]):
            yield i, j, padded[:, :, i:i + rows * strides[0]:strides[0],
                               j:j + columns * strides[1]:strides[1]]


def convolution(x, weights, biases, group, kernel_shape, strides, pads):
    outputs = weights.shape[0] // group
    inputs = weights.shape[1]
    total = 0
    for i, j, words in windows(x, kernel_shape, strides, pads, 0):
        parts = [np.einsum("nchw,oc->nohw", words[:, g * inputs:(g + 1) * inputs],
                           weights[g * outputs:(g + 1) * outputs, :, i, j]) for g in range(group)]
        total = total + np.concatenate(parts, axis=1)
    return total + biases[None, :, None, None]


def max_pool(x, kernel_shape, strides, pads):
    return np.max([words for _, _, words in windows(x, kernel_shape, strides, pads, -np.inf)],
                  axis=0)


def average_pool(x, count_include_pad, kernel_shape, strides, pads):
    if not count_include_pad and any(pads):
        sys.exit("AveragePool: needs count_include_pad with padding")
    return sum(words for _, _, words in windows(x, kernel_shape, strides, pads, 0)) / (
        kernel_shape[0] * kernel_shape[1])


def every(x, starts, ends, axes, steps):
    slices = [slice(None)] * x.ndim
    for start, end, axis, step in zip(starts, ends, axes, steps):
        slices[axis] = slice(int(start), min(int(end), x.shape[axis]), int(step))
    return x[tuple(slices)]


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
        elif node.op_type == "Conv":
            out = convolution(*inputs, **attributes)
        elif node.op_type == "MaxPool":
            out = max_pool(inputs[0], **attributes)
        elif node.op_type == "AveragePool":
            out = average_pool(inputs[0], **attributes)
        elif node.op_type in ("GlobalMaxPool", "GlobalAveragePool"):
            over = np.max if node.op_type == "GlobalMaxPool" else np.mean
            out = over(inputs[0], axis=(2, 3), keepdims=True)
        elif node.op_type == "Flatten":
            out = inputs[0].reshape(len(inputs[0]), -1)
        elif node.op_type == "Reshape":
            shape = [inputs[0].shape[i] if size == 0 else int(size)
                     for i, size in enumerate(inputs[1])]
            out = inputs[0].reshape(shape)
        elif node.op_type == "Transpose":
            out = inputs[0].transpose(attributes["perm"])
        elif node.op_type == "Slice":
            out = every(*inputs)
        elif node.op_type == "Pad":
            pads = inputs[1].astype(int)
            out = np.pad(inputs[0], list(zip(pads[:4], pads[4:])))
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


def storage_order(tensor):
    """A tensor of the graph as a dump has it: channels last, or a vector."""
    return tensor.transpose(0, 2, 3, 1) if tensor.ndim == 4 else tensor


def pairs_of_maps(graph, plan, dump, part):
    """Codes of the graph and of the dump by name, of a network of any layers: classes, sums of the
    last layer, and every tensor that passes a Quant."""
    layers, formats = plan["layers_read"], plan["layers"]

    def scale(tensor):
        return formats[tensor - 1].get("scale", 0) if tensor else 0

    x = load(dump, "x0")[part]
    first = next(k for k, layer in enumerate(layers) if layer["reads"] == 0)
    x = x * 2.0 ** -formats[first]["X"][1]
    image = len(graph.input[0].type.tensor_type.shape.dim) == 4
    shape = layers[first]["input"]
    x = x.reshape([len(x)] + shape).transpose(0, 3, 1, 2) if image else x.reshape(len(x), -1)
    tensors = run(graph, x)
    last = len(layers) - 1
    fraction = (formats[last]["P"][1] if layers[last]["kind"] in ("dense", "conv2d")
                else formats[last]["X"][1] + int(np.log2(max(1, layers[last]["divisor"]))))
    sums = load(dump, f"acc{last}")[part]
    sums = sums.reshape(len(sums), -1)
    pairs = {"class": (tensors["output"].argmax(axis=1), load(dump, "class")[part]),
             f"acc{last}": (tensors["output"] * 2.0 ** (fraction + scale(last + 1)), sums)}
    for k, layer in enumerate(layers):
        t = layer["reads"]
        if f"x{t}_quantized" not in tensors:
            continue
        theirs = storage_order(tensors[f"x{t}_quantized"]) * 2.0 ** (formats[k]["X"][1] + scale(t))
        ours = load(dump, f"x{k}")[part]
        pairs[f"x{k}"] = theirs.reshape(len(ours), -1), ours.reshape(len(ours), -1)
    return pairs


def pairs_of_chain(graph, plan, dump, part):
    """The same of a chain of fully connected layers, with the sums of every layer."""
    layers = plan["layers"]
    tensors = run(graph, load(dump, "x0")[part] * 2.0 ** -layers[0]["X"][1])
    pairs = {"class": (tensors["output"].argmax(axis=1), load(dump, "class")[part])}
    for k, layer in enumerate(layers):
        sums = tensors["output" if k + 1 == len(layers) else f"sums{k}"]
        pairs[f"x{k}"] = (tensors[f"x{k}_quantized"] * 2.0 ** layer["X"][1],
                          load(dump, f"x{k}")[part])
        pairs[f"acc{k}"] = (sums * 2.0 ** layer["P"][1], load(dump, f"acc{k}")[part])
    return pairs


def main():
    what, path, dump = sys.argv[1:4]
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=what == "float")
    graph = model.graph
    with open(os.path.join(dump, "plan.json")) as file:
        plan = json.load(file)
    if what == "float":
        layers = plan["layers"]
        x = expected = load(dump, "x0") * 2.0 ** -layers[0]["X"][1]
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
    pairs_of = pairs_of_maps if "layers_read" in plan else pairs_of_chain
    for first in range(0, len(load(dump, "class")), BATCH):
        for name, (theirs, ours) in pairs_of(graph, plan, dump, slice(first, first + BATCH)).items():
            wrong, total = differing.get(name, (0, 0))
            differing[name] = wrong + int(np.sum(theirs != ours)), total + ours.size
    for name, (wrong, total) in differing.items():
        print(f"{name}: {wrong} of {total} differ")
    if what == "equal" and any(wrong for wrong, _ in differing.values()):
        sys.exit(1)


if __name__ == "__main__":
    main()
