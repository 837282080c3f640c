"""Mistakes have the words of the command line, and Ctrl-C ends long calls."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import textwrap
import time
import unittest

import minerva
import numpy
from small_run import PROGRAM, QUICK, SOURCE, folder, run

#: A call of the package, the words of the command line that make the same mistake, in this folder.
SAME_MISTAKES = [
    (lambda: minerva.load_network("none.npz"), "import none.npz"),
    (lambda: minerva.load_network("words.txt"), "import words.txt"),
    (lambda: minerva.load_network("words.txt", topology="28x28x1 c"),
     "import words.txt --topology '28x28x1 c'"),
    (lambda: minerva.load_technology("none.cfg"), "tech none.cfg"),
    (lambda: minerva.load_technology("words.txt"), "tech words.txt"),
    (lambda: minerva.load_technology(overrides={"sram_leekage": "x2"}),
     "tech configs/tech/public40.cfg --tech.sram_leekage=x2"),
    (lambda: minerva.load_technology(overrides={"sram_leakage": "50%"}),
     "tech configs/tech/public40.cfg --tech.sram_leakage=50%"),
    (lambda: minerva.load_technology(overrides={"rom_read": "x100"}),
     "tech configs/tech/public40.cfg --tech.rom_read=x100"),
    (lambda: minerva.load_data("none.cfg"), "eval none.cfg"),
    (lambda: minerva.load_data(overrides={"data.set": "csv", "data.train_file": "none.csv",
                                          "data.test_samples": 3}),
     "data csv --data.train_file=none.csv --data.test_samples=3"),
    (lambda: minerva.load_data(overrides={"data.sett": "csv"}), "data --data.sett=csv"),
    (lambda: minerva.explore("20-10", lanes=0),
     "dse --dse.topology=20-10 --dse.lanes=0 --out space1"),
    (lambda: minerva.explore("20-", lanes=1), "dse --dse.topology=20- --dse.lanes=1 --out space2"),
    (lambda: minerva.explore("20-10", lane=1),
     "dse --dse.topology=20-10 --dse.lane=1 --out space3"),
    (lambda: minerva.explore("20-10", clock_period_ns=4.5),
     "dse --dse.topology=20-10 --dse.clock_period_ns=4.5 --out space4"),
    (lambda: minerva.explore("20-10", constraints="area_mm2 <= 1e-9"),
     "dse --dse.topology=20-10 --dse.constraints='area_mm2 <= 1e-9' --out space5"),
    (lambda: minerva.explore("20-10", formats="Q1.0"),
     "dse --dse.topology=20-10 --quantize.start=Q1.0 --out space6"),
    (lambda: minerva.Run("nothing"), "report nothing"),
    (lambda: minerva.Run("damaged"), "report damaged"),
    (lambda: minerva.Run("begun"), "report begun"),
    (lambda: minerva.run(QUICK, out="made", overrides={"nose.seeds": 3}),
     f"run {QUICK} --nose.seeds=3 --out made"),
    (lambda: minerva.run("none.cfg", out="made"), "run none.cfg --out made"),
    (lambda: minerva.run(QUICK, out="made", overrides={"training.epochs": 0}),
     f"run {QUICK} --training.epochs=0 --out made"),
    (lambda: minerva.Design(minerva.load_network(run()), point={"lanes": 0}),
     f"eval {run()} --design.lanes=0"),
    (lambda: minerva.Design(minerva.load_network(run()), point={"lane": 1}),
     f"eval {run()} --design.lane=1"),
]


class Mistakes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = folder() / "mistakes"
        cls.place.mkdir()
        (cls.place / "words.txt").write_text("no network\n")
        (cls.place / "nothing").mkdir()
        (cls.place / "damaged").mkdir()
        shutil.copy(run() / "config.resolved.cfg", cls.place / "damaged")
        shutil.copytree(cls.place / "damaged", cls.place / "begun")
        summary = (run() / "summary.json").read_text()
        (cls.place / "damaged" / "summary.json").write_text(summary.replace("power", "tower", 1))
        cls.before = os.getcwd()
        os.chdir(cls.place)

    @classmethod
    def tearDownClass(cls):
        os.chdir(cls.before)

    def test_the_words_of_the_command_line(self):
        for call, words in SAME_MISTAKES:
            with self.subTest(words):
                ended = subprocess.run(f"{PROGRAM} {words} --quiet", shell=True, text=True,
                                       capture_output=True, check=False)
                self.assertEqual(ended.returncode, 2, ended.stderr)
                with self.assertRaises(minerva.UserError) as raised:
                    call()
                self.assertEqual(f"minerva: {raised.exception}\n", ended.stderr)
                self.assertIsInstance(raised.exception, ValueError)

    def says(self, words, call):
        with self.assertRaises(minerva.UserError) as raised:
            call()
        self.assertEqual(str(raised.exception), words)

    def test_arrays_of_other_shapes_and_numbers(self):
        network = minerva.load_network(run())
        design = minerva.Design(network)
        good = numpy.zeros((4, 784))
        self.says("inputs = '20 inputs a sample': the network 784-8-8-10 needs 784",
                  lambda: minerva.evaluate(design, good[:, :20], [0] * 4))
        self.says("labels = '3 labels': needs 4, one a sample",
                  lambda: minerva.evaluate(design, good, [0] * 3))
        self.says("labels = '10': the network 784-8-8-10 needs classes 0 to 9",
                  lambda: minerva.evaluate(design, good, [0, 1, 2, 10]))
        self.says("labels = '-1': needs classes from 0 on",
                  lambda: minerva.evaluate(design, good, [0, 1, 2, -1]))
        self.says("labels: needs one a sample", lambda: minerva.evaluate(design, good))
        self.says("inputs = '(784,)': needs (samples, inputs), 1 or more of each",
                  lambda: minerva.samples(good[0]))
        self.says("inputs: needs finite numbers",
                  lambda: minerva.samples(numpy.full((2, 2), numpy.nan)))
        self.says("inputs: needs finite numbers", lambda: minerva.samples(numpy.full((2, 2), 1e60)))
        self.says("inputs = '<U1': needs an array of numbers", lambda: minerva.samples([["a"]]))
        self.says("technology = 'None': needs one, which says what a fault is",
                  lambda: minerva.predict(design, good, fault_map=1))
        self.says("threads = '-1': needs 0 or more",
                  lambda: minerva.predict(design, good, threads=-1))
        self.says("arithmetic = 'exact': needs one of fixed, float",
                  lambda: minerva.predict(design, good, arithmetic="exact"))
        self.says("path = 'n.h5': needs a name that ends in .safetensors, .npz or .onnx",
                  lambda: network.save("n.h5"))

    def test_parts_of_designs(self):
        network = minerva.load_network(run())
        design = minerva.Design(network)
        technology = minerva.load_technology()
        with self.assertRaisesRegex(minerva.UserError, r"formats.W = 'Q2': "):
            design.changed(formats={"W": "Q2", "X": "Q2.6", "P": "Q2.6"})
        with self.assertRaisesRegex(minerva.UserError, r"^thresholds: .*theta"):
            design.changed(thresholds=[-1, 0, 0])
        with self.assertRaisesRegex(minerva.UserError, "parity"):
            design.changed(faults={"masking": "bit", "detector": "parity"})
        with self.assertRaisesRegex(minerva.UserError, "weight_storage = 'flash'"):
            design.changed(weight_storage="flash")
        with self.assertRaisesRegex(minerva.UserError, "design.write_ports"):
            design.to_json()
        wide = design.changed(point={"macs_per_lane": 4, "activation_bandwidth": 4,
                                     "weight_bandwidth": 4})
        narrow = minerva.evaluate(design, numpy.zeros((2, 784)), [0, 0])
        with self.assertRaisesRegex(minerva.UserError, "activity = '1 inputs per cycle'"):
            minerva.estimate(wide, technology, narrow)
        with self.assertRaisesRegex(minerva.UserError, "needs one of train"):
            minerva.Run(run()).design("polish")
        with self.assertRaisesRegex(minerva.UserError, "table = 'nothing': needs one of"):
            minerva.Run(run()).table("nothing")

    def test_another_program(self):
        script = "import minerva; minerva.command('config')"
        for program, says in ((SOURCE / "none", "cannot be started"), ("/bin/true", "says 'true")):
            environment = dict(os.environ, MINERVA_PROGRAM=str(program))
            ended = subprocess.run([sys.executable, "-c", script], env=environment, text=True,
                                   capture_output=True, check=False)
            self.assertIn("minerva.UserError: MINERVA_PROGRAM = ", ended.stderr)
            self.assertIn(says, ended.stderr)


class Interruption(unittest.TestCase):
    def interrupted(self, script, wait_for="begun"):
        """Ctrl-C to a script after it said `wait_for`; its output, and how long it took to end."""
        child = subprocess.Popen([sys.executable, "-u", "-c", textwrap.dedent(script)], text=True,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        said = ""
        while wait_for not in said:
            line = child.stdout.readline()
            self.assertNotEqual(line, "", said)
            said += line
        time.sleep(0.3)
        begin = time.monotonic()
        child.send_signal(signal.SIGINT)
        rest, _ = child.communicate(timeout=60)
        return said + rest, time.monotonic() - begin

    def test_of_a_call_of_the_libraries(self):
        script = """
            import minerva
            print("begun")
            try:
                minerva.explore("784-256-256-256-10", lanes=list(range(1, 1025)),
                                macs_per_lane=list(range(1, 17)),
                                activation_bandwidth=list(range(1, 17)),
                                weight_bandwidth=list(range(1, 17)))
                print("whole")
            except KeyboardInterrupt:
                print("interrupted")
            print(len(minerva.explore("20-10", lanes=[1, 2], clock_period_ns=4).points) > 0)
        """
        said, seconds = self.interrupted(script)
        self.assertEqual(said.split(), ["begun", "interrupted", "True"])
        self.assertLess(seconds, 20)

    def test_of_a_run_which_goes_on(self):
        out = folder() / "stopped"
        script = f"""
            import minerva
            keys = {{"training.epochs": 400, "noise.seeds": 8}}
            try:
                minerva.run({str(QUICK)!r}, out={str(out)!r}, overrides=keys,
                            progress=lambda line: print(line))
                print("whole")
            except KeyboardInterrupt:
                print("interrupted")
        """
        said, seconds = self.interrupted(script, wait_for="starting")
        self.assertEqual(said.split()[-1], "interrupted", said)
        self.assertLess(seconds, 30)
        self.assertTrue((out / "config.resolved.cfg").is_file())
        self.assertFalse(list(pathlib.Path(out).glob("*.tmp*")))


if __name__ == "__main__":
    unittest.main()
