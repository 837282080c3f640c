#!/usr/bin/env python3
"""Convolutional networks of PyTorch at full size, on real images: exported as ONNX, read by minerva
and judged on the test samples, which must give PyTorch's own count of errors. LeNet-5 is trained
for an epoch on 10,000 images of Fashion-MNIST, ResNet-20 has published weights, the others are
drawn. Needs PyTorch and NumPy.

check_torch_graphs.py MINERVA [FOLDER]

MINERVA_DATA_DIR names the folder of the images; without it or without PyTorch the check is skipped
(exit code 77)."""
import gzip
import json
import os
import subprocess
import sys
import tempfile
import warnings

try:
    import numpy as np
    import torch
    from torch import nn
    from torch.nn import functional as F
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)
data = os.environ.get("MINERVA_DATA_DIR", "")
if not all(os.path.isdir(os.path.join(data, name)) for name in ("fashion-mnist", "cifar10")):
    print("skipped: MINERVA_DATA_DIR has no fashion-mnist and cifar10")
    sys.exit(77)

minerva = os.path.abspath(sys.argv[1])
temporary = tempfile.TemporaryDirectory()
folder = sys.argv[2] if len(sys.argv) > 2 else temporary.name
os.makedirs(folder, exist_ok=True)
warnings.filterwarnings("ignore")
torch.manual_seed(20163)
torch.set_num_threads(1)


def unpacked(name, header):
    with gzip.open(os.path.join(data, name)) as file:
        return np.frombuffer(file.read(), np.uint8)[header:]


def fashion(part, count):
    images = unpacked(f"fashion-mnist/{part}-images-idx3-ubyte.gz", 16).reshape(-1, 1, 28, 28)
    return images[:count], unpacked(f"fashion-mnist/{part}-labels-idx1-ubyte.gz", 8)[:count]


def cifar(name):
    records = unpacked(f"cifar10/{name}.bin.gz", 0).reshape(-1, 3073)
    return records[:, 1:].reshape(-1, 3, 32, 32), records[:, 0]


MEAN, DEVIATION = np.array([.485, .456, .406]), np.array([.229, .224, .225])
images = {"fashion": fashion("t10k", 10000), "cifar": cifar("test-1000")}
shifts = {"fashion": (np.zeros(1), np.ones(1)), "cifar": (MEAN, DEVIATION)}


def write_idx(path, array):
    with open(path, "wb") as file:
        file.write(bytes([0, 0, 8, array.ndim]) + b"".join(
            int(n).to_bytes(4, "big") for n in array.shape) + array.tobytes())


def write_config(name):
    """The images channels last, as the program keeps them, and the scaling of the network."""
    pixels, labels = images[name]
    pixels = np.ascontiguousarray(pixels.transpose(0, 2, 3, 1))
    write_idx(f"{folder}/{name}.images", pixels if pixels.shape[3] > 1 else pixels[..., 0])
    write_idx(f"{folder}/{name}.labels", labels)
    lines = ["[data]\nset = idx\n"]
    for part in ("train", "validation", "test"):
        lines.append(f"{part}_file = {name}.images\n{part}_labels_file = {name}.labels\n")
    if name == "cifar":
        for key, values in (("subtract", MEAN), ("divide", DEVIATION)):
            np.savetxt(f"{folder}/{key}.txt", np.tile(values, 32 * 32), "%.17g")
            lines.append(f"{key} = {key}.txt\n")
    with open(f"{folder}/{name}.cfg", "w") as file:
        file.writelines(lines)


def tensors(name, pixels):
    mean, deviation = (v.reshape(1, -1, 1, 1) for v in shifts[name])
    return torch.from_numpy(((pixels / 255 - mean) / deviation).astype(np.float32))


def drawn(model):
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.running_mean, -0.5, 0.5)
            nn.init.uniform_(module.running_var, 0.5, 2)
            nn.init.uniform_(module.weight, 0.5, 1.5)
    return model.eval()


def lenet():
    model = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84),
        nn.ReLU(), nn.Linear(84, 10))
    pixels, labels = fashion("train", 10000)
    inputs, labels = tensors("fashion", pixels), torch.from_numpy(labels.astype(np.int64))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    for batch in torch.randperm(len(labels)).split(50):
        optimizer.zero_grad()
        F.cross_entropy(model(inputs[batch]), labels[batch]).backward()
        optimizer.step()
    return model.eval()


class Block(nn.Module):
    def __init__(self, channels_in, channels, stride):
        super().__init__()
        self.a = nn.Conv2d(channels_in, channels, 3, stride, 1)
        self.b = nn.Conv2d(channels, channels, 3, 1, 1)
        self.stride, self.zeros = stride, (channels - channels_in) // 2

    def forward(self, x):
        y = self.b(F.relu(self.a(x)))
        if self.stride > 1:
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.zeros, self.zeros))
        return F.relu(y + x)


class Resnet20(nn.Module):
    """The published weights, whose BatchNormalization is folded already."""

    def __init__(self):
        super().__init__()
        self.c0, self.fc, widths = nn.Conv2d(3, 16, 3, 1, 1), nn.Linear(64, 10), [16, 16, 32, 64]
        self.blocks = nn.Sequential(*[
            Block(widths[s - 1] if s > 1 and b == 0 else widths[s], widths[s],
                  2 if s > 1 and b == 0 else 1) for s in (1, 2, 3) for b in range(3)])
        arrays = np.load(os.path.join(data, "cifar10/resnet20-folded.npz"))

        def take(module, name):
            module.weight.data = torch.from_numpy(arrays[name + ".weight"])
            module.bias.data = torch.from_numpy(arrays[name + ".bias"])

        take(self.c0, "c0")
        take(self.fc, "fc")
        for i, block in enumerate(self.blocks):
            take(block.a, f"{i // 3 + 1}{i % 3}a")
            take(block.b, f"{i // 3 + 1}{i % 3}b")

    def forward(self, x):
        return self.fc(F.avg_pool2d(self.blocks(F.relu(self.c0(x))), 8).flatten(1))


def vgg():
    layers, channels = [], 3
    for width in (16, 16, 0, 32, 32, 0, 64, 0):
        if width == 0:
            layers.append(nn.MaxPool2d(2))
            continue
        layers += [nn.Conv2d(channels, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU()]
        channels = width
    return drawn(nn.Sequential(*layers, nn.Flatten(), nn.Linear(1024, 64), nn.ReLU(),
                               nn.Linear(64, 10)))


def separable():
    def pair(channels_in, channels, stride):
        return [nn.Conv2d(channels_in, channels_in, 3, stride, 1, groups=channels_in, bias=False),
                nn.BatchNorm2d(channels_in), nn.ReLU(), nn.Conv2d(channels_in, channels, 1),
                nn.BatchNorm2d(channels), nn.ReLU()]
    return drawn(nn.Sequential(
        nn.Conv2d(3, 8, 3, 2, 1), nn.ReLU(), *pair(8, 16, 1), *pair(16, 32, 2), *pair(32, 32, 1),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10)))


def check(name, model, data_set, keeps_norms=False):
    pixels, labels = images[data_set]
    inputs = tensors(data_set, pixels)
    mode = torch.onnx.TrainingMode
    torch.onnx.export(model, inputs[:1], f"{folder}/{name}.onnx", opset_version=13,
                      dynamic_axes={"input": {0: "n"}}, input_names=["input"],
                      training=mode.PRESERVE if keeps_norms else mode.EVAL,
                      do_constant_folding=not keeps_norms)
    with torch.no_grad():
        classes = torch.cat([model(part).argmax(1) for part in inputs.split(500)]).numpy()
    theirs = int((classes != labels).sum())
    for form in ("onnx", "onnx-again"):
        source = f"{name}.onnx" if form == "onnx" else f"{name}-again.onnx"
        answer = subprocess.run([minerva, "import", source, "--data", f"{data_set}.cfg", "--json",
                                 "--to", f"{name}.safetensors"],
                                cwd=folder, capture_output=True, text=True)
        if answer.returncode != 0:
            sys.exit(f"{source}: {answer.stderr}")
        read = json.loads(answer.stdout)
        ours = read["data"]["test_wrong"]
        print(f"{name}, {form}: {read['network']}\n  wrong of {len(labels)}: minerva {ours}, "
              f"PyTorch {theirs}", flush=True)
        if ours != theirs:
            sys.exit(1)
        if form == "onnx":
            subprocess.run([minerva, "export", "--network", f"{name}.safetensors", "--format",
                            "onnx", "--to", f"{name}-again.onnx"], cwd=folder, check=True,
                           capture_output=True)


for each in images:
    write_config(each)
check("lenet5", lenet(), "fashion")
check("resnet20", Resnet20().eval(), "cifar")
check("vgg", vgg(), "cifar", keeps_norms=True)
check("separable", separable(), "cifar", keeps_norms=True)
