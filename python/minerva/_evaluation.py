"""What a design errs, and what it costs."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy
from numpy.typing import NDArray

from . import _core
from ._core import Activity, Technology
from ._data import Inputs, samples
from ._design import Design
from ._tables import Table, table_of_rows


@dataclasses.dataclass(frozen=True, eq=False)
class Evaluation:
    """What a design gives on samples; the numbers of `minerva eval`."""

    samples: int
    #: Wrong samples in the words of the hardware, and of the float network.
    wrong: int
    wrong_float: int
    error_percent: float
    error_float_percent: float
    #: Mean Kullback-Leibler divergence of the softmax outputs from the float network's, in nats.
    divergence_nats: float
    macs_skipped_percent: float
    #: int32 (samples), in the words of the hardware; None where they were not asked for.
    classes: NDArray[numpy.int32] | None
    classes_float: NDArray[numpy.int32]
    #: What the cost depends on, for estimate().
    activity: Activity
    #: Events of each layer, summed over the samples.
    counts: list[dict[str, int]]

    def counts_table(self) -> Table:
        """The events, a row a layer."""
        return table_of_rows([{"layer": k + 1, **layer} for k, layer in enumerate(self.counts)])


@dataclasses.dataclass(frozen=True, eq=False)
class Prediction:
    """Output sums and classes of samples."""

    #: Of the hardware: int64 codes (samples, outputs), in units of 2^-fraction_bits; of the float
    #: network: float32. A view of the library's memory.
    outputs: NDArray[Any]
    #: int32 (samples): the largest output, the first of equal ones.
    classes: NDArray[numpy.int32]
    #: None of the float network.
    fraction_bits: int | None


@dataclasses.dataclass(frozen=True, eq=False)
class Estimate:
    """Power, performance and area of a design; sums over one prediction."""

    power_mw: float
    energy_nj: float
    area_mm2: float
    cycles: int
    time_us: float
    #: From inputs to outputs: of a prediction, or of a batch of them.
    latency_us: float
    predictions_per_s: float
    technology: str
    #: Low and high by the residuals of the technology's rows; None where no row has one.
    interval_mw: tuple[float, float] | None
    _parts: dict[str, list[dict[str, Any]]] = dataclasses.field(repr=False)

    @property
    def power(self) -> Table:
        """Dynamic power and leakage, mW, a row a part."""
        return table_of_rows(self._parts["power"])

    @property
    def area(self) -> Table:
        """Area, mm2, a row a part."""
        return table_of_rows(self._parts["area"])

    @property
    def components(self) -> Table:
        """Dynamic energy of a prediction, leakage and area of each component of the parts."""
        return table_of_rows(self._parts["components"])

    @property
    def layers(self) -> Table:
        """Cycles by cause, mean events, time and energy by part, a row a layer."""
        return table_of_rows(self._parts["layers"])


def evaluate(design: Design, inputs: Inputs, labels: Any = None, *, fault_map: int | None = None,
             fault_seed: int = 1, technology: Technology | None = None, classes: bool = True,
             threads: int = 0) -> Evaluation:
    """Counts the errors of a design, bit-true and as floats, and what its inputs do.

    inputs: Samples, of which nothing is copied, or arrays, which are copied once; labels: of
    arrays. fault_map: the number of a map of faulty bits at the rate of the design's supply, drawn
    by fault_seed; `technology` then says what a fault is. Without it no bit is faulty, whatever the
    supply. classes: False leaves out the classes of the hardware, which cost a second pass.
    threads: 0 takes all; no result depends on it.
    """
    return Evaluation(**_core.evaluate(design._core, samples(inputs, labels), fault_map, fault_seed,
                                       technology, classes, threads))


def predict(design: Design, inputs: Inputs, *, arithmetic: str = "fixed",
            fault_map: int | None = None, fault_seed: int = 1,
            technology: Technology | None = None, threads: int = 0) -> Prediction:
    """Output sums and classes: of the hardware's words ("fixed") or of the float network ("float").

    Samples need no labels. The other arguments are those of evaluate().
    """
    given = samples(inputs)
    if arithmetic == "float":
        outputs, classes = _core.float_outputs(design._core, given, threads)
        return Prediction(outputs, classes, None)
    if arithmetic != "fixed":
        _core.user_error("arithmetic", arithmetic, "needs one of fixed, float")
    return Prediction(*_core.output_sums(design._core, given, fault_map, fault_seed, technology,
                                         threads))


def faulty_activity(design: Design, inputs: Inputs, labels: Any = None, *, technology: Technology,
                    maps: int = 10, seed: int = 1, threads: int = 0) -> Activity:
    """The activity under fault maps at the rate of the design's supply, which stage 5 is paid by.

    maps: how many maps are summed (faults.maps of a config); seed: that of faults.seed.
    """
    return _core.faulty_activity(design._core, samples(inputs, labels), technology, maps, seed,
                                 threads)


def estimate(design: Design, technology: Technology,
             activity: Activity | Evaluation | None = None) -> Estimate:
    """What a design costs with a technology: cycles, energy, power and area.

    activity: what evaluate() or faulty_activity() measured on the same machine; without it nothing
    is skipped. Write ports and multiplier stages of 0 become what the technology asks for.
    """
    measured = activity.activity if isinstance(activity, Evaluation) else activity
    members = _core.estimate(design._core, technology, measured)
    parts = {name: members.pop(name) for name in ("power", "area", "components", "layers")}
    return Estimate(**members, _parts=parts)
