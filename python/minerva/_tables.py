"""Tables: pandas frames where pandas is installed, and lists of dicts where it is not."""

from __future__ import annotations

import csv
import importlib.util
import io
from typing import TYPE_CHECKING, Any, Union

if TYPE_CHECKING:
    import pandas

#: A pandas.DataFrame, or a list with a dict a row.
Table = Union["pandas.DataFrame", "list[dict[str, Any]]"]


def has_pandas() -> bool:
    """Whether tables are pandas frames."""
    return importlib.util.find_spec("pandas") is not None


def table_of_rows(rows: list[dict[str, Any]]) -> Table:
    """A table of dicts, which have the same keys."""
    if not has_pandas():
        return rows
    import pandas

    return pandas.DataFrame(rows)


def _cell(text: str) -> Any:
    if text == "":
        return None
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text


def table_of_csv(text: str) -> Table:
    """The table of a CSV file of the program; its numbers are read to the last bit."""
    if not has_pandas():
        return [{name: _cell(cell) for name, cell in row.items()}
                for row in csv.DictReader(io.StringIO(text))]
    import pandas

    return pandas.read_csv(io.StringIO(text), float_precision="round_trip")
