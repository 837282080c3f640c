// A clock gate: `gated` follows `clock` in cycles in which `enable` was high before the rising edge.
// This is its behaviour. For gates, put the clock gate of your library here (in Nangate45:
// CLKGATE_X1 with CK = clock, E = enable, GCK = gated).
module clock_gate (
  input  wire clock,
  input  wire enable,
  output wire gated
);
  reg latched;
  always @(clock or enable) if (!clock) latched = enable;
  assign gated = clock & latched;
endmodule
