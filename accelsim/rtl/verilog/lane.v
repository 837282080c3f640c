// A lane: F2, M and A of one neuron at a time. Ports in the order of the stages; memories and what
// all lanes share are outside.
module lane (
  clock, advance, on, first, take, output_layer,
  bank_words, bank_flags, bank, words, fetched_kept, kept, bias,
  weight_most, codebook, product_align, product_most, result_align, result_most,
  weights, accumulator, result
);
`include "machine_parameters.vh"
  input  wire                                clock;
  input  wire                                advance;       // the pipeline is not held
  input  wire [STAGES:0]                     on;            // bit 0: F2 has a chunk for this lane, then M1 ..
  input  wire                                first;         // the last stage of M has a first chunk
  input  wire                                take;          // A takes the accumulator
  input  wire                                output_layer;
  input  wire [WEIGHT_BANKS*STORED_BITS-1:0] bank_words;    // of the weight memory, in F2's cycle
  input  wire [WEIGHT_BANKS*FLAG_BITS-1:0]   bank_flags;    // of its detectors
  input  wire [WEIGHT_OFFSET_BITS-1:0]       bank;          // of the chunk's first word
  input  wire [CHUNK*ACTIVATION_BITS-1:0]    words;         // x, for M1
  input  wire [CHUNK-1:0]                    fetched_kept;  // flags of F2's chunk
  input  wire [STAGES*CHUNK-1:0]             kept;          // of M1's and later ones
  input  wire [PRODUCT_BITS-1:0]             bias;          // in the cycle of `first`
  input  wire [STORED_BITS-1:0]              weight_most;   // formats of the layer (layer_tables.v)
  input  wire [ENTRIES_BITS-1:0]             codebook;      // of the layer, where words are indices
  input  wire [PRODUCT_ALIGN_BITS-1:0]       product_align;
  input  wire [PRODUCT_BITS-1:0]             product_most;
  input  wire [RESULT_ALIGN_BITS-1:0]        result_align;
  input  wire [ACTIVATION_BITS-1:0]          result_most;
  output wire [CHUNK*WEIGHT_BITS-1:0]        weights;       // the registers of the lane
  output wire [ACCUMULATOR_BITS-1:0]         accumulator;
  output wire [RESULT_BITS-1:0]              result;

  f2 #(.CHUNK(CHUNK), .WEIGHT_BITS(WEIGHT_BITS), .STORED_BITS(STORED_BITS), .LOOK_UP(LOOK_UP),
       .ENTRIES_BITS(ENTRIES_BITS), .WEIGHT_BANKS(WEIGHT_BANKS),
       .OFFSET_BITS(WEIGHT_OFFSET_BITS), .FLAG_BITS(FLAG_BITS), .MASKING(MASKING),
       .SIGN_ZEROES(SIGN_ZEROES), .MOST(WEIGHT_MOST), .CLOCK_GATE(CLOCK_GATE))
    fetch_weights (.clock(clock), .load(fetched_kept & {CHUNK{on[0] & advance}}),
                   .bank_words(bank_words), .bank_flags(bank_flags), .bank(bank),
                   .most(weight_most), .entries(codebook), .weights(weights));
  m #(.CHUNK(CHUNK), .STAGES(STAGES), .WEIGHT_BITS(WEIGHT_BITS), .ACTIVATION_BITS(ACTIVATION_BITS),
      .PRODUCT_BITS(PRODUCT_BITS), .ACCUMULATOR_BITS(ACCUMULATOR_BITS), .SHIFT(PRODUCT_SHIFT),
      .ALIGN_BITS(PRODUCT_ALIGN_BITS), .ALIGN_MOST(PRODUCT_ALIGN_MOST), .MOST(PRODUCT_MOST),
      .ROUNDING(ROUNDING), .CLOCK_GATE(CLOCK_GATE))
    multiply (.clock(clock), .advance(advance), .on(on[STAGES:1]), .kept(kept), .first(first),
              .words(words), .weights(weights), .align(product_align), .most(product_most),
              .bias(bias), .accumulator(accumulator));
  a #(.ACCUMULATOR_BITS(ACCUMULATOR_BITS), .ACTIVATION_BITS(ACTIVATION_BITS),
      .RESULT_BITS(RESULT_BITS), .SHIFT(RESULT_SHIFT), .ALIGN_BITS(RESULT_ALIGN_BITS),
      .ALIGN_MOST(RESULT_ALIGN_MOST), .MOST(RESULT_MOST), .ROUNDING(ROUNDING), .CLOCK_GATE(CLOCK_GATE))
    activate (.clock(clock), .take(take), .output_layer(output_layer), .accumulator(accumulator),
              .align(result_align), .most(result_most), .result(result));
endmodule
