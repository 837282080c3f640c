"""A design: a network and the accelerator that runs it, as a value."""

from __future__ import annotations

import json
import os
import pathlib
from collections.abc import Mapping, Sequence
from typing import Any, Union

from . import _core
from ._core import Network, Technology
from ._data import Keys, Path, members_of, texts_of_keys

#: "Q2.6" for every signal, {"W": "Q2.6", "X": "Q3.5", "P": "Q2.8"}, or such a dict a layer.
Formats = Union[str, "Mapping[str, Any]", "Sequence[Mapping[str, Any]]"]


def _layer_formats(formats: Mapping[str, Any], where: str) -> dict[str, Any]:
    return {signal: list(_core.parse_format(value, f"{where}.{signal}"))
            if isinstance(value, str) else value for signal, value in formats.items()}


def _plan_layers(formats: Formats, layers: int) -> list[dict[str, Any]]:
    if isinstance(formats, str):
        formats = {signal: formats for signal in ("W", "X", "P")}
    if isinstance(formats, Mapping):
        return [_layer_formats(formats, "formats") for _ in range(layers)]
    return [_layer_formats(layer, f"formats[{k}]") for k, layer in enumerate(formats)]


class Design:
    """A trained network and the accelerator that runs it. A value: `changed` gives another one.

    A new design has 16-bit words (Q6.10), the machine of section [design] of a config, nothing that
    is skipped and no faults. `evaluate` gives its error and activity, `estimate` its costs.
    """

    def __init__(self, network: Network, **parts: Any) -> None:
        """parts: those of changed()."""
        self._core = _core.Design(network)
        if parts:
            self._core = self.changed(**parts)._core

    @classmethod
    def _of(cls, core: _core.Design) -> Design:
        design = cls.__new__(cls)
        design._core = core
        return design

    def changed(self, *, formats: Formats | None = None, rounding: str | None = None,
                thresholds: Sequence[float] | None = None, point: Keys | None = None,
                faults: Mapping[str, Any] | None = None,
                weight_storage: str | None = None) -> Design:
        """A copy with other parts. Raises UserError for what no machine can have.

        formats: Qm.n of weights W, activations X and products P, of all layers or of each.
        rounding: half_up, half_even or truncate. thresholds: inputs below are skipped, one a layer.
        point: knobs of the machine by the names of section [design], such as lanes, macs_per_lane,
        clock_period_ns; write_ports and multiplier_stages of 0 are what bandwidth and technology
        ask for. faults: voltage_v (0: nominal), rate, masking, sign and detector of the weight
        memories. weight_storage: sram or rom.
        """
        core = self._core
        if formats is not None or rounding is not None:
            plan = self.plan
            if rounding is not None:
                plan["rounding"] = rounding
            if formats is not None:
                plan["layers"] = _plan_layers(formats, len(plan["layers"]))
            core = core.with_plan(json.dumps(plan))
        if thresholds is not None:
            text = json.dumps({"schema": "minerva-thresholds-1",
                               "theta": [float(theta) for theta in thresholds]})
            core = core.with_thresholds(text)
        if point is not None:
            core = core.with_point(texts_of_keys(point))
        if faults is not None:
            core = core.with_faults(json.dumps({**self.faults, **faults}))
        if weight_storage is not None:
            core = core.with_weight_storage(weight_storage)
        return Design._of(core)

    def completed(self, technology: Technology) -> Design:
        """The design with the write ports and multiplier stages that its technology asks for."""
        return Design._of(self._core.completed(technology))

    @property
    def network(self) -> Network:
        """Its float network, shared with other designs."""
        return self._core.network

    @property
    def plan(self) -> dict[str, Any]:
        """The content of a plan.json: rounding, and W, X and P [m, n] of each layer."""
        return members_of(self._core.plan_json)

    @property
    def point(self) -> dict[str, Any]:
        """The knobs of the machine; 0 stands for what a technology decides."""
        point = members_of(self._core.point_json)
        del point["schema"]
        return point

    @property
    def thresholds(self) -> list[float]:
        """Inputs below are skipped, one threshold a layer; empty: nothing is skipped."""
        return self._core.thresholds

    @property
    def faults(self) -> dict[str, Any]:
        """The content of a faults.json: voltage_v, rate, masking, sign, detector."""
        return members_of(self._core.faults_json)

    @property
    def weight_storage(self) -> str:
        """Where weights are stored: sram or rom."""
        return self._core.weight_storage

    def to_json(self) -> str:
        """The text of a design.json. Raises UserError for a machine that is not completed()."""
        return self._core.to_json()

    def save(self, folder: Path) -> None:
        """Writes design.json and network.safetensors into a folder, which load_design reads."""
        text = self.to_json()
        place = pathlib.Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        self.network.save(str(place / "network.safetensors"))
        _core.write_text(str(place / "design.json"), text)

    def __eq__(self, other: object) -> bool:
        """Equal in every part; networks by their numbers."""
        return isinstance(other, Design) and self._core == other._core

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<minerva.Design {self.network.topology}, {self._core.machine_text}>"


def load_design(path: Path, network: Network | None = None) -> Design:
    """Reads a design.json, or the one in a folder, as codesign and Design.save write it.

    network: whose numbers the design has; without one, network.safetensors beside the file.
    """
    file = os.fspath(path)
    if os.path.isdir(file):
        file = os.path.join(file, "design.json")
    text = _core.read_text(file)
    if network is None:
        beside = os.path.join(os.path.dirname(file), "network.safetensors")
        network = _core.load_network(beside, "automatic", "")
    return Design._of(_core.design_from_json(text, file, network))
