"""Arrays over the memory of the libraries: what is copied, what is not, and who keeps it alive."""

import gc
import importlib
import inspect
import ast
import pathlib
import subprocess
import sys
import textwrap
import threading
import unittest

import minerva
import numpy
from small_run import folder, run


def place(array):
    return array.__array_interface__["data"][0]


class Views(unittest.TestCase):
    def test_samples_are_views(self):
        data = minerva.load_data(overrides={"data.test_samples": 50, "data.train_samples": 100,
                                            "data.validation_samples": 20})
        samples = data.test
        for name in ("inputs", "labels"):
            one, other = getattr(samples, name), getattr(data.test, name)
            self.assertEqual(place(one), place(other), name)
            self.assertFalse(one.flags.writeable)
        self.assertEqual(samples.inputs.shape, (50, 784))
        self.assertTrue(samples.inputs.flags.c_contiguous)
        before = numpy.array(samples.inputs)
        kept = samples.inputs
        del data, samples
        gc.collect()
        numpy.testing.assert_array_equal(kept, before)  # the view keeps the data set alive

    def test_evaluation_of_samples_copies_nothing(self):
        inputs = numpy.random.default_rng(1).random((64, 784), dtype=numpy.float32)
        samples = minerva.samples(inputs, numpy.arange(64) % 10)
        self.assertNotEqual(place(inputs), place(samples.inputs))  # the one copy
        where = place(samples.inputs)
        numpy.testing.assert_array_equal(samples.inputs, inputs)
        design = minerva.Design(minerva.load_network(run()))
        minerva.evaluate(design, samples)
        self.assertIs(minerva.samples(samples), samples)
        self.assertEqual(where, place(samples.inputs))
        self.assertEqual(len(samples.head(10)), 10)

    def test_networks_are_views_shared_by_designs(self):
        network = minerva.load_network(run())
        design = minerva.Design(network, formats="Q3.5")
        for mine, shared in zip(network.layers, design.changed(rounding="truncate").network.layers):
            for name in ("weights", "biases"):
                self.assertEqual(place(mine[name]), place(shared[name]))
                self.assertFalse(mine[name].flags.writeable)
            self.assertTrue(mine["weights"].flags.f_contiguous)

    def test_results_are_views(self):
        design = minerva.Design(minerva.load_network(run()))
        found = minerva.predict(design, numpy.zeros((5, 784)))
        self.assertIsNotNone(found.outputs.base)
        self.assertEqual(found.outputs.dtype, numpy.int64)
        floats = minerva.predict(design, numpy.zeros((5, 784)), arithmetic="float")
        self.assertEqual(floats.outputs.dtype, numpy.float32)
        self.assertIsNotNone(floats.outputs.base)
        space = minerva.explore("20-10", lanes=[1, 2], clock_period_ns=4)
        for name, column in space.columns.items():
            self.assertEqual(place(column) - place(space.points),
                             space.points.dtype.fields[name][1], name)

    def test_sparse_inputs(self):
        (folder() / "documents.svm").write_text(
            "".join(f"{k % 3} {1 + k % 5}:0.5 {7 + k % 3}:2\n" for k in range(90)))
        data = minerva.load_data(overrides={
            "data.set": "libsvm", "data.train_file": folder() / "documents.svm",
            "data.test_samples": 9, "data.validation_samples": 9, "data.scaling": "none"})
        self.assertTrue(data.test.is_sparse)
        values, columns, starts = data.test.csr
        self.assertEqual(len(starts), len(data.test) + 1)
        self.assertEqual(starts[-1], len(values))
        self.assertEqual(len(columns), len(values))
        self.assertEqual(set(values.tolist()), {0.5, 2.0})
        with self.assertRaisesRegex(minerva.UserError, "csr"):
            data.test.inputs
        weights = numpy.ones((data.test.input_count, 3), dtype=numpy.float32)
        design = minerva.Design(minerva.network_of_arrays({"w0": weights, "b0": numpy.zeros(3)}))
        dense = numpy.zeros((len(data.test), data.test.input_count))
        for s in range(len(data.test)):
            dense[s, columns[starts[s]:starts[s + 1]]] = values[starts[s]:starts[s + 1]]
        for arithmetic in ("fixed", "float"):
            numpy.testing.assert_array_equal(
                minerva.predict(design, data.test, arithmetic=arithmetic).outputs,
                minerva.predict(design, dense, arithmetic=arithmetic).outputs)


class Surroundings(unittest.TestCase):
    def test_other_threads_go_on(self):
        ran = []
        stop = threading.Event()

        def count():
            while not stop.is_set():
                ran.append(None)
                stop.wait(0.001)

        counter = threading.Thread(target=count)
        counter.start()
        before = len(ran)
        minerva.explore("784-256-256-256-10", lanes=list(range(1, 257)),
                        macs_per_lane=list(range(1, 17)), threads=1)
        during = len(ran) - before
        stop.set()
        counter.join()
        self.assertGreater(during, 3)

    def test_tables_without_pandas(self):
        script = f"""
            import sys
            sys.modules["pandas"] = None
            import minerva
            run = minerva.Run({str(run())!r})
            stages = run.stages
            assert isinstance(stages, list) and stages[1]["stage"] == "2 baseline", stages
            assert isinstance(stages[1]["power_mw"], float) and stages[0]["factor_before"] is None
            assert isinstance(stages[1]["test_wrong"], int)
            space = minerva.explore("20-10", lanes=[1, 2], clock_period_ns=4)
            frame = space.to_frame()
            assert frame[0]["lanes"] == 1 and len(frame) == len(space.points)
        """
        subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=True)

    def test_beside_other_libraries(self):
        """PyTorch and ONNX have protobuf and OpenMP in the same process."""
        for module in ("onnx", "torch"):
            if importlib.util.find_spec(module) is None:
                continue
            for order in (f"{module}, minerva", f"minerva, {module}"):
                script = (f"import {order}; "
                          f"n = minerva.load_network({str(run())!r}); n.save({str(folder())!r} + "
                          f"'/beside.onnx'); print(minerva.load_network({str(folder())!r} + "
                          f"'/beside.onnx').sha256 == n.sha256)")
                ended = subprocess.run([sys.executable, "-c", script], capture_output=True,
                                       text=True, check=False)
                self.assertEqual((ended.returncode, ended.stdout), (0, "True\n"), ended.stderr)


class Types(unittest.TestCase):
    def test_the_stub_names_what_is_there(self):
        core = minerva._core
        stub = ast.parse((pathlib.Path(minerva.__file__).parent / "_core.pyi").read_text())
        named = {}
        for node in stub.body:
            if isinstance(node, ast.ClassDef):
                named[node.name] = {each.name for each in node.body
                                    if isinstance(each, ast.FunctionDef)}
            elif isinstance(node, ast.FunctionDef):
                named[node.name] = None
        there = {name for name in dir(core) if not name.startswith("__")}
        self.assertEqual(set(named), there)
        for name, members in named.items():
            if members is None or issubclass(getattr(core, name), Exception):
                continue
            own = {member for member in vars(getattr(core, name))
                   if not member.startswith("_") or member in ("__init__", "__len__")}
            self.assertEqual(members | {"__init__"}, own | {"__init__"}, name)

    def test_everything_is_described_and_typed(self):
        for name in minerva.__all__:
            each = getattr(minerva, name)
            if isinstance(each, str):
                continue
            self.assertTrue(each.__doc__, name)
            if inspect.isfunction(each):
                signature = inspect.signature(each)
                for parameter in signature.parameters.values():
                    self.assertIsNot(parameter.annotation, parameter.empty, f"{name}: {parameter}")
                self.assertIsNot(signature.return_annotation, signature.empty, name)
        self.assertTrue((pathlib.Path(minerva.__file__).parent / "py.typed").is_file())


if __name__ == "__main__":
    unittest.main()
