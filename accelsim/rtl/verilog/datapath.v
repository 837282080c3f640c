// The datapath without memories and sequencer: F1, the lanes and WB.
module datapath (
  clock, advance, read, first_layer, valid_words, threshold, input_words, input_bank,
  activation_words, activation_bank, valid, in_last_group, first, last_lanes, weight_words,
  weight_flags, weight_bank, biases, weight_most, codebook, product_align, product_most, take,
  takes_last_group, output_layer, result_align, result_most, write_lane,
  fetched_kept, weight_on, bias_on, written_words
);
`include "machine_parameters.vh"
  input  wire                                        clock;
  input  wire                                        advance;
  // F1
  input  wire                                        read;
  input  wire                                        first_layer;
  input  wire [CHUNK-1:0]                            valid_words;
  input  wire [ACTIVATION_BITS-1:0]                  threshold;
  input  wire [INPUT_BANKS*ACTIVATION_BITS-1:0]      input_words;
  input  wire [INPUT_OFFSET_BITS-1:0]                input_bank;
  input  wire [ACTIVATION_BANKS*ACTIVATION_BITS-1:0] activation_words;
  input  wire [ACTIVATION_OFFSET_BITS-1:0]           activation_bank;
  // F2 and M: the chunks in F2 (lowest bit), M1, .., Ms
  input  wire [STAGES:0]                             valid;
  input  wire [STAGES:0]                             in_last_group;
  input  wire                                        first;
  input  wire [WORDS_BITS-1:0]                       last_lanes;
  input  wire [LANES*WEIGHT_BANKS*STORED_BITS-1:0]   weight_words;
  input  wire [LANES*WEIGHT_BANKS*FLAG_BITS-1:0]     weight_flags;
  input  wire [WEIGHT_OFFSET_BITS-1:0]               weight_bank;
  input  wire [LANES*PRODUCT_BITS-1:0]               biases;
  input  wire [STORED_BITS-1:0]                      weight_most;
  input  wire [ENTRIES_BITS-1:0]                     codebook;
  input  wire [PRODUCT_ALIGN_BITS-1:0]               product_align;
  input  wire [PRODUCT_BITS-1:0]                     product_most;
  // A and WB
  input  wire                                        take;
  input  wire                                        takes_last_group;
  input  wire                                        output_layer;
  input  wire [RESULT_ALIGN_BITS-1:0]                result_align;
  input  wire [ACTIVATION_BITS-1:0]                  result_most;
  input  wire [LANE_BITS-1:0]                        write_lane;
  output wire [CHUNK-1:0]                            fetched_kept;  // words whose weights F2 reads
  output wire [LANES-1:0]                            weight_on;     // lanes that read them
  output wire [LANES-1:0]                            bias_on;       // lanes that read their bias
  output wire [WRITE_PORTS*RESULT_BITS-1:0]          written_words;

  wire [CHUNK*ACTIVATION_BITS-1:0] fetched_words;
  wire [CHUNK*ACTIVATION_BITS-1:0] words;
  wire [STAGES*CHUNK-1:0]          kept;
  wire [LANES*RESULT_BITS-1:0]     results;

  f1 #(.CHUNK(CHUNK), .ACTIVATION_BITS(ACTIVATION_BITS), .INPUT_BANKS(INPUT_BANKS),
       .INPUT_OFFSET_BITS(INPUT_OFFSET_BITS), .ACTIVATION_BANKS(ACTIVATION_BANKS),
       .ACTIVATION_OFFSET_BITS(ACTIVATION_OFFSET_BITS), .COMPARATOR(COMPARATOR),
       .CLOCK_GATE(CLOCK_GATE))
    fetch_inputs (.clock(clock), .read(read), .first_layer(first_layer), .advance(advance),
                  .valid_words(valid_words), .threshold(threshold), .input_words(input_words),
                  .input_bank(input_bank), .activation_words(activation_words),
                  .activation_bank(activation_bank), .words(fetched_words), .kept(fetched_kept));
  operands #(.CHUNK(CHUNK), .ACTIVATION_BITS(ACTIVATION_BITS), .STAGES(STAGES),
             .CLOCK_GATE(CLOCK_GATE))
    shared (.clock(clock), .advance(advance), .fetched_words(fetched_words),
            .fetched_kept(fetched_kept), .words(words), .kept(kept));

  // Registers of cells are small, and the nets to all lanes are long.
  wire [CHUNK*ACTIVATION_BITS-1:0] driven_words;
  wire [STAGES*CHUNK-1:0]          driven_kept;
  word_driver #(.BITS(CHUNK*ACTIVATION_BITS)) word_drive (.word(words), .driven(driven_words));
  word_driver #(.BITS(STAGES*CHUNK)) flag_drive (.word(kept), .driven(driven_kept));

  genvar l;
  generate
    for (l = 0; l < LANES; l = l + 1) begin : lanes
      // Of a partly filled last group, lanes without a neuron stand still.
      wire            empty = l >= last_lanes;
      wire [STAGES:0] on = valid & ~(in_last_group & {(STAGES+1){empty}});
      assign weight_on[l] = on[0] & advance;
      assign bias_on[l] = on[STAGES] & first & advance;
      wire [CHUNK*WEIGHT_BITS-1:0] weights;      // the lane's registers, for waveforms
      wire [ACCUMULATOR_BITS-1:0]  accumulator;
      // What all lanes share reaches each through buffers of its own.
      wire [CHUNK*ACTIVATION_BITS-1:0] lane_words;
      wire [STAGES*CHUNK-1:0]          lane_kept;
      word_buffer #(.BITS(CHUNK*ACTIVATION_BITS))
        word_copy (.word(driven_words), .copy(lane_words));
      word_buffer #(.BITS(STAGES*CHUNK)) flag_copy (.word(driven_kept), .copy(lane_kept));
      lane of_array (
        .clock(clock), .advance(advance), .on(on), .first(first),
        .take(take & ~(takes_last_group & empty)), .output_layer(output_layer),
        .bank_words(weight_words[l*WEIGHT_BANKS*STORED_BITS +: WEIGHT_BANKS*STORED_BITS]),
        .bank_flags(weight_flags[l*WEIGHT_BANKS*FLAG_BITS +: WEIGHT_BANKS*FLAG_BITS]),
        .bank(weight_bank), .words(lane_words), .fetched_kept(fetched_kept), .kept(lane_kept),
        .bias(biases[l*PRODUCT_BITS +: PRODUCT_BITS]), .weight_most(weight_most),
        .codebook(codebook),
        .product_align(product_align), .product_most(product_most), .result_align(result_align),
        .result_most(result_most), .weights(weights), .accumulator(accumulator),
        .result(results[l*RESULT_BITS +: RESULT_BITS]));
    end
  endgenerate

  wb #(.LANES(LANES), .LANE_BITS(LANE_BITS), .WRITE_PORTS(WRITE_PORTS), .RESULT_BITS(RESULT_BITS))
    write_back (.results(results), .write_lane(write_lane), .written_words(written_words));
endmodule
