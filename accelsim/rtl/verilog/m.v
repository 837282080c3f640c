// M of a lane, in STAGES stages: multiplies, rounds each product to its format, adds the products
// of the chunk in a tree and adds their sum to the accumulator, which the first chunk of a group
// presets with the bias. The registers between the stages stand behind the rounding; a synthesis
// tool moves them into multiplier and tree (retiming).
module m #(
  parameter CHUNK = 1,
  parameter STAGES = 1,
  parameter WEIGHT_BITS = 8,
  parameter ACTIVATION_BITS = 8,
  parameter PRODUCT_BITS = 8,
  parameter ACCUMULATOR_BITS = 16,
  parameter SHIFT = 0,            // of the rounding, as round_saturate has it
  parameter ALIGN_BITS = 1,
  parameter ALIGN_MOST = 0,
  parameter MOST = 0,
  parameter ROUNDING = 0,
  parameter CLOCK_GATE = 1
) (
  input  wire                             clock,
  input  wire                             advance,
  input  wire [STAGES-1:0]                on,         // the stage has a chunk for this lane
  input  wire [STAGES*CHUNK-1:0]          kept,       // of each stage
  input  wire                             first,      // the last stage has a group's first chunk
  input  wire [CHUNK*ACTIVATION_BITS-1:0] words,
  input  wire [CHUNK*WEIGHT_BITS-1:0]     weights,
  input  wire [ALIGN_BITS-1:0]            align,
  input  wire [PRODUCT_BITS-1:0]          most,
  input  wire [PRODUCT_BITS-1:0]          bias,
  output wire [ACCUMULATOR_BITS-1:0]      accumulator
);
  wire [CHUNK-1:0] kept_last = kept[(STAGES-1)*CHUNK +: CHUNK];

  genvar k, i;
  generate
    for (k = 0; k < CHUNK; k = k + 1) begin : word
      wire signed [ACTIVATION_BITS-1:0] x = words[k*ACTIVATION_BITS +: ACTIVATION_BITS];
      wire signed [WEIGHT_BITS-1:0] w = weights[k*WEIGHT_BITS +: WEIGHT_BITS];
      wire signed [WEIGHT_BITS+ACTIVATION_BITS-1:0] exact;
      multiplier #(.A_BITS(WEIGHT_BITS), .B_BITS(ACTIVATION_BITS))
        multiplier (.a(w), .b(x), .product(exact));
      // The product before each stage; that of the first is what it has just computed.
      wire [STAGES*PRODUCT_BITS-1:0] product;
      round_saturate #(.IN_BITS(WEIGHT_BITS + ACTIVATION_BITS), .OUT_BITS(PRODUCT_BITS),
                       .SHIFT(SHIFT), .ALIGN_BITS(ALIGN_BITS), .ALIGN_MOST(ALIGN_MOST),
                       .MOST(MOST), .ROUNDING(ROUNDING))
        rounding (.value(exact), .align(align), .most(most), .code(product[0 +: PRODUCT_BITS]));
      for (i = 1; i < STAGES; i = i + 1) begin : stage
        gated_register #(.BITS(PRODUCT_BITS), .CLOCK_GATE(CLOCK_GATE))
          register (.clock(clock), .enable(advance & on[i-1] & kept[(i-1)*CHUNK + k]),
                    .next(product[(i-1)*PRODUCT_BITS +: PRODUCT_BITS]),
                    .word(product[i*PRODUCT_BITS +: PRODUCT_BITS]));
      end
    end

    // The tree: node i adds nodes 2 i and 2 i + 1; node CHUNK + k is the product of word k.
    for (i = 2 * CHUNK - 1; i > 0; i = i - 1) begin : node
      wire signed [ACCUMULATOR_BITS-1:0] sum;
      if (i >= CHUNK) begin : leaf
        wire signed [PRODUCT_BITS-1:0] product;
        kept_word #(.BITS(PRODUCT_BITS))
          kept_product (.keep(kept_last[i - CHUNK]),
                        .word(word[i - CHUNK].product[(STAGES-1)*PRODUCT_BITS +: PRODUCT_BITS]),
                        .kept(product));
        assign sum = product;
      end else begin : inner
        adder #(.BITS(ACCUMULATOR_BITS)) adder (.a(node[2*i].sum), .b(node[2*i + 1].sum), .sum(sum));
      end
    end
  endgenerate

  wire signed [PRODUCT_BITS-1:0]     preset = bias;
  wire signed [ACCUMULATOR_BITS-1:0] wide_preset = preset;
  wire        [ACCUMULATOR_BITS-1:0] augend, next;
  word_choice #(.BITS(ACCUMULATOR_BITS))
    presets (.choose(first), .chosen(wide_preset), .other(accumulator), .word(augend));
  adder #(.BITS(ACCUMULATOR_BITS)) accumulation (.a(augend), .b(node[1].sum), .sum(next));
  gated_register #(.BITS(ACCUMULATOR_BITS), .CLOCK_GATE(CLOCK_GATE))
    accumulators (.clock(clock), .enable(advance & on[STAGES-1] & (first | |kept_last)),
                  .next(next), .word(accumulator));
endmodule
