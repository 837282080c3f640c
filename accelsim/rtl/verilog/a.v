// A of a lane: takes a finished accumulator. A hidden layer passes it through ReLU and rounds it to
// the next layer's activations; the output layer passes it as it is.
module a #(
  parameter ACCUMULATOR_BITS = 16,
  parameter ACTIVATION_BITS = 8,
  parameter RESULT_BITS = 16,     // the wider of both
  parameter SHIFT = 0,            // of the rounding, as round_saturate has it
  parameter ALIGN_BITS = 1,
  parameter ALIGN_MOST = 0,
  parameter MOST = 0,
  parameter ROUNDING = 0,
  parameter CLOCK_GATE = 1
) (
  input  wire                               clock,
  input  wire                               take,
  input  wire                               output_layer,
  input  wire signed [ACCUMULATOR_BITS-1:0] accumulator,
  input  wire        [ALIGN_BITS-1:0]       align,
  input  wire        [ACTIVATION_BITS-1:0]  most,
  output wire        [RESULT_BITS-1:0]      result
);
  wire signed [ACCUMULATOR_BITS-1:0] rectified =
    accumulator & {ACCUMULATOR_BITS{~accumulator[ACCUMULATOR_BITS-1]}};
  wire signed [ACTIVATION_BITS-1:0]  code;
  round_saturate #(.IN_BITS(ACCUMULATOR_BITS), .OUT_BITS(ACTIVATION_BITS), .SHIFT(SHIFT),
                   .ALIGN_BITS(ALIGN_BITS), .ALIGN_MOST(ALIGN_MOST), .MOST(MOST), .ROUNDING(ROUNDING))
    rounding (.value(rectified), .align(align), .most(most), .code(code));

  wire signed [RESULT_BITS-1:0] wide_code = code;
  wire signed [RESULT_BITS-1:0] wide_accumulator = accumulator;
  gated_register #(.BITS(RESULT_BITS), .CLOCK_GATE(CLOCK_GATE))
    results (.clock(clock), .enable(take), .next(output_layer ? wide_accumulator : wide_code),
             .word(result));
endmodule
