#!/usr/bin/env python3
"""Epochs of training beside PyTorch on one core, in turns, and a table of medians and ratios.

    MINERVA_DATA_DIR=/path/to/data python3 tests/bench/compare_torch.py [build/dev [lenet]]

Needs python3-torch (Debian 12: 1.13, with libopenblas0-pthread) and the folder mnist of the data. Both
train 784-256-256-256-10, and then LeNet-5, on the 60,000 images with Adam, shuffled anew every epoch; CPU
time, one thread.
PyTorch runs twice: as it is installed, and at its best, which needs subnormal numbers flushed to zero, a
malloc that keeps its memory, and OpenBLAS told of AVX-512 where it does not know the CPU.
"""
import gzip
import json
import os
import statistics
import subprocess
import sys
import time

NETWORKS = ("mnist", "lenet")  # as the benchmarks are called
BATCHES = (32, 128)
ROUNDS = 3
EPOCHS = 2  # of PyTorch a round; each counts
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
KEPT_MEMORY = {"MALLOC_MMAP_THRESHOLD_": "1000000000", "MALLOC_TRIM_THRESHOLD_": "1000000000"}


def read_idx(path, header):
    with gzip.open(path) if path.endswith(".gz") else open(path, "rb") as file:
        return file.read()[header:]


def mnist(torch):
    folder = os.environ["MINERVA_DATA_DIR"]
    if os.path.isdir(os.path.join(folder, "mnist")):
        folder = os.path.join(folder, "mnist")

    def find(name):
        path = os.path.join(folder, name)
        return path if os.path.exists(path) else path + ".gz"

    images = bytearray(read_idx(find("train-images-idx3-ubyte"), 16))
    labels = bytearray(read_idx(find("train-labels-idx1-ubyte"), 8))
    x = torch.frombuffer(images, dtype=torch.uint8).reshape(-1, 784).float() / 255
    return x, torch.frombuffer(labels, dtype=torch.uint8).long()


class TorchTraining:
    def __init__(self, torch, x, y, network, batch):
        self.torch, self.x, self.y, self.batch = torch, x, y, batch
        torch.manual_seed(1)
        layers = []
        widths = [784, 256, 256, 256, 10]
        if network == "lenet":
            self.x = x.reshape(-1, 1, 28, 28)
            for channels, filters, padding in ((1, 6, 2), (6, 16, 0)):
                layers += [torch.nn.Conv2d(channels, filters, 5, padding=padding), torch.nn.ReLU(),
                           torch.nn.MaxPool2d(2)]
            layers.append(torch.nn.Flatten())
            widths = [400, 120, 84, 10]
        for n_in, n_out in zip(widths, widths[1:]):
            layers += [torch.nn.Linear(n_in, n_out), torch.nn.ReLU()]
        self.network = torch.nn.Sequential(*layers[:-1])
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=1e-3)
        self.loss = torch.nn.CrossEntropyLoss()

    def epoch_seconds(self):
        start = time.process_time()
        order = self.torch.randperm(len(self.y))
        for at in range(0, len(order), self.batch):
            own = order[at:at + self.batch]
            self.optimizer.zero_grad()
            loss = self.loss(self.network(self.x[own]), self.y[own])
            loss.backward()
            self.optimizer.step()
        return time.process_time() - start


def print_torch_epochs(network, batch, flush):
    import torch
    torch.set_num_threads(1)
    torch.set_flush_denormal(flush)
    training = TorchTraining(torch, *mnist(torch), network, batch)
    training.epoch_seconds()  # warms up
    print(json.dumps([training.epoch_seconds() for _ in range(EPOCHS)]))


def torch_seconds(network, batch, best):
    environment = dict(os.environ, **ONE_THREAD)
    if best:
        environment.update(KEPT_MEMORY)
        with open("/proc/cpuinfo") as cpu:
            if "avx512vl" in cpu.read():
                environment.setdefault("OPENBLAS_CORETYPE", "SkylakeX")
    run = subprocess.run([sys.executable, __file__, "--torch", network, str(batch), str(int(best))],
                         check=True, stdout=subprocess.PIPE, env=environment)
    return json.loads(run.stdout)


def own_seconds(program, network, batch):
    """CPU seconds an epoch of 60,000 samples, the mean of about two seconds of epochs."""
    run = subprocess.run(
        [program, f"--benchmark_filter=^{network}/{batch}$", "--benchmark_min_time=1",
         "--benchmark_format=json"], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    result = json.loads(run.stdout)["benchmarks"][0]
    return [60000 / result["samples/s"]]


def compare(columns, network):
    seconds = {(name, batch): [] for name in columns for batch in BATCHES}
    for _ in range(ROUNDS):
        for batch in BATCHES:
            for name, measure in columns.items():
                seconds[name, batch] += measure(network, batch)
    print(f"{network}: CPU seconds an epoch of 60,000: median (lowest - highest), and minerva's over it")
    print(f"{'batch':>5}" + "".join(f"  {name:>28}" for name in columns))
    for batch in BATCHES:
        own = statistics.median(seconds["minerva", batch])
        line = f"{batch:>5}"
        for name in columns:
            t = seconds[name, batch]
            median = statistics.median(t)
            ratio = "" if name == "minerva" else f"{own / median:5.2f}"
            line += f"  {f'{median:.3f} ({min(t):.3f} - {max(t):.3f}) {ratio}':>28}"
        print(line)


def main():
    if len(sys.argv) == 5 and sys.argv[1] == "--torch":
        print_torch_epochs(sys.argv[2], int(sys.argv[3]), sys.argv[4] == "1")
        return
    if "MINERVA_DATA_DIR" not in os.environ:
        sys.exit("compare_torch.py: MINERVA_DATA_DIR must name the folder of the data")
    build = sys.argv[1] if len(sys.argv) > 1 else "build/dev"
    program = os.path.join(build, "tests", "bench", "training_bench")
    columns = {
        "minerva": lambda network, batch: own_seconds(program, network, batch),
        "PyTorch at its best": lambda network, batch: torch_seconds(network, batch, True),
        "PyTorch as installed": lambda network, batch: torch_seconds(network, batch, False),
    }
    for network in NETWORKS if len(sys.argv) < 3 else sys.argv[2:]:
        compare(columns, network)


if __name__ == "__main__":
    main()
