"""minerva: the co-design flow for neural-network accelerators, on NumPy arrays.

    import minerva

    design = minerva.Design(minerva.load_network("my.onnx"), formats="Q2.6", point={"lanes": 8})
    result = minerva.evaluate(design, inputs, labels)
    costs = minerva.estimate(design, minerva.load_technology(), result)

The functions give the numbers of the command line to the last bit. A mistake of the user raises
UserError with the words of the program's line. Long calls release the lock of the interpreter and
end on Ctrl-C.
"""

import pathlib as _pathlib

from . import _core
from ._core import Activity, Dataset, Network, ProgramFailure, Samples, Technology, UserError
from ._core import __version__
from ._data import load_data, samples
from ._design import Design, load_design
from ._evaluation import (Estimate, Evaluation, Prediction, estimate, evaluate, faulty_activity,
                          predict)
from ._exploration import DesignSpace, explore
from ._network import load_network, load_technology, network_of_arrays
from ._program import command, program_path, run
from ._runs import Run, RunFigure

# An installed package lies at PREFIX/lib/python3/dist-packages/minerva.
_parents = _pathlib.Path(__file__).resolve().parents
if len(_parents) > 4:
    _core.seek_shipped_files_in(str(_parents[4] / "share" / "minerva"))

__all__ = [
    "Activity", "Dataset", "Design", "DesignSpace", "Estimate", "Evaluation", "Network",
    "Prediction", "ProgramFailure", "Run", "RunFigure", "Samples", "Technology", "UserError",
    "__version__", "command", "estimate", "evaluate", "explore", "faulty_activity", "load_data",
    "load_design", "load_network", "load_technology", "network_of_arrays", "predict",
    "program_path", "run", "samples",
]
