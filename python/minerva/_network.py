"""Networks and technologies, which are read from files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy

from . import _core
from ._core import Network, Technology
from ._data import Keys, Path, texts_of_keys


def load_network(path: Path, *, layout: str = "automatic", topology: str = "") -> Network:
    """Reads safetensors, npz or ONNX, recognized by their content, or the network of a run.

    layout: which index of a weight matrix comes first, automatic, inputs_outputs or outputs_inputs.
    topology: the layers on one line, for files of filters that do not say it themselves.
    """
    return _core.load_network(os.fspath(path), layout, topology)


def network_of_arrays(arrays: Mapping[str, Any], *, layout: str = "automatic",
                      topology: str = "") -> Network:
    """A network of arrays with the names of a file: w0, b0, w1, .., or those of a state dict.

    A state dict of PyTorch is {name: tensor.numpy() for name, tensor in state_dict.items()}.
    The arrays are copied and rounded to float32.
    """
    named = [(name, numpy.ascontiguousarray(array, dtype=numpy.float32))
             for name, array in arrays.items()]
    return _core.network_of_arrays(named, layout, topology)


def load_technology(path: Path = "configs/tech/public40.cfg",
                    overrides: Keys | None = None) -> Technology:
    """Reads a technology file; files that come with the program are found by their name.

    overrides: other values of rows, {"sram_leakage": "x0.5"} for a factor or {"razor_power": 10}
    for a number in the row's unit.
    """
    return _core.load_technology(os.fspath(path), texts_of_keys(overrides))
