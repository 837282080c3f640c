"""Data sets and samples."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any, Union

import numpy
from numpy.typing import NDArray

from . import _core
from ._core import Dataset, Samples

#: Values of config keys by name, such as {"training.hidden": [32, 32]}.
Keys = Mapping[str, Any]
#: Samples, or an array with a sample a row whose further dimensions are one sample.
Inputs = Union[Samples, NDArray[Any], "list[Any]"]
Path = Union[str, "os.PathLike[str]"]


def members_of(text: str) -> dict[str, Any]:
    """The members of a JSON object."""
    members: dict[str, Any] = json.loads(text)
    return members


def text_of_value(value: Any) -> str:
    """The text of a key's value: lists are joined by commas, numbers keep every digit."""
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, numpy.bool_)):
        return "true" if value else "false"
    if isinstance(value, os.PathLike):
        return str(os.fspath(value))
    if isinstance(value, (list, tuple, range, numpy.ndarray)):
        return ",".join(text_of_value(each) for each in value)
    if isinstance(value, numpy.generic):
        return text_of_value(value.item())
    return repr(value) if isinstance(value, float) else str(value)


def texts_of_keys(keys: Keys | None) -> dict[str, str]:
    """Keys with the texts that a config has."""
    return {key: text_of_value(value) for key, value in (keys or {}).items()}


def samples(inputs: Inputs, labels: Any = None) -> Samples:
    """Samples of arrays, which are copied once; evaluate() of them then copies nothing.

    inputs: a sample a row; further dimensions (rows, columns, channels) are one sample. Numbers are
    rounded to float32, as all inputs of the program are. labels: whole numbers from 0 on, one a
    sample; without them errors cannot be counted. Raises UserError for other shapes and numbers.
    """
    if isinstance(inputs, Samples):
        if labels is not None:
            _core.user_error("labels", "", "are those of the samples; needs None beside them")
        return inputs
    array = numpy.asarray(inputs)
    if array.dtype.kind not in "fiub":
        _core.user_error("inputs", str(array.dtype), "needs an array of numbers")
    if array.ndim < 2 or 0 in array.shape:
        _core.user_error("inputs", str(array.shape), "needs (samples, inputs), 1 or more of each")
    with numpy.errstate(over="ignore"):  # what float32 cannot hold is refused as infinite
        rows = numpy.ascontiguousarray(array, dtype=numpy.float32).reshape(len(array), -1)
    numbers = None
    if labels is not None:
        numbers = numpy.asarray(labels)
        if numbers.dtype.kind not in "iu" or numbers.ndim != 1:
            _core.user_error("labels", f"{numbers.dtype} {numbers.shape}",
                             "needs whole numbers, one a sample")
        if numbers.size and (numbers.min() < 0 or numbers.max() > numpy.iinfo(numpy.int32).max):
            _core.user_error("labels", str(numbers.min()), "needs classes from 0 on")
        numbers = numpy.ascontiguousarray(numbers, dtype=numpy.int32)
    return _core.samples_of_arrays(rows, numbers)


def load_data(config: Path | None = None, overrides: Keys | None = None) -> Dataset:
    """The data set of a config, or of the config of a run directory, with other values of keys.

    load_data(overrides={"data.set": "mnist"}) needs no config. The folder of known sets is data.dir
    or MINERVA_DATA_DIR. Raises UserError in the words of the command line.
    """
    return _core.load_data(os.fspath(config or ""), texts_of_keys(overrides))
