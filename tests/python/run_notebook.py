"""Executes a notebook's cells in their order and compares what they show with what is stored.

    run_notebook.py NOTEBOOK [--write]

A small stand-in for Jupyter, whose packages are many: cells share one namespace, the value of a last
expression is shown, standard output is a stream. Of texts, all but numbers must be as they are stored: a
network that PyTorch trains differs from CPU to CPU, and the cells themselves assert what must hold. Of
figures, one must be drawn where one is stored. --write stores what was shown.
"""

import ast
import base64
import contextlib
import importlib.util
import io
import json
import os
import re
import sys
import tempfile


def execute(source, namespace):
    """Standard output of a cell, and the value of its last expression."""
    tree = ast.parse(source)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        last = ast.Expression(tree.body.pop().value)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, "cell", "exec"), namespace)
        value = eval(compile(last, "cell", "eval"), namespace) if last is not None else None
    return printed.getvalue(), value


def lines(text):
    return text.splitlines(keepends=True)


def outputs_of(printed, value, count):
    """The outputs of a cell as a notebook stores them."""
    outputs = []
    if printed:
        outputs.append({"name": "stdout", "output_type": "stream", "text": lines(printed)})
    if type(value).__name__ == "Figure":
        import matplotlib.pyplot

        image = io.BytesIO()
        value.savefig(image, format="png", dpi=100)
        matplotlib.pyplot.close(value)
        shown = {"image/png": base64.b64encode(image.getvalue()).decode() + "\n",
                 "text/plain": ["<Figure>"]}
    elif value is not None:
        shown = {"text/plain": lines(repr(value))}
        if hasattr(value, "to_html"):
            shown["text/html"] = lines(value.to_html())
    else:
        return outputs
    return outputs + [{"data": shown, "execution_count": count, "metadata": {},
                       "output_type": "execute_result"}]


def without_numbers(texts):
    """Words and lines, with every number and the blanks around it as one mark."""
    text = re.sub(r"\s*[-+]?\d[\d.,]*(e[-+]?\d+)?\s*", " # ", "".join(texts))
    return re.sub(r"[ ]+", " ", text).strip()


def difference(stored, shown):
    """What differs between two lists of outputs, or nothing."""
    if len(stored) != len(shown):
        return f"{len(stored)} outputs are stored, {len(shown)} were shown"
    for one, other in zip(stored, shown):
        if one["output_type"] != other["output_type"]:
            return f"{one['output_type']} is stored, {other['output_type']} was shown"
        if one["output_type"] == "stream":
            before, now = without_numbers(one["text"]), without_numbers(other["text"])
        elif set(one["data"]) != set(other["data"]):
            return f"{sorted(one['data'])} is stored, {sorted(other['data'])} was shown"
        else:
            before = without_numbers(one["data"]["text/plain"])
            now = without_numbers(other["data"]["text/plain"])
        if before != now:
            return f"stored: {before}\nshown: {now}"
    return None


def check_the_comparison():
    """The rules above on outputs whose verdict is known."""
    stream = [{"output_type": "stream", "text": ["3 of 10 are wrong\n"]}]
    other = [{"output_type": "stream", "text": ["41 of 1,000 are wrong\n"]}]
    assert difference(stream, other) is None
    other[0]["text"] = ["3 of 10 are right\n"]
    assert difference(stream, other)
    assert difference(stream, [])
    assert difference(stream, stream + stream)


def run_cells(path, notebook, write):
    """Runs every cell of code; compares what it shows with what is stored, or stores it."""
    namespace = {"__name__": "__main__"}
    count = 0
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        count += 1
        source = "".join(cell["source"])
        shown = outputs_of(*execute(source, namespace), count)
        if write:
            cell["outputs"], cell["execution_count"] = shown, count
            continue
        wrong = difference(cell["outputs"], shown)
        if wrong:
            raise SystemExit(f"{path}, cell {count}:\n{source}\n{wrong}")
    return count


def main():
    check_the_comparison()
    path, write = sys.argv[1], sys.argv[2:] == ["--write"]
    for module in ("torch", "onnx", "pandas", "matplotlib"):
        if importlib.util.find_spec(module) is None:
            print(f"skipped: Python has no module {module}")
            raise SystemExit(77)
    os.environ["MPLBACKEND"] = "Agg"  # figures are files: no display is needed
    with open(path, encoding="utf-8") as file:
        notebook = json.load(file)
    with tempfile.TemporaryDirectory(prefix="minerva-notebook-") as folder:
        tempfile.tempdir = folder  # where the cells make their own
        count = run_cells(path, notebook, write)
    if count < 5:
        raise SystemExit(f"{path}: only {count} cells were found")
    if write:
        with open(path, "w", encoding="utf-8") as file:
            json.dump(notebook, file, indent=1, ensure_ascii=False)
            file.write("\n")
    print(f"{count} cells ran")


if __name__ == "__main__":
    main()
