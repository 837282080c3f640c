"""Run directories, which are only read."""

from __future__ import annotations

import dataclasses
import os
import pathlib
from typing import Any

from . import _core
from ._core import Dataset, Network, Technology
from ._data import Path, members_of
from ._design import Design
from ._tables import Table, table_of_csv


@dataclasses.dataclass(frozen=True)
class RunFigure:
    """A figure of a run's page: its name, its words and the text of its data."""

    id: str
    title: str
    caption: str
    csv: str = dataclasses.field(repr=False)

    @property
    def data(self) -> Table:
        """The data behind the figure; the names of columns have units."""
        return table_of_csv(self.csv)


class Run:
    """A run directory: tables, figures, config, and the design after each stage."""

    def __init__(self, path: Path) -> None:
        """Raises UserError unless the folder has the summary of a run that is whole."""
        self.path = pathlib.Path(path)
        self._summary = members_of(_core.summary_text(os.fspath(path)))
        self._opened: _core.OpenedRun | None = None

    def _open(self) -> _core.OpenedRun:
        if self._opened is None:
            self._opened = _core.OpenedRun(os.fspath(self.path))
        return self._opened

    @property
    def summary(self) -> dict[str, Any]:
        """The content of summary.json."""
        return self._summary

    @property
    def config(self) -> dict[str, str]:
        """Every key of the run with its value as a text."""
        return self._open().config()

    @property
    def tables(self) -> list[str]:
        """The CSV files of the run, by their names without the ending."""
        return sorted(file.stem for file in self.path.glob("*.csv"))

    def table(self, name: str) -> Table:
        """A CSV file of the run by its name without the ending, such as "fault_curves"."""
        if name not in self.tables:
            _core.user_error("table", name, "needs one of " + ", ".join(self.tables))
        return table_of_csv(_core.read_text(str(self.path / f"{name}.csv")))

    @property
    def stages(self) -> Table:
        """Error, power, energy and area after each stage."""
        return self.table("stages")

    @property
    def power(self) -> Table:
        """Power by part after each stage."""
        return self.table("power")

    @property
    def layers(self) -> Table:
        """Formats, cycles by cause, counts and energy of each layer after each stage."""
        return self.table("layers")

    @property
    def design_space(self) -> Table:
        """The machines that stage 2 explored."""
        return self.table("design_space")

    @property
    def faults(self) -> Table:
        """What stage 5 found of each way of masking."""
        return self.table("faults")

    @property
    def figures(self) -> dict[str, RunFigure]:
        """The figures of the run's page by their names, with their data."""
        return {figure["id"]: RunFigure(**figure) for figure in _core.figures(str(self.path))}

    @property
    def network(self) -> Network:
        """The float network that the stages started from."""
        return self.design().network

    def design(self, stage: str = "") -> Design:
        """The design that a stage left: dse, quantize, prune or faults; without one, of them all.

        Reads the data set of the run, which its network must fit.
        """
        return Design._of(self._open().design(stage))

    @property
    def data(self) -> Dataset:
        """The data set of the run, as its config names it."""
        return self._open().data()

    @property
    def technology(self) -> Technology:
        """The technology of the run, with the values of rows that its config sets."""
        return self._open().technology()

    def __repr__(self) -> str:
        return f"<minerva.Run {self.path}>"
