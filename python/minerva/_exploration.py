"""Design spaces."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy
from numpy.typing import NDArray

from . import _core
from ._core import Network, Technology
from ._data import Keys, texts_of_keys
from ._tables import Table, has_pandas


@dataclasses.dataclass(frozen=True, eq=False)
class DesignSpace:
    """The legal machines of a space with their figures, nothing skipped."""

    #: A structured array with a row a machine and the columns of design_space.csv; what the library
    #: filled in, without a copy.
    points: NDArray[Any]
    #: Rows of `points` that no other one beats in every objective, by rising objectives.
    frontier_rows: NDArray[numpy.int64]
    #: Of the whole space, and how many of them were looked at.
    combinations: int
    looked_at: int
    #: Combinations that are no machine, by the rule that they break first.
    skipped: dict[str, int]

    @property
    def frontier(self) -> NDArray[Any]:
        """The points that no other one beats in every objective, by rising objectives; a copy."""
        found: NDArray[Any] = self.points[self.frontier_rows]
        return found

    @property
    def columns(self) -> dict[str, NDArray[Any]]:
        """A view a column."""
        return {name: self.points[name] for name in self._names()}

    def _names(self) -> tuple[str, ...]:
        return self.points.dtype.names or ()

    def to_frame(self) -> Table:
        """A pandas frame, or a list of dicts where pandas is not installed."""
        if not has_pandas():
            return [dict(zip(self._names(), row)) for row in self.points.tolist()]
        import pandas

        return pandas.DataFrame(self.points)


def explore(network: Network | str, technology: Technology | None = None, *,
            formats: str = "Q6.10", threads: int = 0, keys: Keys | None = None,
            **space: Any) -> DesignSpace:
    """Figures of every legal machine of a space, and its frontier.

    network: a network, or its layers on one line, as "784-256-10". technology: public40 without
    one. formats: Qm.n of all words, quantize.start of a config. space: keys of section [dse]:
    lists of lanes, macs_per_lane, weight_bandwidth, activation_bandwidth, clock_period_ns and the
    other knobs; objectives, constraints, search, evaluations, seed. keys: further keys of a config
    by their full names. A key that is not given has the default of the command line.
    """
    topology = network if isinstance(network, str) else network.topology
    values: dict[str, Any] = {"dse.topology": topology, "quantize.start": formats,
                              "run.threads": threads}
    if technology is not None:
        values["tech.file"] = technology.path
        values.update({f"tech.{row}": value for row, value in technology.rows_set.items()})
    values.update({f"dse.{key}": value for key, value in space.items()})
    values.update(keys or {})
    return DesignSpace(*_core.explore(texts_of_keys(values)))
