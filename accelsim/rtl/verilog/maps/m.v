// M of a lane, in STAGES stages: multiplies, rounds each product to its format, adds the products
// of the chunk in a tree and adds their sum to the accumulator of the chunk's position, which the
// first chunk of a unit presets. A word of an added tensor is moved to the fraction of the products
// and added, the words of a pool are added or compared. The registers between the stages stand
// behind the rounding; a synthesis tool moves them into multiplier and tree (retiming).
module m #(
  parameter CHUNK = 1,
  parameter STAGES = 1,
  parameter ACCUMULATORS = 1,
  parameter INDEX_BITS = 1,       // of an accumulator
  parameter WEIGHT_BITS = 8,
  parameter ACTIVATION_BITS = 8,
  parameter PRODUCT_BITS = 8,
  parameter ACCUMULATOR_BITS = 16,
  parameter SHIFT = 0,            // of the rounding, as round_saturate has it
  parameter ALIGN_BITS = 1,
  parameter ALIGN_MOST = 0,
  parameter MOST = 0,
  parameter ROUNDING = 0,
  parameter PASSES = 0,           // some layer pools or adds a tensor
  parameter ADDED_SHIFT_BITS = 1,
  parameter CLOCK_GATE = 1
) (
  input  wire                             clock,
  input  wire                             advance,
  input  wire [STAGES-1:0]                on,           // the stage has a chunk for this lane
  input  wire [STAGES-1:0]                weighted,     // whose words meet weights
  input  wire [STAGES*CHUNK-1:0]          kept,         // of each stage
  input  wire                             first,        // the last stage has a unit's first chunk
  input  wire [INDEX_BITS-1:0]            index,        // its accumulator
  input  wire [CHUNK*ACTIVATION_BITS-1:0] words,
  input  wire [CHUNK*WEIGHT_BITS-1:0]     weights,
  input  wire [ALIGN_BITS-1:0]            align,
  input  wire [PRODUCT_BITS-1:0]          most,
  input  wire [ACCUMULATOR_BITS-1:0]      preset,
  input  wire                             passed,       // the last stage has a word for this lane
  input  wire [ACTIVATION_BITS-1:0]       passed_word,
  input  wire [ADDED_SHIFT_BITS-1:0]      added_shift,  // to the left, of an added word
  input  wire                             maximum,      // the layer takes maxima
  output wire [ACCUMULATORS*ACCUMULATOR_BITS-1:0] accumulators
);
  wire [CHUNK-1:0] kept_last =
    kept[(STAGES-1)*CHUNK +: CHUNK] & {CHUNK{weighted[STAGES-1]}};

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
          register (.clock(clock),
                    .enable(advance & on[i-1] & weighted[i-1] & kept[(i-1)*CHUNK + k]),
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

  wire        [ACCUMULATOR_BITS-1:0] accumulator, augend, addend, total, next;
  wire                               contributes = |kept_last | (PASSES & passed);
  word_choice #(.BITS(ACCUMULATOR_BITS))
    presets (.choose(first), .chosen(preset), .other(accumulator), .word(augend));
  adder #(.BITS(ACCUMULATOR_BITS)) accumulation (.a(augend), .b(addend), .sum(total));
  generate
    if (PASSES) begin : passing
      wire signed [ACTIVATION_BITS-1:0]  own = passed_word;
      wire signed [ACCUMULATOR_BITS-1:0] wide = own;
      wire signed [ACCUMULATOR_BITS-1:0] moved = wide <<< added_shift;
      assign addend = passed ? moved : node[1].sum;
      // A pool's sums are words of X: the upper bits are copies of the sign.
      wire signed [ACTIVATION_BITS-1:0]  held = augend[ACTIVATION_BITS-1:0];
      wire signed [ACTIVATION_BITS-1:0]  largest;
      wire signed [ACCUMULATOR_BITS-1:0] wide_largest = largest;
      larger_word #(.BITS(ACTIVATION_BITS))
        larger (.a(passed ? own : held), .b(held), .takes_a(1'b0), .word(largest));
      assign next = maximum ? wide_largest : total;
    end else begin : products
      assign addend = node[1].sum;
      assign next = total;
    end
    for (i = 0; i < ACCUMULATORS; i = i + 1) begin : of_position
      gated_register #(.BITS(ACCUMULATOR_BITS), .CLOCK_GATE(CLOCK_GATE))
        register (.clock(clock),
                  .enable(advance & on[STAGES-1] & (first | contributes) & index == i),
                  .next(next), .word(accumulators[i*ACCUMULATOR_BITS +: ACCUMULATOR_BITS]));
    end
  endgenerate
  choose_word #(.WORDS(ACCUMULATORS), .INDEX_BITS(INDEX_BITS), .BITS(ACCUMULATOR_BITS))
    updated (.words(accumulators), .index(index), .word(accumulator));
endmodule

// One of WORDS words.
module choose_word #(
  parameter WORDS = 1,
  parameter INDEX_BITS = 1,
  parameter BITS = 1
) (
  input  wire [WORDS*BITS-1:0] words,
  input  wire [INDEX_BITS-1:0] index,
  output reg  [BITS-1:0]       word
);
  integer k;
  always @* begin
    word = {BITS{1'b0}};
    for (k = 0; k < WORDS; k = k + 1)
      word = word | (words[k*BITS +: BITS] & {BITS{WORDS == 1 | index == k}});
  end
endmodule
