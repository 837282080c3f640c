// The datapath without memories and sequencer: F1, the lanes and WB.
module datapath (
  clock, advance, read, weighted, begins_chunk, from_inputs, present, threshold, input_words,
  input_bank, activation_words, activation_bank, valid, operations, weight_words, weight_flags,
  weight_bank, biases, weighted_layer, pool_start, added_shift, maximum, rectifies, weight_most,
  codebook,
  product_align, product_most, take, taken, output_layer, result_align, result_most,
  first_write_lane, weights_read, weight_on, weight_wraps, bias_on, bias_wraps, written_words
);
`include "machine_parameters.vh"
  input  wire                                        clock;
  input  wire                                        advance;
  // F1
  input  wire                                        read;
  input  wire                                        weighted;
  input  wire                                        begins_chunk;
  input  wire                                        from_inputs;
  input  wire [FETCH-1:0]                            present;
  input  wire [ACTIVATION_BITS-1:0]                  threshold;
  input  wire [INPUT_BANKS*ACTIVATION_BITS-1:0]      input_words;
  input  wire [INPUT_OFFSET_BITS-1:0]                input_bank;
  input  wire [ACTIVATION_BANKS*ACTIVATION_BITS-1:0] activation_words;
  input  wire [ACTIVATION_OFFSET_BITS-1:0]           activation_bank;
  // F2 and M: the chunks in F2 (lowest bits), M1, .., Ms
  input  wire [STAGES:0]                             valid;
  input  wire [(STAGES+1)*OPERATION_BITS-1:0]        operations;
  input  wire [LANES*WEIGHT_BANKS*STORED_BITS-1:0]   weight_words;
  input  wire [LANES*WEIGHT_BANKS*FLAG_BITS-1:0]     weight_flags;
  input  wire [WEIGHT_OFFSET_BITS-1:0]               weight_bank;
  input  wire [LANES*PRODUCT_BITS-1:0]               biases;
  input  wire                                        weighted_layer;
  input  wire [ACCUMULATOR_BITS-1:0]                 pool_start;
  input  wire [ADDED_SHIFT_BITS-1:0]                 added_shift;
  input  wire                                        maximum;
  input  wire                                        rectifies;
  input  wire [STORED_BITS-1:0]                      weight_most;
  input  wire [ENTRIES_BITS-1:0]                     codebook;
  input  wire [PRODUCT_ALIGN_BITS-1:0]               product_align;
  input  wire [PRODUCT_BITS-1:0]                     product_most;
  // A and WB
  input  wire                                        take;
  input  wire [UNIT_BITS-1:0]                        taken;
  input  wire                                        output_layer;
  input  wire [RESULT_ALIGN_BITS-1:0]                result_align;
  input  wire [ACTIVATION_BITS-1:0]                  result_most;
  input  wire [LANE_BITS-1:0]                        first_write_lane;
  output wire [CHUNK-1:0]                            weights_read;  // that F2 reads
  output wire [LANES-1:0]                            weight_on;     // lanes that read them
  output wire [LANES-1:0]                            weight_wraps;  // in the rows of the next channels
  output wire [LANES-1:0]                            bias_on;       // lanes that read their bias
  output wire [LANES-1:0]                            bias_wraps;
  output wire [WRITE_PORTS*RESULT_BITS-1:0]          written_words;

  wire [FETCH*ACTIVATION_BITS-1:0] fetched_words;
  wire [FETCH-1:0]                 fetched_kept;
  wire [FETCH*ACTIVATION_BITS-1:0] words;
  wire [STAGES*FETCH-1:0]          kept;
  wire [LANES*RESULT_BITS-1:0]     results;

  f1 #(.FETCH(FETCH), .CHUNK(CHUNK), .ACTIVATION_BITS(ACTIVATION_BITS), .INPUT_BANKS(INPUT_BANKS),
       .INPUT_OFFSET_BITS(INPUT_OFFSET_BITS), .ACTIVATION_BANKS(ACTIVATION_BANKS),
       .ACTIVATION_OFFSET_BITS(ACTIVATION_OFFSET_BITS), .COMPARATOR(COMPARATOR),
       .TILES(ACCUMULATORS > 1), .CLOCK_GATE(CLOCK_GATE))
    fetch_inputs (.clock(clock), .read(read), .weighted(weighted), .begins_chunk(begins_chunk),
                  .from_inputs(from_inputs), .advance(advance), .present(present),
                  .threshold(threshold), .input_words(input_words), .input_bank(input_bank),
                  .activation_words(activation_words), .activation_bank(activation_bank),
                  .words(fetched_words), .kept(fetched_kept), .weights_read(weights_read));
  operands #(.CHUNK(FETCH), .ACTIVATION_BITS(ACTIVATION_BITS), .STAGES(STAGES),
             .CLOCK_GATE(CLOCK_GATE))
    shared (.clock(clock), .advance(advance), .fetched_words(fetched_words),
            .fetched_kept(fetched_kept), .words(words), .kept(kept));

  // The chunk in each stage.
  wire [STAGES:0]                          weighted_of;
  wire [(STAGES+1)*WORDS_BITS-1:0]         channels_of;
  wire [(STAGES+1)*LANE_BITS-1:0]          first_lane_of;
  wire [WORDS_BITS-1:0]                    first_word;      // M1: channel of an added chunk's first word
  wire                                     first;
  wire [ACCUMULATOR_INDEX_BITS-1:0]        index;
  genvar s, l;
  generate
    for (s = 0; s <= STAGES; s = s + 1) begin : stage
      wire                        of_first, of_last, of_layer, begins_window, ends_window;
      wire [1:0]                  kind;
      wire [ACCUMULATOR_INDEX_BITS-1:0] accumulator;
      wire [WORDS_BITS-1:0]       channels;
      wire [LANE_BITS-1:0]        first_lane;
      wire [BIAS_ROW_BITS-1:0]    bias_row;
      wire [ADDRESS_BITS-1:0]     written;
      wire [INPUT_BITS-1:0]       first_input;
      wire [GROUP_BITS-1:0]       group;
      wire [POSITION_BITS-1:0]    position;
      operation fields (
        .word(operations[s*OPERATION_BITS +: OPERATION_BITS]), .first(of_first), .last(of_last),
        .last_of_layer(of_layer), .begins_window(begins_window), .ends_window(ends_window),
        .kind(kind), .accumulator(accumulator), .channels(channels), .first_lane(first_lane),
        .bias_row(bias_row), .written(written), .first_input(first_input), .group(group),
        .position(position));
      assign weighted_of[s] = kind == WEIGHTED;
      assign channels_of[s*WORDS_BITS +: WORDS_BITS] = channels;
      assign first_lane_of[s*LANE_BITS +: LANE_BITS] = ROTATES ? first_lane : {LANE_BITS{1'b0}};
      if (s == 1) begin : m1
        assign first_word = kind == ADDED ? first_input : {WORDS_BITS{1'b0}};
      end
      if (s == STAGES) begin : issue
        assign first = of_first;
        assign index = accumulator;
      end
    end
  endgenerate

  wire                        taken_begins, taken_ends;
  wire [ACCUMULATOR_INDEX_BITS-1:0] taken_index;
  wire [WORDS_BITS-1:0]       taken_channels;
  wire [LANE_BITS-1:0]        taken_lane;
  wire [ADDRESS_BITS-1:0]     taken_written;
  assign {taken_written, taken_lane, taken_channels, taken_index, taken_ends, taken_begins} = taken;

  // Registers of cells are small, and the nets to all lanes are long.
  wire [FETCH*ACTIVATION_BITS-1:0] driven_words;
  wire [STAGES*FETCH-1:0]          driven_kept;
  word_driver #(.BITS(FETCH*ACTIVATION_BITS)) word_drive (.word(words), .driven(driven_words));
  word_driver #(.BITS(STAGES*FETCH)) flag_drive (.word(kept), .driven(driven_kept));

  generate
    for (l = 0; l < LANES; l = l + 1) begin : lanes
      // Which of a unit's channels the lane has: they begin in its first lane, round to lane 0.
      wire [STAGES:0]                  on;
      wire [(STAGES+1)*WORDS_BITS-1:0] channel;
      for (s = 0; s <= STAGES; s = s + 1) begin : stage
        wire [LANE_BITS-1:0] from = first_lane_of[s*LANE_BITS +: LANE_BITS];
        assign channel[s*WORDS_BITS +: WORDS_BITS] = l >= from ? l - from : l + LANES - from;
        assign on[s] = valid[s] & channel[s*WORDS_BITS +: WORDS_BITS]
                                  < channels_of[s*WORDS_BITS +: WORDS_BITS];
      end
      wire [LANE_BITS-1:0]  taken_from = ROTATES ? taken_lane : {LANE_BITS{1'b0}};
      wire [WORDS_BITS-1:0] taken_channel = l >= taken_from ? l - taken_from : l + LANES - taken_from;
      assign weight_on[l] = on[0] & weighted_of[0] & advance;
      assign weight_wraps[l] = l < first_lane_of[0 +: LANE_BITS];
      assign bias_on[l] = on[STAGES] & first & weighted_layer & advance;
      assign bias_wraps[l] = l < first_lane_of[STAGES*LANE_BITS +: LANE_BITS];
      wire [CHUNK*WEIGHT_BITS-1:0]             weights;      // the lane's registers, for waveforms
      wire [ACCUMULATORS*ACCUMULATOR_BITS-1:0] accumulators;
      wire [ACCUMULATOR_BITS-1:0]              accumulator;  // that A takes
      // What all lanes share reaches each through buffers of its own.
      wire [FETCH*ACTIVATION_BITS-1:0] lane_words;
      wire [STAGES*FETCH-1:0]          lane_kept;
      word_buffer #(.BITS(FETCH*ACTIVATION_BITS))
        word_copy (.word(driven_words), .copy(lane_words));
      word_buffer #(.BITS(STAGES*FETCH)) flag_copy (.word(driven_kept), .copy(lane_kept));
      wire [WORDS_BITS:0] word_index = {1'b0, channel[WORDS_BITS +: WORDS_BITS]} - first_word;
      lane of_array (
        .clock(clock), .advance(advance), .on(on), .weighted(weighted_of), .first(first),
        .accumulator_index(index), .take(take & taken_channel < taken_channels),
        .taken_index(taken_index), .begins_window(taken_begins), .ends_window(taken_ends),
        .output_layer(output_layer),
        .bank_words(weight_words[l*WEIGHT_BANKS*STORED_BITS +: WEIGHT_BANKS*STORED_BITS]),
        .bank_flags(weight_flags[l*WEIGHT_BANKS*FLAG_BITS +: WEIGHT_BANKS*FLAG_BITS]),
        .bank(weight_bank), .weights_read(weights_read), .words(lane_words),
        .word_index(word_index), .kept(lane_kept), .bias(biases[l*PRODUCT_BITS +: PRODUCT_BITS]),
        .weighted_layer(weighted_layer), .pool_start(pool_start), .added_shift(added_shift),
        .maximum(maximum), .rectifies(rectifies), .weight_most(weight_most), .codebook(codebook),
        .product_align(product_align), .product_most(product_most), .result_align(result_align),
        .result_most(result_most), .weights(weights), .accumulators(accumulators),
        .accumulator(accumulator), .result(results[l*RESULT_BITS +: RESULT_BITS]));
    end
  endgenerate

  wb #(.LANES(LANES), .LANE_BITS(LANE_BITS), .WRITE_PORTS(WRITE_PORTS), .RESULT_BITS(RESULT_BITS))
    write_back (.results(results), .first_lane(first_write_lane), .written_words(written_words));
endmodule
