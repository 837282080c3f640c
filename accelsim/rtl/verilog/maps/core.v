// The machine without memories: sequencer, write control and datapath, with the ports of the
// memories outside. A memory takes address and enable in a cycle and gives the word in the same
// one (memories.v).
module core (
  clock, reset, start, running,
  input_read, input_address, input_words,
  activation_enable, activation_write, activation_address, activation_data, activation_words,
  weight_read, weight_address, weight_words, weight_flags,
  bias_read, bias_address, biases,
  output_write, output_words, output_word,
  weight_half, off_chip_read, off_chip_address, off_chip_words,
  buffer_write, buffer_half, buffer_address, buffer_words
);
`include "machine_parameters.vh"
  input  wire                                                clock;
  input  wire                                                reset;    // in time with the clock
  input  wire                                                start;    // a prediction, of the inputs in the memory
  output wire                                                running;
  output wire [INPUT_BANKS-1:0]                              input_read;
  output wire [INPUT_BANKS*INPUT_ROW_BITS-1:0]               input_address;
  input  wire [INPUT_BANKS*ACTIVATION_BITS-1:0]              input_words;
  // Region 0 of the activation memory is in the lowest bits.
  output wire [REGIONS*ACTIVATION_BANKS-1:0]                 activation_enable;
  output wire [REGIONS*ACTIVATION_BANKS-1:0]                 activation_write;
  output wire [REGIONS*ACTIVATION_BANKS*ACTIVATION_ROW_BITS-1:0] activation_address;
  output wire [ACTIVATION_BANKS*ACTIVATION_BITS-1:0]         activation_data;     // of all regions
  input  wire [REGIONS*ACTIVATION_BANKS*ACTIVATION_BITS-1:0] activation_words;
  // The banks of lane 0 are in the lowest bits; lanes have addresses of their own where units of
  // channels begin in other lanes than lane 0.
  output wire [LANES*WEIGHT_BANKS-1:0]                       weight_read;
  output wire [LANE_ADDRESSES*WEIGHT_BANKS*WEIGHT_ROW_BITS-1:0] weight_address;
  input  wire [LANES*WEIGHT_BANKS*STORED_BITS-1:0]           weight_words;
  input  wire [LANES*WEIGHT_BANKS*FLAG_BITS-1:0]             weight_flags;
  output wire [LANES-1:0]                                    bias_read;
  output wire [LANE_ADDRESSES*BIAS_ROW_BITS-1:0]             bias_address;
  input  wire [LANES*PRODUCT_BITS-1:0]                       biases;
  // Accumulators of the output layer; the first is `output_word` of the outputs.
  output wire [WRITE_PORTS-1:0]                              output_write;
  output wire [WRITE_PORTS*ACCUMULATOR_BITS-1:0]             output_words;
  output wire [ADDRESS_BITS-1:0]                             output_word;
  // Of weights from off chip, of which STREAM_WORDS come in a cycle, into the half of the lanes'
  // buffers that is not read; of no use where they are on chip. Words come in the order in which
  // they are stored, from `off_chip_address` on.
  output wire                                                weight_half;  // that is read
  output wire                                                off_chip_read;
  output wire [OFF_CHIP_ADDRESS_BITS-1:0]                    off_chip_address;
  input  wire [OFF_CHIP_WIDTH*STORED_BITS-1:0]               off_chip_words;
  output wire [LANES*WEIGHT_BANKS-1:0]                       buffer_write;
  output wire                                                buffer_half;
  output wire [LANES*WEIGHT_BANKS*WEIGHT_ROW_BITS-1:0]       buffer_address;
  output wire [LANES*WEIGHT_BANKS*STORED_BITS-1:0]           buffer_words;

  // Control.
  wire [LAYER_BITS-1:0]              fetch_layer, layer;
  wire                               output_layer, read, weighted, begins_chunk, from_inputs;
  wire                               hold, take, write, layer_done;
  wire [FETCH-1:0]                   present;
  wire [REGION_BITS-1:0]             region;
  wire [ADDRESS_BITS-1:0]            read_word, write_word;
  wire [ACTIVATION_BITS-1:0]         threshold;
  wire [WEIGHT_ROW_BITS-1:0]         weight_row;
  wire [WEIGHT_OFFSET_BITS-1:0]      weight_bank;
  wire [STAGES:0]                    valid, starved;
  wire [(STAGES+1)*OPERATION_BITS-1:0] operations;
  wire [UNIT_BITS-1:0]               taken;
  wire [LANE_BITS-1:0]               write_lane, first_write_lane;
  wire [WORDS_BITS-1:0]              write_count;
  sequencer sequencer (
    .clock(clock), .reset(reset), .start(start), .layer_done(layer_done), .hold(hold),
    .fetch_layer(fetch_layer), .layer(layer), .output_layer(output_layer), .running(running),
    .read(read), .weighted(weighted), .begins_chunk(begins_chunk), .present(present),
    .from_inputs(from_inputs), .region(region), .read_word(read_word), .threshold(threshold),
    .weight_row(weight_row), .weight_bank(weight_bank), .weight_half(weight_half), .valid(valid),
    .starved(starved), .operations(operations), .off_chip_read(off_chip_read),
    .off_chip_address(off_chip_address), .off_chip_words(off_chip_words),
    .buffer_write(buffer_write), .buffer_half(buffer_half), .buffer_address(buffer_address),
    .buffer_words(buffer_words));

  // The chunk that issues, and the one that issues next.
  wire [OPERATION_BITS-1:0]   issues = operations[STAGES*OPERATION_BITS +: OPERATION_BITS];
  wire [OPERATION_BITS-1:0]   issues_next =
    hold ? issues : operations[(STAGES-1)*OPERATION_BITS +: OPERATION_BITS];
  wire                        first, last, last_of_layer, begins_window, ends_window;
  wire [1:0]                  kind;
  wire [ACCUMULATOR_INDEX_BITS-1:0] accumulator, next_accumulator;
  wire [WORDS_BITS-1:0]       channels;
  wire [LANE_BITS-1:0]        first_lane;
  wire [BIAS_ROW_BITS-1:0]    bias_row, next_bias_row;
  wire [ADDRESS_BITS-1:0]     written;
  wire [INPUT_BITS-1:0]       first_input;
  wire [GROUP_BITS-1:0]       group;
  wire [POSITION_BITS-1:0]    position;
  operation issued (
    .word(issues), .first(first), .last(last), .last_of_layer(last_of_layer),
    .begins_window(begins_window), .ends_window(ends_window), .kind(kind),
    .accumulator(accumulator), .channels(channels), .first_lane(first_lane), .bias_row(bias_row),
    .written(written), .first_input(first_input), .group(group), .position(position));
  operation next_issued (
    .word(issues_next), .first(), .last(), .last_of_layer(), .begins_window(), .ends_window(),
    .kind(), .accumulator(next_accumulator), .channels(), .first_lane(), .bias_row(), .written(),
    .first_input(), .group(), .position());
  write_control control (
    .clock(clock), .reset(reset), .valid(valid[STAGES]), .operation(issues),
    .next_accumulator(next_accumulator),
    .next_starved(hold ? starved[STAGES] : starved[STAGES-1]), .hold(hold), .take(take), .taken(taken), .write(write),
    .write_word(write_word), .write_lane(write_lane), .first_write_lane(first_write_lane),
    .write_count(write_count), .layer_done(layer_done));

  // What is known of the layer in the lanes.
  wire [WEIGHT_ROW_BITS-1:0]    neuron_rows;
  wire [REGION_BITS-1:0]        written_region;
  wire                          weighted_layer, maximum, rectifies;
  wire [ACCUMULATOR_BITS-1:0]   pool_start;
  wire [ADDED_SHIFT_BITS-1:0]   added_shift;
  wire [STORED_BITS-1:0]        weight_most;
  wire [ENTRIES_BITS-1:0]       codebook;
  wire [PRODUCT_ALIGN_BITS-1:0] product_align;
  wire [PRODUCT_BITS-1:0]       product_most;
  wire [RESULT_ALIGN_BITS-1:0]  result_align;
  wire [ACTIVATION_BITS-1:0]    result_most;
  lane_table of_lanes (
    .layer(layer), .neuron_rows(neuron_rows), .written_region(written_region),
    .weighted_layer(weighted_layer), .maximum(maximum), .rectifies(rectifies),
    .pool_start(pool_start), .added_shift(added_shift), .weight_most(weight_most),
    .product_align(product_align), .product_most(product_most), .result_align(result_align),
    .result_most(result_most));
  codebook_table of_f2 (.layer(layer), .codebook(codebook));

  // Input memory.
  wire [INPUT_ROW_BITS-1:0]    input_row;
  wire [INPUT_OFFSET_BITS-1:0] input_bank;
  word_place #(.BANKS(INPUT_BANKS), .ADDRESS_BITS(ADDRESS_BITS), .OFFSET_BITS(INPUT_OFFSET_BITS),
               .ROW_BITS(INPUT_ROW_BITS))
    input_place (.word(read_word), .row(input_row), .bank(input_bank));
  bank_address #(.BANKS(INPUT_BANKS), .WORDS(FETCH), .OFFSET_BITS(INPUT_OFFSET_BITS),
                 .ROW_BITS(INPUT_ROW_BITS))
    inputs (.row(input_row), .bank(input_bank), .wanted(present & {FETCH{read & from_inputs}}),
            .selected(input_read), .address(input_address));

  // Activation memory: a layer writes a region that it does not read.
  wire [ACTIVATION_ROW_BITS-1:0]                  read_row, write_row;
  wire [ACTIVATION_OFFSET_BITS-1:0]               read_bank, write_bank;
  wire [ACTIVATION_BANKS-1:0]                     read_banks, write_banks;
  wire [ACTIVATION_BANKS*ACTIVATION_ROW_BITS-1:0] read_address, write_address;
  wire [WRITE_PORTS-1:0]                          port_writes;
  wire [WRITE_PORTS*RESULT_BITS-1:0]              written_words;
  wire [WRITE_PORTS*ACTIVATION_BITS-1:0]          written_codes;
  word_place #(.BANKS(ACTIVATION_BANKS), .ADDRESS_BITS(ADDRESS_BITS),
               .OFFSET_BITS(ACTIVATION_OFFSET_BITS), .ROW_BITS(ACTIVATION_ROW_BITS))
    read_place (.word(read_word), .row(read_row), .bank(read_bank));
  word_place #(.BANKS(ACTIVATION_BANKS), .ADDRESS_BITS(ADDRESS_BITS),
               .OFFSET_BITS(ACTIVATION_OFFSET_BITS), .ROW_BITS(ACTIVATION_ROW_BITS))
    write_place (.word(write_word), .row(write_row), .bank(write_bank));
  bank_address #(.BANKS(ACTIVATION_BANKS), .WORDS(FETCH), .OFFSET_BITS(ACTIVATION_OFFSET_BITS),
                 .ROW_BITS(ACTIVATION_ROW_BITS))
    activation_reads (.row(read_row), .bank(read_bank),
                      .wanted(present & {FETCH{read & ~from_inputs}}), .selected(read_banks),
                      .address(read_address));
  bank_address #(.BANKS(ACTIVATION_BANKS), .WORDS(WRITE_PORTS),
                 .OFFSET_BITS(ACTIVATION_OFFSET_BITS), .ROW_BITS(ACTIVATION_ROW_BITS))
    activation_writes (.row(write_row), .bank(write_bank),
                       .wanted(port_writes & {WRITE_PORTS{~output_layer}}),
                       .selected(write_banks), .address(write_address));
  spread_words #(.BANKS(ACTIVATION_BANKS), .WORDS(WRITE_PORTS),
                 .OFFSET_BITS(ACTIVATION_OFFSET_BITS), .BITS(ACTIVATION_BITS))
    activation_words_written (.words(written_codes), .bank(write_bank), .of_banks(activation_data));
  reg  [ACTIVATION_BANKS*ACTIVATION_BITS-1:0] region_words;
  integer                                     r;
  always @* begin
    region_words = {(ACTIVATION_BANKS*ACTIVATION_BITS){1'b0}};
    for (r = 0; r < REGIONS; r = r + 1)
      region_words = region_words
        | (activation_words[r*ACTIVATION_BANKS*ACTIVATION_BITS +: ACTIVATION_BANKS*ACTIVATION_BITS]
           & {(ACTIVATION_BANKS*ACTIVATION_BITS){region == r}});
  end
  genvar p;
  generate
    for (p = 0; p < WRITE_PORTS; p = p + 1) begin : port
      assign port_writes[p] = write & p < write_count;
      assign written_codes[p*ACTIVATION_BITS +: ACTIVATION_BITS] =
        written_words[p*RESULT_BITS +: ACTIVATION_BITS];
      assign output_words[p*ACCUMULATOR_BITS +: ACCUMULATOR_BITS] =
        written_words[p*RESULT_BITS +: ACCUMULATOR_BITS];
    end
    for (p = 0; p < REGIONS; p = p + 1) begin : of_region
      wire reads = region == p;
      wire writes = write & ~output_layer & written_region == p;
      assign activation_enable[p*ACTIVATION_BANKS +: ACTIVATION_BANKS] =
        (read_banks & {ACTIVATION_BANKS{reads}}) | (write_banks & {ACTIVATION_BANKS{writes}});
      assign activation_write[p*ACTIVATION_BANKS +: ACTIVATION_BANKS] =
        write_banks & {ACTIVATION_BANKS{writes}};
      assign activation_address[p*ACTIVATION_BANKS*ACTIVATION_ROW_BITS
                                +: ACTIVATION_BANKS*ACTIVATION_ROW_BITS] =
        writes ? write_address : read_address;
    end
  endgenerate
  assign output_write = port_writes & {WRITE_PORTS{output_layer}};
  assign output_word = write_word;

  // Weight memories: F2 of each lane reads weights that no position of the tile has read.
  wire [WEIGHT_BANKS-1:0]                 weight_banks;
  wire [WEIGHT_BANKS*WEIGHT_ROW_BITS-1:0] first_address;
  wire [CHUNK-1:0]                        weights_read;
  wire [LANES-1:0]                        weight_on, weight_wraps, bias_wraps;
  bank_address #(.BANKS(WEIGHT_BANKS), .WORDS(CHUNK), .OFFSET_BITS(WEIGHT_OFFSET_BITS),
                 .ROW_BITS(WEIGHT_ROW_BITS))
    weights (.row(weight_row), .bank(weight_bank), .wanted(weights_read), .selected(weight_banks),
             .address(first_address));
  generate
    for (p = 0; p < LANES; p = p + 1) begin : lane_reads
      assign weight_read[p*WEIGHT_BANKS +: WEIGHT_BANKS] = weight_banks & {WEIGHT_BANKS{weight_on[p]}};
    end
    if (ROTATES) begin : own_addresses
      // Channels behind the last lane are in lane 0 and the next ones, in the rows behind.
      wire [WEIGHT_BANKS*WEIGHT_ROW_BITS-1:0] next_address;
      bank_address #(.BANKS(WEIGHT_BANKS), .WORDS(CHUNK), .OFFSET_BITS(WEIGHT_OFFSET_BITS),
                     .ROW_BITS(WEIGHT_ROW_BITS))
        wrapped (.row(weight_row + neuron_rows), .bank(weight_bank), .wanted(weights_read),
                 .selected(), .address(next_address));
      assign next_bias_row = bias_row + 1'b1;
      for (p = 0; p < LANES; p = p + 1) begin : lane_address
        assign weight_address[p*WEIGHT_BANKS*WEIGHT_ROW_BITS +: WEIGHT_BANKS*WEIGHT_ROW_BITS] =
          weight_wraps[p] ? next_address : first_address;
        assign bias_address[p*BIAS_ROW_BITS +: BIAS_ROW_BITS] =
          bias_wraps[p] ? next_bias_row : bias_row;
      end
    end else begin : same_address
      assign next_bias_row = bias_row;
      assign weight_address = first_address;
      assign bias_address = bias_row;
    end
  endgenerate

  datapath datapath (
    .clock(clock), .advance(~hold), .read(read), .weighted(weighted), .begins_chunk(begins_chunk),
    .from_inputs(from_inputs), .present(present), .threshold(threshold), .input_words(input_words),
    .input_bank(input_bank), .activation_words(region_words), .activation_bank(read_bank),
    .valid(valid), .operations(operations), .weight_words(weight_words),
    .weight_flags(weight_flags), .weight_bank(weight_bank), .biases(biases),
    .weighted_layer(weighted_layer), .pool_start(pool_start), .added_shift(added_shift),
    .maximum(maximum), .rectifies(rectifies), .weight_most(weight_most), .codebook(codebook),
    .product_align(product_align), .product_most(product_most), .take(take), .taken(taken),
    .output_layer(output_layer), .result_align(result_align), .result_most(result_most),
    .first_write_lane(first_write_lane), .weights_read(weights_read), .weight_on(weight_on),
    .weight_wraps(weight_wraps), .bias_on(bias_read), .bias_wraps(bias_wraps),
    .written_words(written_words));
endmodule
