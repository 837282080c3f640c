// A value as a code of a format: moved to the layer's binary point, rounded, then saturated.
// A layer's shift to the right is SHIFT - align: values of layers with a smaller shift are moved
// left by `align` first, so that one adder rounds for all of them. Where all layers have the same
// formats, `align` is 0 and MOST says the limit, and nothing of this remains.
module round_saturate #(
  parameter IN_BITS = 16,
  parameter OUT_BITS = 8,
  parameter SHIFT = 4,        // to the right, of the layer with the largest shift, 0 or more
  parameter ALIGN_BITS = 1,
  parameter ALIGN_MOST = 0,   // largest value of align
  parameter MOST = 0,         // `most`, where it is the same in all layers; else 0
  parameter ROUNDING = 0      // 0: half up, 1: half to even, 2: truncate
) (
  input  wire signed [IN_BITS-1:0]    value,
  input  wire        [ALIGN_BITS-1:0] align,
  input  wire        [OUT_BITS-1:0]   most,   // largest code of the layer's format, 2^(bits-1) - 1
  output wire        [OUT_BITS-1:0]   code
);
  // One bit for the half step, and as many as the code needs.
  localparam ALIGNED_BITS = IN_BITS + ALIGN_MOST + 1;
  localparam BITS = ALIGNED_BITS > SHIFT + OUT_BITS + 1 ? ALIGNED_BITS : SHIFT + OUT_BITS + 1;

  wire signed [BITS-1:0] wide = value;
  wire signed [BITS-1:0] aligned;
  wire signed [BITS-1:0] rounded;
  generate
    if (ALIGN_MOST == 0) begin : same_shift
      assign aligned = wide;
    end else begin : own_shift
      assign aligned = wide <<< align;
    end
    if (SHIFT == 0 || ROUNDING == 2) begin : truncate
      assign rounded = aligned;
    end else if (ROUNDING == 0) begin : half_up
      assign rounded = aligned + ({{(BITS-1){1'b0}}, 1'b1} << (SHIFT - 1));
    end else begin : half_even
      // Half a step less the last bit, unless the floor is odd.
      assign rounded = aligned + ({{(BITS-1){1'b0}}, 1'b1} << (SHIFT - 1))
                     - {{(BITS-1){1'b0}}, ~aligned[SHIFT]};
    end
  endgenerate

  wire        [OUT_BITS-1:0] limit = MOST == 0 ? most : MOST;
  wire signed [BITS-1:0] floor = rounded >>> SHIFT;
  wire                   negative = floor[BITS-1];
  // Bits that must be copies of the sign.
  wire [BITS-1:0]        copies = ~{{(BITS-OUT_BITS){1'b0}}, limit};
  wire                   beyond = |((floor ^ {BITS{negative}}) & copies);
  assign code = beyond ? limit ^ {OUT_BITS{negative}} : floor[OUT_BITS-1:0];
endmodule
