#!/usr/bin/env python3
"""Writes one network of 12-8-8-4 in the forms in which other tools keep it, with inputs and the
sums that PyTorch computes, into a folder (tests/samples/networks). Needs PyTorch, ONNX and NumPy.
The Keras models are shaped as tf2onnx and keras2onnx write them; neither tool is needed."""
import json
import os
import struct
import sys
import warnings

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
warnings.filterwarnings("ignore")
torch.manual_seed(20161)
torch.set_num_threads(1)


def at(name):
    return os.path.join(folder, name)


layers = [nn.Linear(12, 8), nn.Linear(8, 8), nn.Linear(8, 4)]
sequential = nn.Sequential(nn.Flatten(), layers[0], nn.ReLU(), nn.Dropout(0.5), layers[1], nn.ReLU(),
                           layers[2], nn.LogSoftmax(1)).eval()


class Viewed(nn.Module):
    """x.view(x.size(0), -1), whose sizes torch computes as the model runs."""

    def __init__(self):
        super().__init__()
        self.fc1, self.fc2, self.fc3 = layers

    def forward(self, x):
        x = x.view(x.size(0), -1)
        x = torch.relu(self.fc1(x))
        return self.fc3(torch.relu(self.fc2(x))).argmax(1)


weights = [layer.weight.detach().numpy() for layer in layers]  # (outputs, inputs)
biases = [layer.bias.detach().numpy() for layer in layers]

# Inputs whose two largest sums are far enough apart for the class to be the same under any order
# of addition.
inputs = torch.rand(400, 12)
with torch.no_grad():
    sums = sequential[:7](inputs)
top = sums.sort(1).values
inputs, sums = (t[(top[:, 3] - top[:, 2]) > 1e-3][:32] for t in (inputs, sums))
with open(at("expected.txt"), "w") as file:
    for x, y in zip(inputs.numpy(), sums.numpy()):
        file.write(" ".join(float(v).hex() for v in [*x, *y]) + "\n")

example = torch.zeros(1, 3, 4)
for version in (9, 16):
    torch.onnx.export(sequential, example, at(f"torch_opset{version}.onnx"), opset_version=version,
                      input_names=["image"], dynamic_axes={"image": {0: "n"}})
torch.onnx.export(Viewed().eval(), example, at("torch_view.onnx"), opset_version=13,
                  input_names=["image"], dynamic_axes={"image": {0: "n"}})
training = nn.Sequential(nn.Flatten(), layers[0], nn.ReLU(), nn.Dropout(0.5), layers[2]).train()
torch.onnx.export(training, example, at("refused_training.onnx"), opset_version=13,
                  training=torch.onnx.TrainingMode.TRAINING, do_constant_folding=False)


def save(name, nodes, initializers, inputs, outputs, version, ir=7):
    graph = helper.make_graph(nodes, "model", inputs, outputs, initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", version)])
    model.ir_version = ir
    onnx.checker.check_model(model)
    onnx.save(model, at(name))


def value(name, *shape):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


# tf2onnx: MatMul and Add with the names of TensorFlow, the sizes of the input free.
nodes, tensors, x = [], [], "dense_input"
for k in range(3):
    scope = "StatefulPartitionedCall/sequential/dense" + (f"_{k}" if k else "")
    tensors += [numpy_helper.from_array(weights[k].T.copy(), scope + "/MatMul/ReadVariableOp:0"),
                numpy_helper.from_array(biases[k], scope + "/BiasAdd/ReadVariableOp:0")]
    nodes += [helper.make_node("MatMul", [x, tensors[-2].name], [scope + "/MatMul:0"],
                               name=scope + "/MatMul"),
              helper.make_node("Add", [scope + "/MatMul:0", tensors[-1].name],
                               [scope + "/BiasAdd:0"], name=scope + "/BiasAdd")]
    x = scope + "/Relu:0"
    if k < 2:
        nodes.append(helper.make_node("Relu", [scope + "/BiasAdd:0"], [x], name=scope + "/Relu"))
nodes.append(helper.make_node("Softmax", [scope + "/BiasAdd:0"], ["dense_2"], axis=1,
                              name="StatefulPartitionedCall/sequential/dense_2/Softmax"))
save("keras_tf2onnx.onnx", nodes, tensors, [value("dense_input", "unk__16", 12)],
     [value("dense_2", "unk__17", 4)], 13)

# keras2onnx: weights listed as inputs (IR 3), a Reshape to constant sizes, a Cast, an Identity.
nodes = [helper.make_node("Cast", ["image"], ["cast"], to=TensorProto.FLOAT, name="cast"),
         helper.make_node("Reshape", ["cast", "sizes"], ["flat"], name="flatten")]
tensors, x = [numpy_helper.from_array(np.array([-1, 12], dtype=np.int64), "sizes")], "flat"
for k in range(3):
    tensors += [numpy_helper.from_array(weights[k].T.copy(), f"dense_{k}/kernel:0"),
                numpy_helper.from_array(biases[k], f"dense_{k}/bias:0")]
    nodes += [helper.make_node("MatMul", [x, f"dense_{k}/kernel:0"], [f"dense_{k}0"], name=f"dense_{k}"),
              helper.make_node("Add", [f"dense_{k}0", f"dense_{k}/bias:0"], [f"biased_tensor{k}"],
                               name=f"Add{k}")]
    x = f"activated{k}"
    if k < 2:
        nodes.append(helper.make_node("Relu", [f"biased_tensor{k}"], [x], name=f"dense_{k}_relu"))
nodes += [helper.make_node("Softmax", ["biased_tensor2"], ["soft"], axis=1, name="softmax"),
          helper.make_node("Identity", ["soft"], ["out"], name="Identity")]
listed = [helper.make_tensor_value_info(t.name, t.data_type, t.dims) for t in tensors]
save("keras_keras2onnx.onnx", nodes, tensors, [value("image", "N", 3, 4)] + listed,
     [value("out", "N", 4)], 9, 3)

# A state dict as safetensors.torch.save_file writes it: names sorted.
header, data = {}, b""
for name, array in sorted([(f"{2 * k + 1}.weight", weights[k]) for k in range(3)] +
                          [(f"{2 * k + 1}.bias", biases[k]) for k in range(3)]):
    header[name] = {"dtype": "F32", "shape": list(array.shape),
                    "data_offsets": [len(data), len(data) + array.nbytes]}
    data += array.tobytes()
text = json.dumps(header, separators=(",", ":")).encode()
text += b" " * (-len(text) % 8)
with open(at("torch_state_dict.safetensors"), "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text + data)

by_turns = [a for k in range(3) for a in (weights[k].T, biases[k])]
np.savez(at("keras_get_weights.npz"), *by_turns)
np.savez_compressed(at("numpy_float64.npz"), **{
    f"w{k}": np.asfortranarray(weights[k].T.astype(">f8")) for k in range(3)}, **{
    f"b{k}": biases[k].astype("<f8") for k in range(3)})
np.savez(at("outputs_first.npz"), **{f"w{k}": weights[k] for k in range(3)},
         **{f"b{k}": biases[k] for k in range(3)})
