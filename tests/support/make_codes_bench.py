#!/usr/bin/env python3
"""Writes a Verilog bench that predicts from the memory files of `minerva export --format codes` and
prints the accumulators of the last layer and the class of each sample:

    make_codes_bench.py CODES DUMP SAMPLES FOLDER
    cd FOLDER && iverilog -g2005 -o bench bench.v && vvp -n bench | diff - expected.txt

The inputs are the first SAMPLES of a dump of `minerva eval --dump`, whose results are expected.txt.
Lanes and banks are those of the memories; time is not modelled. Needs NumPy alone."""
import json
import os
import sys

import numpy as np

codes, dump, samples, folder = os.path.abspath(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
with open(os.path.join(codes, "formats.json")) as file:
    formats = json.load(file)
layers = formats["layers"]
weights, biases = formats["memories"]["weights"], formats["memories"]["biases"]
lanes, banks = weights["lanes"], weights["weight_banks"]
widest = max(max(layer["inputs"], layer["neurons"]) for layer in layers)
x_bits = max(sum(layer["X"]) for layer in layers)
one = "(64'sd1 <<< (shift - 1))"
# What is added before the floor: half a step; for half_even, half a step less the last bit, unless the
# floor is odd; nothing.
added = {"half_up": one, "half_even": one + " - 64'sd1 + ((value >>> shift) & 64'sd1)",
         "truncate": "64'sd0"}[formats["rounding"]]

text = []
line = text.append
line(f"// Made of {os.path.basename(codes)}/formats.json; arithmetic as docs/arithmetic.md has it.")
line("`timescale 1ns / 1ns")
line("module bench;")
for lane in range(lanes):
    for bank in range(banks):
        line(f"  reg signed [{weights['word_bits'] - 1}:0] w_{lane}_{bank} [0:{weights['rows'] - 1}];")
    line(f"  reg signed [{biases['word_bits'] - 1}:0] b_{lane} [0:{biases['rows'] - 1}];")
line(f"  reg signed [{x_bits - 1}:0] samples [0:{samples * layers[0]['inputs'] - 1}];")
line(f"  reg signed [63:0] x [0:{widest - 1}];")
line(f"  reg signed [63:0] acc [0:{widest - 1}];")
line("  reg signed [63:0] word, p;")
line("  integer s, i, j, best;")
line("  // Rounded by mode %s, then saturated to `bits` bits." % formats["rounding"])
line("  function signed [63:0] rounded(input signed [63:0] value, input integer shift, input integer bits);")
line("    reg signed [63:0] r, most;")
line("    begin")
line(f"      if (shift > 0) r = (value + {added}) >>> shift;")
line("      else r = value <<< -shift;")
line("      most = (64'sd1 <<< (bits - 1)) - 1;")
line("      rounded = r > most ? most : r < -most - 1 ? -most - 1 : r;")
line("    end")
line("  endfunction")
line("  function signed [63:0] weight(input integer lane, input integer bank, input integer row);")
line("    case (lane * %d + bank)" % banks)
for lane in range(lanes):
    for bank in range(banks):
        line(f"      {lane * banks + bank}: weight = w_{lane}_{bank}[row];")
line("    endcase")
line("  endfunction")
line("  function signed [63:0] bias(input integer lane, input integer row);")
line("    case (lane)")
for lane in range(lanes):
    line(f"      {lane}: bias = b_{lane}[row];")
line("    endcase")
line("  endfunction")
line("  initial begin")
for lane in range(lanes):
    for bank in range(banks):
        name = weights["files"].format(lane=lane, bank=bank)
        line(f'    $readmemh("{codes}/{name}", w_{lane}_{bank});')
    line(f'    $readmemh("{codes}/{biases["files"].format(lane=lane)}", b_{lane});')
line('    $readmemh("samples.hex", samples);')
line(f"    for (s = 0; s < {samples}; s = s + 1) begin")
line(f"      for (j = 0; j < {layers[0]['inputs']}; j = j + 1)"
     f" x[j] = samples[s * {layers[0]['inputs']} + j];")
for k, layer in enumerate(layers):
    n_in, n_out = layer["inputs"], layer["neurons"]
    rows = -(-n_in // banks)
    line(f"      for (i = 0; i < {n_out}; i = i + 1) begin")
    line(f"        acc[i] = bias(i % {lanes}, {biases['first_row_of_layer'][k]} + i / {lanes});")
    line(f"        for (j = 0; j < {n_in}; j = j + 1)")
    line(f"          if (x[j] >= {layer['theta']} || -x[j] >= {layer['theta']}) begin")
    line(f"            word = weight(i % {lanes}, j % {banks}, {weights['first_row_of_layer'][k]}"
         f" + i / {lanes} * {rows} + j / {banks});")
    line("            p = word * x[j];")
    line(f"            acc[i] = acc[i] + rounded(p, {layer['product_shift']}, {sum(layer['P'])});")
    line("          end")
    line("      end")
    if k + 1 < len(layers):
        m, n = layers[k + 1]["X"]
        line(f"      for (i = 0; i < {n_out}; i = i + 1)")
        line(f"        x[i] = rounded(acc[i] > 0 ? acc[i] : 64'sd0, {layer['P'][1] - n}, {m + n});")
line("      best = 0;")
line(f"      for (i = 0; i < {layers[-1]['neurons']}; i = i + 1) begin")
line("        if (acc[i] > acc[best]) best = i;")
line('        $write("%0d ", acc[i]);')
line("      end")
line('      $write("class %0d\\n", best);')
line("    end")
line("    $finish;")
line("  end")
line("endmodule")
os.makedirs(folder, exist_ok=True)
with open(os.path.join(folder, "bench.v"), "w") as file:
    file.write("\n".join(text) + "\n")
x = np.load(os.path.join(dump, "x0.npy"))[:samples].astype(np.int64)
with open(os.path.join(folder, "samples.hex"), "w") as file:
    for value in x.ravel():
        file.write(f"{int(value) & ((1 << x_bits) - 1):x}\n")
last = np.load(os.path.join(dump, f"acc{len(layers) - 1}.npy"))[:samples]
classes = np.load(os.path.join(dump, "class.npy"))[:samples]
with open(os.path.join(folder, "expected.txt"), "w") as file:
    for sums, chosen in zip(last, classes):
        file.write(" ".join(str(v) for v in sums) + f" class {chosen}\n")
