// The sequencer: walks through layers, spans of positions, units of channels, tiles of positions
// and chunks of words, a chunk a cycle for F1; moves what is known of a chunk along the pipeline;
// and addresses the memories. All positions of a span pass one unit before the next unit begins;
// those of a tile take a chunk one after the other, each into its accumulator.
module sequencer (
  clock, reset, start, layer_done, hold, fetch_layer, layer, output_layer, running,
  read, weighted, begins_chunk, present, from_inputs, region, read_word, threshold,
  weight_row, weight_bank, weight_half, valid, starved, operations,
  off_chip_read, off_chip_address, off_chip_words,
  buffer_write, buffer_half, buffer_address, buffer_words
);
`include "machine_parameters.vh"
  input  wire                                 clock;
  input  wire                                 reset;
  input  wire                                 start;        // of a prediction, while none runs
  input  wire                                 layer_done;   // the last word of a layer is written
  input  wire                                 hold;         // the pipeline before A stands still
  output reg  [LAYER_BITS-1:0]                fetch_layer;  // of F1, a cycle ahead of the others
  output reg  [LAYER_BITS-1:0]                layer;
  output wire                                 output_layer;
  output reg                                  running;
  // F1
  output wire                                 read;         // a chunk
  output wire                                 weighted;     // its words meet weights
  output wire                                 begins_chunk; // for the first position of a tile
  output reg  [FETCH-1:0]                     present;       // words that there are; others are padding
  output wire                                 from_inputs;  // else from `region` of the activations
  output wire [REGION_BITS-1:0]               region;
  output wire [ADDRESS_BITS-1:0]              read_word;    // first word of the chunk
  output wire [ACTIVATION_BITS-1:0]           threshold;
  // F2
  output reg  [WEIGHT_ROW_BITS-1:0]           weight_row;
  output reg  [WEIGHT_OFFSET_BITS-1:0]        weight_bank;
  output wire                                 weight_half;  // of the lanes' buffers
  // The chunk in F2 (lowest bits), M1, .., Ms.
  output wire [STAGES:0]                      valid;
  output wire [STAGES:0]                      starved;      // no chunk, since F1 waited for weights
  output wire [(STAGES+1)*OPERATION_BITS-1:0] operations;
  // Weights from off chip, on their way into the lanes' buffers.
  output wire                                 off_chip_read;
  output wire [OFF_CHIP_ADDRESS_BITS-1:0]     off_chip_address;
  input  wire [OFF_CHIP_WIDTH*STORED_BITS-1:0] off_chip_words;
  output wire [LANES*WEIGHT_BANKS-1:0]        buffer_write;
  output wire                                 buffer_half;
  output wire [LANES*WEIGHT_BANKS*WEIGHT_ROW_BITS-1:0] buffer_address;
  output wire [LANES*WEIGHT_BANKS*STORED_BITS-1:0] buffer_words;

  wire                  begins = start & ~running;
  wire                  advance = ~hold;
  wire                  new_layer = begins | (layer_done & ~output_layer);
  wire [LAYER_BITS-1:0] first_layer = {LAYER_BITS{1'b0}};
  wire [LAYER_BITS-1:0] next_layer;
  layer_order order (.layer(fetch_layer), .next(next_layer));
  // While no layer is read the tables say what the next one begins with.
  wire [LAYER_BITS-1:0] table_layer = new_layer ? (begins ? first_layer : next_layer) : fetch_layer;
  assign output_layer = layer == LAYERS - 1;

  wire                       layer_weighted, adds, by_pixel, reads_inputs, adds_inputs;
  wire                       spans_batch;
  wire [POSITION_BITS-1:0]   last_of_prediction;
  wire [REGION_BITS-1:0]     read_region, added_region;
  wire [POSITION_BITS-1:0]   last_position, last_of_span;
  wire [CHANNEL_BITS-1:0]    all_channels, group_channels, unit_channels;
  wire [ADDRESS_BITS-1:0]    first_row, row_limit, first_column, column_limit;
  wire [ADDRESS_BITS-1:0]    offset_step, last_offset, segment_step, last_segment;
  wire [ADDRESS_BITS-1:0]    channel_offset, added_channels;
  wire [WORDS_BITS-1:0]      chunk_words, last_words;
  wire [WEIGHT_ROW_BITS-1:0] first_weight_row, neuron_rows;
  wire [BIAS_ROW_BITS-1:0]   first_bias_row;
  wire [POOL_BITS-1:0]       last_pool_row, last_pool_column;
  fetch_table of_f1 (
    .layer(table_layer), .weighted(layer_weighted), .adds(adds), .by_pixel(by_pixel),
    .reads_inputs(reads_inputs), .adds_inputs(adds_inputs), .read_region(read_region),
    .added_region(added_region), .last_position(last_position), .last_of_span(last_of_span),
    .all_channels(all_channels), .group_channels(group_channels), .unit_channels(unit_channels),
    .first_row(first_row), .row_limit(row_limit), .first_column(first_column),
    .column_limit(column_limit), .offset_step(offset_step), .last_offset(last_offset),
    .segment_step(segment_step), .last_segment(last_segment), .channel_offset(channel_offset),
    .added_channels(added_channels), .chunk_words(chunk_words), .last_words(last_words),
    .first_weight_row(first_weight_row), .neuron_rows(neuron_rows),
    .first_bias_row(first_bias_row), .last_pool_row(last_pool_row),
    .last_pool_column(last_pool_column), .threshold(threshold), .spans_batch(spans_batch),
    .last_of_prediction(last_of_prediction));

  // Where the walk is.
  reg                              fetching;      // the layer has chunks that F1 has not read
  reg  [PLACE_BITS-1:0]            now, tile, span;
  reg  [ACCUMULATOR_INDEX_BITS-1:0] accumulator;
  reg  [GROUP_BITS-1:0]            unit;
  reg  [CHANNEL_BITS-1:0]          first_channel;
  reg  [CHANNEL_BITS-1:0]          group;         // of a depthwise convolution: the channel it reads
  reg  [CHANNEL_BITS-1:0]          left;          // channels of the group from the first one on
  reg  [LANE_BITS-1:0]             first_lane;
  reg  [WEIGHT_ROW_BITS-1:0]       neuron_row;    // of the first channel
  reg  [BIAS_ROW_BITS-1:0]         bias_row;
  reg  [CHANNEL_BITS-1:0]          added_words;   // of the unit, that were read
  reg  [ADDRESS_BITS-1:0]          segment;       // rows of the window that were read, in words
  reg  [ADDRESS_BITS-1:0]          offset;        // in the row
  reg  [INPUT_BITS-1:0]            window_word;

  wire [POSITION_BITS-1:0] number, window, span_number;
  wire [ADDRESS_BITS-1:0]  written, added, column, row;
  wire [POOL_BITS-1:0]     pool_row, pool_column;
  assign {number, written, added, column, row, window, pool_row, pool_column} =
    now[ONE_PLACE_BITS-1:0];
  assign span_number = span[ONE_PLACE_BITS-1 -: POSITION_BITS];
  wire [PLACE_BITS-1:0]    next;
  next_position step (.layer(fetch_layer), .now(now), .next(next));
  wire [PLACE_BITS-1:0]    first_place;
  assign first_place[ONE_PLACE_BITS-1:0] =
    {{POSITION_BITS{1'b0}}, {ADDRESS_BITS{1'b0}}, {ADDRESS_BITS{1'b0}}, first_column, first_row,
     {POSITION_BITS{1'b0}}, {POOL_BITS{1'b0}}, {POOL_BITS{1'b0}}};
  wire [ADDRESS_BITS-1:0]  tensor;     // of the prediction: its first word
  wire                     ends_run;   // last position of the prediction, or of the batch

  // The chunk that F1 reads.
  wire [CHANNEL_BITS-1:0] channels = left < unit_channels ? left : unit_channels;
  wire                    adding = adds & added_words < channels;
  wire [1:0]              kind = adding ? ADDED : layer_weighted ? WEIGHTED : POOLED;
  wire                    ends_segment = offset == last_offset;
  wire [CHANNEL_BITS-1:0] added_left = channels - added_words;
  wire [WORDS_BITS-1:0]   words =
    adding ? (added_left < WORDS_PER_CYCLE ? added_left : WORDS_PER_CYCLE)
    : ~layer_weighted ? channels : ends_segment ? last_words : chunk_words;
  wire first = adds ? adding & added_words == 0 : segment == 0 & offset == 0;
  wire last = ~adding & ends_segment & segment == last_segment;
  wire last_unit = first_channel + channels == all_channels;
  wire last_of_positions = number == last_position;
  generate
    if (BATCH_SIZE > 1) begin : batch
      wire [POSITION_BITS-1:0] of_prediction;
      assign {tensor, of_prediction} = now[PLACE_BITS-1:ONE_PLACE_BITS];
      assign first_place[PLACE_BITS-1:ONE_PLACE_BITS] = {(ADDRESS_BITS+POSITION_BITS){1'b0}};
      assign ends_run = last_of_positions | (~spans_batch & of_prediction == last_of_prediction);
    end else begin : single
      assign tensor = {ADDRESS_BITS{1'b0}};
      assign ends_run = last_of_positions;
    end
  endgenerate
  wire begins_window = pool_row == 0 & pool_column == 0;
  wire ends_window = pool_row == last_pool_row & pool_column == last_pool_column;
  wire waits;   // for weights from off chip
  assign read = fetching & advance & ~waits;
  assign weighted = kind == WEIGHTED;
  assign begins_chunk = accumulator == 0;

  // What ends with it.
  wire ends_tile = accumulator == ACCUMULATORS - 1 | ends_run;
  wire ends_sums = ends_tile & last;
  wire ends_span = ends_run | number - span_number == last_of_span;
  wire ends_unit = ends_sums & ends_span;
  wire ends_units = ends_unit & last_unit;
  wire ends_layer = ends_units & last_of_positions;
  wire next_span_unit = ends_unit & ~last_unit;   // the positions of the span again

  // Its words.
  wire [ADDRESS_BITS-1:0] row_word = row + segment;
  wire [ADDRESS_BITS-1:0] column_word = column + offset;
  wire [ADDRESS_BITS-1:0] added_channel = first_channel + added_words - channel_offset;
  wire [ADDRESS_BITS-1:0] window_channel = layer_weighted ? group : first_channel;
  wire                    row_present = adding | (~row_word[ADDRESS_BITS-1] & row_word < row_limit);
  assign from_inputs = adding ? adds_inputs : reads_inputs;
  assign region = adding ? added_region : read_region;
  assign read_word =
    adding ? added + added_channel : tensor + row_word + column_word + window_channel;
  reg [ADDRESS_BITS-1:0] at;
  integer                k;
  always @*
    for (k = 0; k < FETCH; k = k + 1) begin
      at = adding ? added_channel + k : by_pixel ? column_word : column_word + k;
      present[k] = k < words & row_present & ~at[ADDRESS_BITS-1]
                & at < (adding ? added_channels : column_limit);
    end

  // The next unit.
  wire [LANE_BITS:0]         lane_sum = first_lane + channels;
  wire                       next_row = lane_sum >= LANES;
  wire [WEIGHT_ROW_BITS-1:0] next_neuron_row = next_row ? neuron_row + neuron_rows : neuron_row;
  wire                       new_units = new_layer | (read & ends_units);

  always @(posedge clock)
    if (reset) running <= 1'b0;
    else if (begins) running <= 1'b1;
    else if (layer_done & output_layer) running <= 1'b0;

  always @(posedge clock)
    if (reset) begin
      fetching <= 1'b0;
      fetch_layer <= first_layer;
      layer <= first_layer;
    end else begin
      layer <= fetch_layer;
      if (new_layer) begin
        fetching <= 1'b1;
        fetch_layer <= table_layer;
      end else if (read & ends_layer) fetching <= 1'b0;
    end

  always @(posedge clock)
    if (new_layer) begin
      now <= first_place;
      tile <= first_place;
      span <= first_place;
      accumulator <= {ACCUMULATOR_INDEX_BITS{1'b0}};
    end else if (read) begin
      now <= next_span_unit ? span : ends_tile & ~last ? tile : next;
      if (ends_sums) tile <= next_span_unit ? span : next;
      if (ends_units) span <= next;
      accumulator <= ends_tile ? {ACCUMULATOR_INDEX_BITS{1'b0}} : accumulator + 1'b1;
    end

  always @(posedge clock)
    if (new_layer | (read & ends_sums)) begin
      added_words <= {CHANNEL_BITS{1'b0}};
      segment <= {ADDRESS_BITS{1'b0}};
      offset <= {ADDRESS_BITS{1'b0}};
      window_word <= {INPUT_BITS{1'b0}};
    end else if (read & ends_tile) begin
      if (adding) added_words <= added_words + words;
      else begin
        window_word <= window_word + (layer_weighted ? words : 1'b1);
        offset <= ends_segment ? {ADDRESS_BITS{1'b0}} : offset + offset_step;
        if (ends_segment) segment <= segment + segment_step;
      end
    end

  always @(posedge clock)
    if (new_units) begin
      unit <= {GROUP_BITS{1'b0}};
      first_channel <= {CHANNEL_BITS{1'b0}};
      group <= {CHANNEL_BITS{1'b0}};
      left <= group_channels;
      first_lane <= {LANE_BITS{1'b0}};
      neuron_row <= first_weight_row;
      bias_row <= first_bias_row;
    end else if (read & ends_unit) begin
      unit <= unit + 1'b1;
      first_channel <= first_channel + channels;
      left <= left == channels ? group_channels : left - channels;
      if (left == channels) group <= group + 1'b1;
      first_lane <= ~layer_weighted ? {LANE_BITS{1'b0}} : next_row ? lane_sum - LANES : lane_sum;
      neuron_row <= next_neuron_row;
      if (next_row) bias_row <= bias_row + 1'b1;
    end

  // What is known of a chunk moves with it.
  wire [INPUT_BITS-1:0]      first_input = adding ? added_words : window_word;
  wire [WORDS_BITS-1:0]      unit_words = channels;
  wire [ADDRESS_BITS-1:0]    unit_written = written + first_channel;
  wire                       last_of_layer = last & last_of_positions & last_unit;
  wire [OPERATION_BITS-1:0]  fetched =
    {number, unit, first_input, unit_written, bias_row, first_lane, unit_words, accumulator, kind,
     ends_window, begins_window, last_of_layer, last, first};
  moved_operations pipeline (
    .clock(clock), .reset(reset), .advance(advance), .fetching(fetching), .waits(waits),
    .fetched(fetched), .valid(valid), .starved(starved), .operations(operations));

  // Weights: the channels of a lane follow each other in its banks, each in rows of its own.
  wire [WEIGHT_ROW_BITS-1:0]    next_weight_row =
    new_units ? first_weight_row : ends_unit ? next_neuron_row : neuron_row;
  wire [WEIGHT_ROW_BITS-1:0]    chunk_row;
  wire [WEIGHT_OFFSET_BITS-1:0] chunk_bank;
  bank_counter #(.BANKS(WEIGHT_BANKS), .OFFSET_BITS(WEIGHT_OFFSET_BITS),
                 .ROW_BITS(WEIGHT_ROW_BITS), .STEP_BITS(WORDS_BITS))
    weights (.clock(clock), .load(new_layer | (read & ends_sums)), .first_row(next_weight_row),
             .advance(read & ends_tile & weighted), .step(words), .row(chunk_row),
             .bank(chunk_bank));
  always @(posedge clock)
    if (advance) begin
      weight_row <= chunk_row;
      weight_bank <= chunk_bank;
    end

  generate
    if (STREAM_WORDS > 0) begin : off_chip
      wire begins_unit = number == span_number & accumulator == 0 & added_words == 0
                       & segment == 0 & offset == 0;
      wire ready, unit_half;
      reg  last_of_unit, half;   // of the chunk in F2
      always @(posedge clock)
        if (advance) begin
          last_of_unit <= ends_unit;
          half <= unit_half;
        end
      assign weight_half = half;
      assign waits = fetching & layer_weighted & begins_unit & ~ready;
      weight_stream stream (
        .clock(clock), .reset(reset), .new_layer(new_layer), .layer(fetch_layer),
        .released(valid[0] & last_of_unit & advance), .unit_ends(read & ends_unit), .unit(unit[0]),
        .unit_half(unit_half), .ready(ready), .off_chip_read(off_chip_read),
        .off_chip_address(off_chip_address), .off_chip_words(off_chip_words),
        .buffer_write(buffer_write), .buffer_half(buffer_half), .buffer_address(buffer_address),
        .buffer_words(buffer_words));
    end else begin : on_chip
      assign weight_half = 1'b0;
      assign waits = 1'b0;
      assign off_chip_read = 1'b0;
      assign off_chip_address = {OFF_CHIP_ADDRESS_BITS{1'b0}};
      assign buffer_write = {(LANES*WEIGHT_BANKS){1'b0}};
      assign buffer_half = 1'b0;
      assign buffer_address = {(LANES*WEIGHT_BANKS*WEIGHT_ROW_BITS){1'b0}};
      assign buffer_words = {(LANES*WEIGHT_BANKS*STORED_BITS){1'b0}};
    end
  endgenerate
endmodule
