// A register that takes a new word when `enable` is high and keeps the one that it has otherwise:
// behind a clock gate, or with a multiplexer before each bit.
module gated_register #(
  parameter BITS = 8,
  parameter CLOCK_GATE = 1
) (
  input  wire            clock,
  input  wire            enable,
  input  wire [BITS-1:0] next,
  output reg  [BITS-1:0] word
);
  generate
    if (CLOCK_GATE) begin : gate
      wire gated;
      clock_gate cell_of_register (.clock(clock), .enable(enable), .gated(gated));
      always @(posedge gated) word <= next;
    end else begin : multiplexer
      always @(posedge clock) if (enable) word <= next;
    end
  endgenerate
endmodule
