// A lane: F2, M and A of one channel at a time. Ports in the order of the stages; memories and what
// all lanes share are outside.
module lane (
  clock, advance, on, weighted, first, accumulator_index, take, taken_index, begins_window,
  ends_window, output_layer, bank_words, bank_flags, bank, weights_read, words, word_index, kept,
  bias, weighted_layer, pool_start, added_shift, maximum, rectifies,
  weight_most, codebook, product_align, product_most, result_align, result_most,
  weights, accumulators, accumulator, result
);
`include "machine_parameters.vh"
  input  wire                                clock;
  input  wire                                advance;       // the pipeline is not held
  input  wire [STAGES:0]                     on;            // bit 0: F2 has a chunk for this lane, then M1 ..
  input  wire [STAGES:0]                     weighted;      // whose words meet weights
  input  wire                                first;         // the last stage of M has a first chunk
  input  wire [ACCUMULATOR_INDEX_BITS-1:0]   accumulator_index; // into which its chunk goes
  input  wire                                take;          // A takes a sum
  input  wire [ACCUMULATOR_INDEX_BITS-1:0]   taken_index;   // of that accumulator
  input  wire                                begins_window; // of a fused pool
  input  wire                                ends_window;
  input  wire                                output_layer;
  input  wire [WEIGHT_BANKS*STORED_BITS-1:0] bank_words;    // of the weight memory, in F2's cycle
  input  wire [WEIGHT_BANKS*FLAG_BITS-1:0]   bank_flags;    // of its detectors
  input  wire [WEIGHT_OFFSET_BITS-1:0]       bank;          // of the chunk's first word
  input  wire [CHUNK-1:0]                    weights_read;  // of F2's chunk
  input  wire [FETCH*ACTIVATION_BITS-1:0]    words;         // x, for M1
  input  wire [WORDS_BITS:0]                 word_index;    // of the lane's own word in M1's chunk
  input  wire [STAGES*FETCH-1:0]             kept;          // of M1's chunk and later ones
  input  wire [PRODUCT_BITS-1:0]             bias;          // in the cycle of `first`
  input  wire                                weighted_layer;
  input  wire [ACCUMULATOR_BITS-1:0]         pool_start;    // what a pool's sum or maximum begins with
  input  wire [ADDED_SHIFT_BITS-1:0]         added_shift;
  input  wire                                maximum;
  input  wire                                rectifies;
  input  wire [STORED_BITS-1:0]              weight_most;   // formats of the layer (layer_tables.v)
  input  wire [ENTRIES_BITS-1:0]             codebook;      // of the layer, where words are indices
  input  wire [PRODUCT_ALIGN_BITS-1:0]       product_align;
  input  wire [PRODUCT_BITS-1:0]             product_most;
  input  wire [RESULT_ALIGN_BITS-1:0]        result_align;
  input  wire [ACTIVATION_BITS-1:0]          result_most;
  output wire [CHUNK*WEIGHT_BITS-1:0]        weights;       // the registers of the lane
  output wire [ACCUMULATORS*ACCUMULATOR_BITS-1:0] accumulators;
  output wire [ACCUMULATOR_BITS-1:0]         accumulator;   // that A takes
  output wire [RESULT_BITS-1:0]              result;

  wire                        passed;
  wire [ACTIVATION_BITS-1:0]  passed_word;
  wire [STAGES*CHUNK-1:0]     kept_products;
  wire signed [PRODUCT_BITS-1:0]     signed_bias = bias;
  wire signed [ACCUMULATOR_BITS-1:0] wide_bias = signed_bias;
  genvar i;
  generate
    for (i = 0; i < STAGES; i = i + 1) begin : stage
      assign kept_products[i*CHUNK +: CHUNK] = kept[i*FETCH +: CHUNK];
    end
    if (PASSES) begin : passing
      passed_word #(.FETCH(FETCH), .STAGES(STAGES), .BITS(ACTIVATION_BITS),
                    .INDEX_BITS(WORDS_BITS + 1), .CLOCK_GATE(CLOCK_GATE))
        own_word (.clock(clock), .advance(advance), .passes(on[1] & ~weighted[1]),
                  .index(word_index), .words(words), .kept(kept[FETCH-1:0]), .taken(passed),
                  .word(passed_word));
    end else begin : products
      assign passed = 1'b0;
      assign passed_word = {ACTIVATION_BITS{1'b0}};
    end
  endgenerate

  f2 #(.CHUNK(CHUNK), .WEIGHT_BITS(WEIGHT_BITS), .STORED_BITS(STORED_BITS), .LOOK_UP(LOOK_UP),
       .ENTRIES_BITS(ENTRIES_BITS), .WEIGHT_BANKS(WEIGHT_BANKS),
       .OFFSET_BITS(WEIGHT_OFFSET_BITS), .FLAG_BITS(FLAG_BITS), .MASKING(MASKING),
       .SIGN_ZEROES(SIGN_ZEROES), .MOST(WEIGHT_MOST), .WHOLE_ROWS(0), .CLOCK_GATE(CLOCK_GATE))
    fetch_weights (.clock(clock), .load(weights_read & {CHUNK{on[0] & advance}}),
                   .bank_words(bank_words), .bank_flags(bank_flags), .bank(bank),
                   .most(weight_most), .entries(codebook), .weights(weights));
  m #(.CHUNK(CHUNK), .STAGES(STAGES), .ACCUMULATORS(ACCUMULATORS),
      .INDEX_BITS(ACCUMULATOR_INDEX_BITS), .WEIGHT_BITS(WEIGHT_BITS),
      .ACTIVATION_BITS(ACTIVATION_BITS), .PRODUCT_BITS(PRODUCT_BITS),
      .ACCUMULATOR_BITS(ACCUMULATOR_BITS), .SHIFT(PRODUCT_SHIFT), .ALIGN_BITS(PRODUCT_ALIGN_BITS),
      .ALIGN_MOST(PRODUCT_ALIGN_MOST), .MOST(PRODUCT_MOST), .ROUNDING(ROUNDING), .PASSES(PASSES),
      .ADDED_SHIFT_BITS(ADDED_SHIFT_BITS), .CLOCK_GATE(CLOCK_GATE))
    multiply (.clock(clock), .advance(advance), .on(on[STAGES:1]), .weighted(weighted[STAGES:1]),
              .kept(kept_products), .first(first), .index(accumulator_index),
              .words(words[CHUNK*ACTIVATION_BITS-1:0]), .weights(weights), .align(product_align),
              .most(product_most), .preset(weighted_layer ? wide_bias : pool_start),
              .passed(passed), .passed_word(passed_word), .added_shift(added_shift),
              .maximum(maximum), .accumulators(accumulators));
  choose_word #(.WORDS(ACCUMULATORS), .INDEX_BITS(ACCUMULATOR_INDEX_BITS), .BITS(ACCUMULATOR_BITS))
    taken_sum (.words(accumulators), .index(taken_index), .word(accumulator));
  a #(.ACCUMULATOR_BITS(ACCUMULATOR_BITS), .ACTIVATION_BITS(ACTIVATION_BITS),
      .RESULT_BITS(RESULT_BITS), .SHIFT(RESULT_SHIFT), .ALIGN_BITS(RESULT_ALIGN_BITS),
      .ALIGN_MOST(RESULT_ALIGN_MOST), .MOST(RESULT_MOST), .ROUNDING(ROUNDING), .FUSES(FUSES),
      .CLOCK_GATE(CLOCK_GATE))
    activate (.clock(clock), .take(take), .begins_window(begins_window), .ends_window(ends_window),
              .output_layer(output_layer), .rectifies(rectifies), .accumulator(accumulator),
              .align(result_align), .most(result_most), .result(result));
endmodule
