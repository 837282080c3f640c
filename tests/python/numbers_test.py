"""The package gives the numbers of the command line, to the last bit."""

import importlib.util
import json
import math
import unittest

import minerva
import numpy
from small_run import QUICK, document, folder, program, rows, run


def cell(value):
    """A number as the program's CSV files have it reads back to itself."""
    return float(value) if value != "" else math.nan


class OfARun(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ran = minerva.Run(run())
        cls.data = cls.ran.data
        cls.technology = cls.ran.technology
        cls.stage_rows = {row["stage"]: row for row in rows(run() / "stages.csv")}
        cls.power_rows = rows(run() / "power.csv")

    def compare_evaluation(self, design, words, **fault):
        expected = document("eval", run(), *words)
        found = minerva.evaluate(design, self.data.test, **fault)
        self.assertEqual(found.samples, expected["samples"])
        self.assertEqual(found.wrong, expected["wrong"])
        self.assertEqual(found.wrong_float, expected["wrong_float"])
        self.assertEqual(found.error_percent, expected["error_percent"])
        self.assertEqual(found.error_float_percent, expected["error_float_percent"])
        self.assertEqual(found.divergence_nats, expected["divergence_nats"])
        self.assertEqual(found.macs_skipped_percent, expected["macs_skipped_percent"])
        return found

    def test_evaluation_of_the_finished_design(self):
        found = self.compare_evaluation(self.ran.design(), [])
        self.assertLess(0, found.wrong)
        labels = self.data.test.labels
        self.assertEqual(int((found.classes != labels).sum()), found.wrong)
        self.assertEqual(int((found.classes_float != labels).sum()), found.wrong_float)

    def test_evaluation_under_a_fault_map(self):
        faults = {name: self.ran.config[f"faults.{name}"]
                  for name in ("masking", "sign", "detector")}
        self.assertEqual(faults["masking"], "bit")
        design = self.ran.design().changed(faults={**faults, "rate": 0.01})
        found = self.compare_evaluation(design, ["--faults.rate=0.01", "--faults.map=7"],
                                        fault_map=7, technology=self.technology)
        other = minerva.evaluate(design, self.data.test, fault_map=8, technology=self.technology)
        self.assertNotEqual(found.divergence_nats, other.divergence_nats)

    def test_every_sum_and_class(self):
        dump = folder() / "dump"
        document("eval", run(), "--dump", dump)
        design = self.ran.design("prune")
        found = minerva.predict(design, self.data.test)
        last = len(design.plan["layers"]) - 1
        numpy.testing.assert_array_equal(found.outputs, numpy.load(dump / f"acc{last}.npy"))
        numpy.testing.assert_array_equal(found.classes, numpy.load(dump / "class.npy"))
        self.assertEqual(found.fraction_bits, design.plan["layers"][last]["P"][1])
        for k, layer in enumerate(design.network.layers):
            numpy.testing.assert_array_equal(layer["weights"].T, numpy.load(dump / f"float_w{k}.npy"))
            numpy.testing.assert_array_equal(layer["biases"], numpy.load(dump / f"float_b{k}.npy"))

    def test_arrays_give_what_samples_give(self):
        design = self.ran.design("quantize")
        samples = self.data.test
        of_samples = minerva.evaluate(design, samples)
        of_arrays = minerva.evaluate(design, numpy.array(samples.inputs).reshape(-1, 28, 28),
                                     samples.labels.tolist(), threads=1)
        self.assertEqual(of_arrays.wrong, of_samples.wrong)
        self.assertEqual(of_arrays.divergence_nats, of_samples.divergence_nats)
        self.assertEqual(of_arrays.counts, of_samples.counts)
        numpy.testing.assert_array_equal(of_arrays.classes, of_samples.classes)

    def compare_estimate(self, stage, design, activity):
        found = minerva.estimate(design, self.technology, activity)
        row = self.stage_rows[stage]
        self.assertEqual(found.power_mw, cell(row["power_mw"]))
        self.assertEqual(found.energy_nj, cell(row["energy_per_prediction_nj"]))
        self.assertEqual(found.predictions_per_s, cell(row["predictions_per_s"]))
        self.assertEqual(found.area_mm2, cell(row["area_mm2"]))
        parts = [(part["part"], cell(part["dynamic_mw"]), cell(part["leakage_mw"]))
                 for part in self.power_rows if part["stage"] == stage]
        self.assertEqual([tuple(part.values()) for part in found.power.to_dict("records")], parts)
        layers = [row for row in rows(run() / "layers.csv") if row["stage"] == stage]
        estimated = found.layers.to_dict("records")
        self.assertEqual(len(layers), len(estimated))
        compared = 0
        for expected, layer in zip(layers, estimated):
            for name in set(expected) & set(layer) - {"text"}:
                self.assertEqual(layer[name], cell(expected[name]), f"{stage}, {name}")
                compared += 1
        self.assertGreater(compared, 20)
        return found

    def test_costs_of_every_stage(self):
        names = {"dse": "2 baseline", "quantize": "3 quantization", "prune": "4 pruning"}
        for stage, row in names.items():
            design = self.ran.design(stage)
            found = self.compare_estimate(row, design, minerva.evaluate(design, self.data.test))
            self.assertEqual(found.cycles, int(found.layers["cycles"].sum()))
        design = self.ran.design("faults")
        self.assertLess(0, design.faults["rate"])
        activity = minerva.faulty_activity(design, self.data.test, technology=self.technology,
                                           maps=int(self.ran.config["faults.maps"]))
        self.compare_estimate("5 fault mitigation", design, activity)

    def test_components_add_up_to_the_power(self):
        design = self.ran.design("prune")
        found = minerva.estimate(design, self.technology, minerva.evaluate(design, self.data.test))
        table = found.components
        power = table["dynamic_pj"].sum() / (found.time_us * 1000) + table["leakage_uw"].sum() / 1000
        self.assertAlmostEqual(power, found.power_mw, delta=1e-12 * found.power_mw)
        nothing = minerva.estimate(design, self.technology)
        self.assertGreater(nothing.energy_nj, found.energy_nj)

    def test_counts_are_those_that_are_paid(self):
        design = self.ran.design("prune")
        result = minerva.evaluate(design, self.data.test)
        paid = minerva.estimate(design, self.technology, result).layers.to_dict("records")
        for counted, layer in zip(result.counts, paid):
            for name in ("macs_done", "macs_skipped", "weight_reads_done", "comparisons"):
                self.assertEqual(counted[name] / result.samples, layer[name], name)

    def test_tables_of_the_run(self):
        self.assertEqual(self.ran.stages["power_mw"].dropna().tolist(),
                         [cell(row["power_mw"]) for row in self.stage_rows.values()
                          if row["power_mw"]])
        for name in self.ran.tables:
            self.assertEqual(len(self.ran.table(name)), len(rows(run() / f"{name}.csv")), name)
        for table in (self.ran.power, self.ran.layers, self.ran.design_space, self.ran.faults):
            self.assertLess(0, len(table))
        self.assertEqual(self.ran.config["dse.lanes"], "1,4")
        self.assertEqual(self.ran.summary["network"]["test_wrong"],
                         minerva.evaluate(self.ran.design(), self.data.test).wrong_float)

    def test_data_of_figures(self):
        figures = self.ran.figures
        self.assertIn("design-space", figures)
        for figure in figures.values():
            self.assertLess(0, len(figure.data), figure.id)
            self.assertTrue(figure.title)


class OfDesignSpaces(unittest.TestCase):
    def test_every_machine_and_figure(self):
        knobs = {"lanes": [1, 2, 4, 16], "macs_per_lane": [1, 4], "clock_period_ns": [3, 4]}
        out = folder() / "space"
        keys = [f"--dse.{key}={','.join(map(str, values))}" for key, values in knobs.items()]
        program("dse", "--dse.topology=60-40-10", *keys, "--quantize.start=Q3.9",
                "--tech.sram_leakage=x0.5", "--dse.constraints=area_mm2 <= 1", "--out", out,
                "--quiet", "--dse.verify_samples=0")
        technology = minerva.load_technology("configs/tech/public40.cfg", {"sram_leakage": "x0.5"})
        space = minerva.explore("60-40-10", technology, formats="Q3.9",
                                constraints="area_mm2 <= 1", **knobs)
        expected = rows(out / "design_space.csv")
        self.assertEqual(len(space.points), len(expected))
        self.assertGreater(len(expected), 30)
        for name in expected[0]:
            column = next(name_of for name_of in space.columns if name_of == name)
            self.assertEqual(space.points[column].astype(float).tolist(),
                             [cell(row[name]) for row in expected], name)
        frontier = [int(row["combination"]) for row in rows(out / "frontier.csv")
                    if row["on_frontier"] == "1"]
        self.assertEqual(space.frontier["combination"].tolist(), frontier)
        self.assertEqual(int(space.points["on_frontier"].sum()), len(frontier))
        self.assertEqual(space.combinations, space.looked_at)
        self.assertEqual(space.combinations, len(space.points) + sum(space.skipped.values()))
        self.assertEqual(space.to_frame()["power_mw"].tolist(), space.points["power_mw"].tolist())

    def test_search(self):
        options = {"search": "nsga2", "evaluations": 60, "population": 8, "seed": 3}
        space = minerva.explore("60-40-10", **options)
        self.assertEqual(len(space.points), 60)
        again = minerva.explore("60-40-10", threads=1, **options)
        self.assertEqual(space.points.tobytes(), again.points.tobytes())


class OfFiles(unittest.TestCase):
    def test_data_of_a_config(self):
        data = minerva.load_data(QUICK, {"data.digits_seed": 4})
        expected = document("data", QUICK, "--data.digits_seed=4")
        self.assertEqual(data.checksum, expected["checksum"])
        self.assertEqual(data.input_shape, (28, 28, 1))
        self.assertEqual([len(part) for part in (data.train, data.validation, data.test)],
                         [400, 100, 100])

    def test_networks_and_designs(self):
        network = minerva.load_network(run() / "network.safetensors")
        self.assertEqual(network.sha256, document("import", run() / "network.safetensors")
                         ["numbers_sha256"])
        self.assertEqual(minerva.load_network(run()).sha256, network.sha256)
        for name in ("n.safetensors", "n.npz", "n.onnx"):
            network.save(str(folder() / name))
            self.assertEqual(minerva.load_network(folder() / name).sha256, network.sha256)
        arrays = {}
        for k, layer in enumerate(network.layers):
            arrays[f"w{k}"], arrays[f"b{k}"] = layer["weights"].T, layer["biases"]
        self.assertEqual(minerva.network_of_arrays(arrays).sha256, network.sha256)
        design = minerva.Design(network, formats="Q2.6", thresholds=[0, 0.25, 0.5],
                                point={"lanes": 4, "clock_mhz": 250},
                                faults={"voltage_v": 0.8, "rate": 1e-4, "masking": "bit",
                                        "detector": "razor"})
        self.assertEqual(design.point["clock_period_ns"], 4)
        whole = design.completed(minerva.load_technology())
        self.assertLess(0, whole.point["multiplier_stages"])
        whole.save(folder() / "design")
        self.assertEqual(minerva.load_design(folder() / "design"), whole)
        self.assertNotEqual(whole, whole.changed(point={"lanes": 8}))
        self.assertEqual(json.loads(whole.to_json())["schema"], "minerva-design-1")

    def test_a_network_of_maps(self):
        """Convolutions, whose weights serve several positions on some machines."""
        draw = numpy.random.default_rng(5)
        arrays = {"w0": draw.normal(0, 0.2, (4, 1, 5, 5)), "b0": draw.normal(0, 0.1, 4),
                  "w2": draw.normal(0, 0.05, (576, 10)), "b2": numpy.zeros(10)}
        network = minerva.network_of_arrays(arrays, topology="28x28x1 c4k5 m2 10")
        network.save(str(folder() / "maps.safetensors"))
        keys = {"data.test_samples": 60, "quantize.start": "Q3.5", "design.lanes": 2,
                "design.positions_per_weight": 4, "network.file": folder() / "maps.safetensors"}
        expected = document("eval", *(f"--{key}={value}" for key, value in keys.items()))
        data = minerva.load_data(overrides={"data.test_samples": 60})
        design = minerva.Design(network, formats="Q3.5",
                                point={"lanes": 2, "positions_per_weight": 4})
        found = minerva.evaluate(design, data.test)
        for name in ("wrong", "wrong_float", "divergence_nats", "macs_skipped_percent"):
            self.assertEqual(getattr(found, name), expected[name], name)
        self.assertEqual(int((found.classes != data.test.labels).sum()), found.wrong)
        technology = minerva.load_technology()
        pruned = design.changed(thresholds=[0.1, 0, 0.1])
        costs = minerva.estimate(pruned, technology, minerva.evaluate(pruned, data.test))
        self.assertLess(costs.energy_nj, minerva.estimate(pruned, technology).energy_nj)
        reads = {positions: minerva.estimate(design.changed(point={"positions_per_weight": positions}),
                                             technology).layers["weight_reads_done"].iloc[0]
                 for positions in (1, 4)}
        self.assertEqual(reads[1], 4 * reads[4])

    def test_a_run_from_python(self):
        lines = []
        with self.assertLogs("minerva", "INFO") as logged:
            by_python = minerva.run(QUICK, out=folder() / "by_python", progress=lines.append,
                                    overrides={"training.hidden": [6, 5], "faults.maps": 2})
        self.assertEqual([record.getMessage() for record in logged.records], lines)
        program("run", QUICK, "--training.hidden=6,5", "--faults.maps=2", "--quiet", "--out",
                folder() / "by_program")
        self.assertTrue(any("stage" in line for line in lines), lines)
        compared = 0
        for file in sorted((folder() / "by_program").glob("*")):
            if file.suffix not in (".csv", ".safetensors", ".html") and file.name != "plan.json":
                continue
            self.assertEqual((by_python.path / file.name).read_bytes(), file.read_bytes(), file.name)
            compared += 1
        self.assertGreater(compared, 12)
        evaluation = minerva.command("eval", by_python.path)
        self.assertEqual(evaluation["schema"], "minerva-evaluation-1")


if __name__ == "__main__":
    if importlib.util.find_spec("pandas") is None:
        print("skipped: Python has no module pandas")
        raise SystemExit(77)
    unittest.main()
