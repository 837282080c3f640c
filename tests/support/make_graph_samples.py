#!/usr/bin/env python3
"""Writes small convolutional networks in the forms in which other tools keep them into a folder
(tests/samples/networks), each with inputs and the outputs that PyTorch computes (NAME.txt). Needs
PyTorch, ONNX and NumPy. The Keras model is shaped as tf2onnx writes it; TensorFlow is not needed."""
import os
import sys
import warnings

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from torch.nn import functional as F

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
warnings.filterwarnings("ignore")
torch.manual_seed(20162)
torch.set_num_threads(1)


def at(name):
    return os.path.join(folder, name)


def drawn(model):
    """Statistics of batches as after a training, so that every fold shows."""
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.running_mean, -0.5, 0.5)
            nn.init.uniform_(module.running_var, 0.5, 2)
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.5, 0.5)
    return model.eval()


def write_samples(name, model, shape, count=8):
    """A line a sample: the input channels last, as the program keeps it, then the outputs."""
    inputs = torch.randn(count, *shape)
    with torch.no_grad():
        outputs = model.double()(inputs.double())
    model.float()
    with open(at(name + ".txt"), "w") as file:
        for x, y in zip(inputs.permute(0, 2, 3, 1).reshape(count, -1).numpy(), outputs.numpy()):
            file.write(" ".join(float(v).hex() for v in [*x, *y]) + "\n")


def export(name, model, shape, keeps_norms=False):
    mode = torch.onnx.TrainingMode
    torch.onnx.export(model, torch.zeros(1, *shape), at(name + ".onnx"), opset_version=13,
                      input_names=["image"], dynamic_axes={"image": {0: "n"}},
                      training=mode.PRESERVE if keeps_norms else mode.EVAL,
                      do_constant_folding=not keeps_norms)
    write_samples(name, model, shape)


class Lenet(nn.Module):
    """The style of PyTorch's examples: ReLU behind the pool, view with computed sizes."""

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 3, 3, padding=1), nn.Conv2d(3, 5, 3)
        self.fc1, self.fc2 = nn.Linear(20, 8), nn.Linear(8, 4)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.view(x.size(0), -1)
        return self.fc2(F.dropout(F.relu(self.fc1(x)), training=self.training))


class Block(nn.Module):
    def __init__(self, channels_in, channels, stride, shortcut):
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.stride, self.zeros = stride, (channels - channels_in) // 2
        self.downsample = (nn.Sequential(nn.Conv2d(channels_in, channels, 1, stride, bias=False),
                                         nn.BatchNorm2d(channels)) if shortcut == "B" else None)

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.downsample is not None:
            x = self.downsample(x)
        elif self.stride > 1:
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.zeros, self.zeros))
        return F.relu(y + x)


class Resnet(nn.Module):
    """Shortcuts of options A and B of He et al. (2016), and a plain one."""

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4)
        self.layer1 = nn.Sequential(Block(4, 4, 1, "A"))
        self.layer2 = nn.Sequential(Block(4, 6, 2, "A"), Block(6, 8, 2, "B"))
        self.fc = nn.Linear(8, 4)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.layer2(self.layer1(x))
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))


class Depthwise(nn.Module):
    """Separable convolutions, and a mean over rows and columns."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, 2, 1)
        self.depthwise = nn.Conv2d(4, 8, 3, padding=1, groups=4, bias=False)
        self.norm = nn.BatchNorm2d(8)
        self.pointwise = nn.Conv2d(8, 6, 1)
        self.pool = nn.AvgPool2d(3, 1, 1)
        self.fc = nn.Linear(6, 4)

    def forward(self, x):
        x = self.norm(self.depthwise(F.relu(self.stem(x))))
        return self.fc(self.pool(F.relu(self.pointwise(F.relu(x)))).mean((2, 3)))


def vgg():
    """Convolution, BatchNorm, ReLU, pool, with a BatchNorm behind a ReLU as well."""
    return nn.Sequential(
        nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(),
        nn.Conv2d(4, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(4, 6, 3), nn.ReLU(), nn.BatchNorm2d(6), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 4))


export("torch_lenet", drawn(Lenet()), (1, 14, 14))
resnet = drawn(Resnet())
export("torch_resnet", resnet, (3, 8, 8))
export("torch_resnet_norms", resnet, (3, 8, 8), keeps_norms=True)
export("torch_depthwise", drawn(Depthwise()), (3, 8, 8), keeps_norms=True)
export("torch_vgg", drawn(vgg()), (3, 8, 8), keeps_norms=True)
np.savez(at("torch_resnet_state.npz"), **{k: v.numpy() for k, v in resnet.state_dict().items()})
dilated = nn.Sequential(nn.Conv2d(1, 2, 3, dilation=2), nn.ReLU(), nn.Flatten(), nn.Linear(2, 4))
torch.onnx.export(dilated.eval(), torch.zeros(1, 1, 5, 5), at("refused_dilation.onnx"),
                  opset_version=13)

# tf2onnx: channels last outside, a Transpose to channels first and back, SAME padding, Softmax.
keras = nn.Sequential(nn.ZeroPad2d((0, 1, 0, 1)), nn.Conv2d(2, 4, 3, 2), nn.ReLU(),
                      nn.MaxPool2d(2), nn.Conv2d(4, 3, 1), nn.ReLU(), nn.Flatten(),
                      nn.Linear(12, 4)).eval()
scope = "StatefulPartitionedCall/sequential/"
tensors, nodes = [], []


def constant(name, array):
    tensors.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
    return name


def node(op, inputs, output, **attributes):
    nodes.append(helper.make_node(op, inputs, [output], name=output.split(":")[0], **attributes))
    return output


x = node("Transpose", ["conv2d_input"], scope + "conv2d/Conv2D__6:0", perm=[0, 3, 1, 2])
x = node("Conv", [x, constant("w0", keras[1].weight.detach().numpy())], scope + "conv2d/Conv2D:0",
         auto_pad="SAME_UPPER", strides=[2, 2], kernel_shape=[3, 3], dilations=[1, 1], group=1)
x = node("Add", [x, constant("b0", keras[1].bias.detach().numpy().reshape(1, 4, 1, 1))],
         scope + "conv2d/BiasAdd:0")
x = node("Relu", [x], scope + "conv2d/Relu:0")
x = node("MaxPool", [x], scope + "max_pooling2d/MaxPool:0", kernel_shape=[2, 2], strides=[2, 2],
         auto_pad="VALID")
x = node("Conv", [x, constant("w1", keras[4].weight.detach().numpy()),
                  constant("b1", keras[4].bias.detach().numpy())], scope + "conv2d_1/BiasAdd:0",
         auto_pad="VALID", kernel_shape=[1, 1])
x = node("Relu", [x], scope + "conv2d_1/Relu:0")
x = node("Transpose", [x], scope + "conv2d_1/Relu__12:0", perm=[0, 2, 3, 1])
x = node("Reshape", [x, constant("sizes", np.array([-1, 12], dtype=np.int64))],
         scope + "flatten/Reshape:0")
# Keras flattens channels last: the columns of the PyTorch twin in that order.
last = keras[7].weight.detach().numpy().reshape(4, 3, 2, 2).transpose(2, 3, 1, 0).reshape(12, 4)
x = node("MatMul", [x, constant("w2", last)], scope + "dense/MatMul:0")
x = node("Add", [x, constant("b2", keras[7].bias.detach().numpy())], scope + "dense/BiasAdd:0")
x = node("Softmax", [x], "dense")
graph = helper.make_graph(
    nodes, "tf2onnx",
    [helper.make_tensor_value_info("conv2d_input", TensorProto.FLOAT, ["unk__1", 8, 8, 2])],
    [helper.make_tensor_value_info("dense", TensorProto.FLOAT, ["unk__2", 4])], tensors)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
model.ir_version = 7
onnx.checker.check_model(model)
onnx.save(model, at("keras_convolution.onnx"))
write_samples("keras_convolution", keras, (2, 8, 8))
