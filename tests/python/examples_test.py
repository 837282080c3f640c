"""The examples are run as a user runs them, and the Dockerfile has the commands of the README."""

import importlib.util
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

import minerva
from small_run import SOURCE, folder, program, run

EXAMPLES = SOURCE / "examples"


def python(*words, code=0):
    ended = subprocess.run([sys.executable, *map(str, words)], capture_output=True, text=True,
                           check=False, cwd=folder(), stdin=subprocess.DEVNULL)
    assert ended.returncode == code, f"{words}: {ended.returncode}: {ended.stderr}"
    return ended


class Scripts(unittest.TestCase):
    def test_explore(self):
        printed = python(EXAMPLES / "explore.py", "60-40-10", 20).stdout.splitlines()
        machines = [line.split() for line in printed[2:]]
        self.assertGreater(len(machines), 1)
        for machine in machines:
            self.assertLessEqual(float(machine[5]), 20)
        energies = [float(machine[4]) for machine in machines]
        self.assertEqual(sorted(energies), energies)
        refused = python(EXAMPLES / "explore.py", "60-", code=1)
        self.assertRegex(refused.stderr, r"^explore.py: dse.topology = .60-.: needs")

    @unittest.skipIf(None in map(importlib.util.find_spec, ("matplotlib", "pandas")),
                     "Matplotlib or pandas is not installed")
    def test_plots(self):
        python(EXAMPLES / "plots.py", run(), "--to", folder() / "plots", "--format", "svg")
        words = {"power-by-stage": "power, mW", "energy-by-layer": "layer 3",
                 "design-space": "time of a prediction, us", "faults": "faulty share of the bits"}
        for name, label in words.items():
            text = (folder() / "plots" / f"{name}.svg").read_text()
            self.assertIn(f"<!-- {label} -->", text, name)  # how Matplotlib notes what glyphs say
            self.assertGreater(len(re.findall("<use ", text)), 20, name)
        refused = python(EXAMPLES / "plots.py", folder() / "none", code=1)
        self.assertRegex(refused.stderr, "^plots.py: .*needs the directory of a run")

    def test_custom_technology(self):
        away = folder() / "away"
        shutil.copytree(EXAMPLES / "custom_technology", away)
        printed = program("tech", "mine.cfg", cwd=away)
        self.assertIn("all accepted", printed)
        self.assertIn("sram_leakage", printed)
        mine = minerva.load_technology(away / "mine.cfg")
        public = minerva.load_technology("configs/tech/public40.cfg")
        values = {row["figure"]: row["value"] for row in mine.row_list}
        before = {row["figure"]: row["value"] for row in public.row_list}
        self.assertEqual(values["sram_leakage"], 0.6 * before["sram_leakage"])
        self.assertEqual(values["sram_write_to_read"], 1.1)
        changed = {name for name in before if values.get(name) != before[name]}
        self.assertEqual(changed, {"sram_leakage", "sram_write_to_read"})

    def test_dockerfile_has_the_commands_of_the_readme(self):
        readme = (SOURCE / "README.md").read_text(encoding="utf-8")
        commands = {line.split("  #")[0].strip()
                    for block in re.findall(r"```\n(.*?)```", readme, re.S)
                    for line in block.splitlines()}
        instructions = [line.split(maxsplit=1) for line in
                        (EXAMPLES / "Dockerfile").read_text(encoding="utf-8").splitlines()
                        if line and not line.startswith("#")]
        self.assertEqual(instructions[0], ["FROM", "debian:12"])
        run_lines = [words for name, words in instructions if name == "RUN"]
        self.assertEqual(run_lines[0], "apt-get update")  # a bare Debian knows no packages
        self.assertEqual(len(run_lines), 6)
        for words in run_lines[1:]:
            self.assertIn(words, commands)
        self.assertLessEqual({name for name, _ in instructions},
                             {"FROM", "COPY", "WORKDIR", "RUN", "CMD"})
        version = re.search(r"project\(minerva VERSION (\S+)",
                            (SOURCE / "CMakeLists.txt").read_text())[1]
        self.assertIn(f"minerva_{version}_amd64.deb", run_lines[-1])
        scripts = [words.split()[0] for words in run_lines if words.startswith("scripts/")]
        for script in scripts:
            self.assertTrue((SOURCE / script).stat().st_mode & 0o111, script)


if __name__ == "__main__":
    unittest.main()
