// A of a lane: takes a finished sum. A hidden layer passes it through ReLU, if it has one, and
// rounds it to the activations of what reads it; a fused pool keeps the largest of its window; the
// output layer passes the sum as it is.
module a #(
  parameter ACCUMULATOR_BITS = 16,
  parameter ACTIVATION_BITS = 8,
  parameter RESULT_BITS = 16,     // the wider of both
  parameter SHIFT = 0,            // of the rounding, as round_saturate has it
  parameter ALIGN_BITS = 1,
  parameter ALIGN_MOST = 0,
  parameter MOST = 0,
  parameter ROUNDING = 0,
  parameter FUSES = 0,            // some pool is fused
  parameter CLOCK_GATE = 1
) (
  input  wire                               clock,
  input  wire                               take,
  input  wire                               begins_window,
  input  wire                               ends_window,
  input  wire                               output_layer,
  input  wire                               rectifies,
  input  wire signed [ACCUMULATOR_BITS-1:0] accumulator,
  input  wire        [ALIGN_BITS-1:0]       align,
  input  wire        [ACTIVATION_BITS-1:0]  most,
  output wire        [RESULT_BITS-1:0]      result
);
  wire signed [ACCUMULATOR_BITS-1:0] rectified =
    accumulator & {ACCUMULATOR_BITS{~(rectifies & accumulator[ACCUMULATOR_BITS-1])}};
  wire signed [ACTIVATION_BITS-1:0]  code;
  wire signed [ACTIVATION_BITS-1:0]  largest;
  round_saturate #(.IN_BITS(ACCUMULATOR_BITS), .OUT_BITS(ACTIVATION_BITS), .SHIFT(SHIFT),
                   .ALIGN_BITS(ALIGN_BITS), .ALIGN_MOST(ALIGN_MOST), .MOST(MOST), .ROUNDING(ROUNDING))
    rounding (.value(rectified), .align(align), .most(most), .code(code));

  generate
    if (FUSES) begin : pool
      wire signed [ACTIVATION_BITS-1:0] pooled;
      larger_word #(.BITS(ACTIVATION_BITS))
        larger (.a(code), .b(pooled), .takes_a(begins_window), .word(largest));
      gated_register #(.BITS(ACTIVATION_BITS), .CLOCK_GATE(CLOCK_GATE))
        window (.clock(clock), .enable(take & ~ends_window), .next(largest), .word(pooled));
    end else begin : no_pool
      assign largest = code;
    end
  endgenerate

  wire signed [RESULT_BITS-1:0] wide_code = largest;
  wire signed [RESULT_BITS-1:0] wide_accumulator = accumulator;
  gated_register #(.BITS(RESULT_BITS), .CLOCK_GATE(CLOCK_GATE))
    results (.clock(clock), .enable(take & ends_window),
             .next(output_layer ? wide_accumulator : wide_code), .word(result));
endmodule

// The larger one of two words, or the first one.
module larger_word #(
  parameter BITS = 8
) (
  input  wire signed [BITS-1:0] a,
  input  wire signed [BITS-1:0] b,
  input  wire                   takes_a,  // whatever b is
  output wire        [BITS-1:0] word
);
  assign word = takes_a | a > b ? a : b;
endmodule
