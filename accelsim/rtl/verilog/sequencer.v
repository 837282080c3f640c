// The sequencer: walks through layers, groups of neurons and chunks of inputs, a chunk a cycle for
// F1; moves what is known of a chunk along the pipeline; and addresses the memories.
module sequencer (
  clock, reset, start, layer_done, hold, last_input, last_words, last_group, neuron_rows,
  write_count, fetch_layer, layer, output_layer, running, read, valid_words,
  input_row, input_bank, activation_row, activation_bank, weight_row, weight_bank, bias_row,
  write_row, write_bank, valid, first, last, in_last_group, group, first_input
);
`include "machine_parameters.vh"
  input  wire                              clock;
  input  wire                              reset;
  input  wire                              start;        // of a prediction, while none runs
  input  wire                              layer_done;   // the last word of a layer is written
  input  wire                              hold;         // the pipeline before A stands still
  input  wire [INPUT_BITS-1:0]             last_input;   // first input of the last chunk
  input  wire [CHUNK-1:0]                  last_words;   // words of the last chunk
  input  wire [GROUP_BITS-1:0]             last_group;
  input  wire [WEIGHT_ROW_BITS-1:0]        neuron_rows;  // of a neuron in a weight bank
  input  wire [WORDS_BITS-1:0]             write_count;  // by WB in this cycle
  output reg  [LAYER_BITS-1:0]             fetch_layer;  // of F1, a cycle ahead of the others
  output reg  [LAYER_BITS-1:0]             layer;
  output wire                              output_layer;
  output reg                               running;
  output wire                              read;         // F1 reads a chunk
  output wire [CHUNK-1:0]                  valid_words;
  output wire [INPUT_ROW_BITS-1:0]         input_row;
  output wire [INPUT_OFFSET_BITS-1:0]      input_bank;
  output wire [ACTIVATION_ROW_BITS-1:0]    activation_row;
  output wire [ACTIVATION_OFFSET_BITS-1:0] activation_bank;
  output wire [WEIGHT_ROW_BITS-1:0]        weight_row;
  output wire [WEIGHT_OFFSET_BITS-1:0]     weight_bank;
  output reg  [BIAS_ROW_BITS-1:0]          bias_row;
  output wire [ACTIVATION_ROW_BITS-1:0]    write_row;
  output wire [ACTIVATION_OFFSET_BITS-1:0] write_bank;
  // The chunk in F2 (lowest bits), M1, .., Ms.
  output reg  [STAGES:0]                   valid;
  output reg  [STAGES:0]                   first;          // of its group
  output reg  [STAGES:0]                   last;           // of its group
  output reg  [STAGES:0]                   in_last_group;  // of its layer
  output reg  [(STAGES+1)*GROUP_BITS-1:0]  group;
  output reg  [(STAGES+1)*INPUT_BITS-1:0]  first_input;

  wire                  begins = start & ~running;
  wire                  advance = ~hold;
  reg                   fetching;       // the layer has chunks that F1 has not read
  reg  [GROUP_BITS-1:0] next_group;
  reg  [INPUT_BITS-1:0] next_input;
  wire                  reads_last = next_input == last_input;
  wire                  reads_last_group = next_group == last_group;
  wire                  new_layer = begins | (layer_done & ~output_layer);
  assign output_layer = layer == LAYERS - 1;
  assign read = fetching & advance;
  assign valid_words = reads_last ? last_words : {CHUNK{1'b1}};

  always @(posedge clock)
    if (reset) running <= 1'b0;
    else if (begins) running <= 1'b1;
    else if (layer_done & output_layer) running <= 1'b0;

  always @(posedge clock)
    if (reset) begin
      fetching <= 1'b0;
      fetch_layer <= {LAYER_BITS{1'b0}};
      layer <= {LAYER_BITS{1'b0}};
      next_group <= {GROUP_BITS{1'b0}};
      next_input <= {INPUT_BITS{1'b0}};
    end else begin
      layer <= fetch_layer;
      if (new_layer) begin
        fetching <= 1'b1;
        fetch_layer <= begins ? {LAYER_BITS{1'b0}} : fetch_layer + 1'b1;
      end else if (read) begin
        next_input <= reads_last ? {INPUT_BITS{1'b0}} : next_input + CHUNK;
        if (reads_last) begin
          next_group <= reads_last_group ? {GROUP_BITS{1'b0}} : next_group + 1'b1;
          fetching <= ~reads_last_group;
        end
      end
    end

  // What is known of a chunk moves with it.
  wire [STAGES+1:0]                 valid_moved = {valid, fetching};
  wire [STAGES+1:0]                 first_moved = {first, fetching & next_input == 0};
  wire [STAGES+1:0]                 last_moved = {last, fetching & reads_last};
  wire [STAGES+1:0]                 in_last_group_moved = {in_last_group, fetching & reads_last_group};
  wire [(STAGES+2)*GROUP_BITS-1:0]  group_moved = {group, next_group};
  wire [(STAGES+2)*INPUT_BITS-1:0]  first_input_moved = {first_input, next_input};
  always @(posedge clock)
    if (reset) begin
      valid <= {(STAGES+1){1'b0}};
      first <= {(STAGES+1){1'b0}};
      last <= {(STAGES+1){1'b0}};
      in_last_group <= {(STAGES+1){1'b0}};
      group <= {((STAGES+1)*GROUP_BITS){1'b0}};
      first_input <= {((STAGES+1)*INPUT_BITS){1'b0}};
    end else if (advance) begin
      valid <= valid_moved[STAGES:0];
      first <= first_moved[STAGES:0];
      last <= last_moved[STAGES:0];
      in_last_group <= in_last_group_moved[STAGES:0];
      group <= group_moved[(STAGES+1)*GROUP_BITS-1:0];
      first_input <= first_input_moved[(STAGES+1)*INPUT_BITS-1:0];
    end

  // F1: every group reads the inputs from the first one on.
  wire rewind = new_layer | (read & reads_last);
  bank_counter #(.BANKS(INPUT_BANKS), .OFFSET_BITS(INPUT_OFFSET_BITS), .ROW_BITS(INPUT_ROW_BITS),
                 .STEP_BITS(WORDS_BITS), .WHOLE_ROWS(INPUT_BANKS == CHUNK))
    inputs (.clock(clock), .load(rewind), .first_row({INPUT_ROW_BITS{1'b0}}), .advance(read),
            .step(CHUNK_STEP), .row(input_row), .bank(input_bank));
  bank_counter #(.BANKS(ACTIVATION_BANKS), .OFFSET_BITS(ACTIVATION_OFFSET_BITS),
                 .ROW_BITS(ACTIVATION_ROW_BITS), .STEP_BITS(WORDS_BITS),
                 .WHOLE_ROWS(ACTIVATION_BANKS == CHUNK))
    activations (.clock(clock), .load(rewind), .first_row({ACTIVATION_ROW_BITS{1'b0}}),
                 .advance(read), .step(CHUNK_STEP), .row(activation_row), .bank(activation_bank));

  // F2: the neurons of a lane follow each other in its banks, each in rows of its own.
  wire                       reads_weights = valid[0] & advance;
  reg  [WEIGHT_ROW_BITS-1:0] neuron_row;      // first one of the group's neurons
  wire [WEIGHT_ROW_BITS-1:0] next_neuron_row = neuron_row + neuron_rows;
  always @(posedge clock)
    if (begins) neuron_row <= {WEIGHT_ROW_BITS{1'b0}};
    else if (reads_weights & last[0]) neuron_row <= next_neuron_row;
  bank_counter #(.BANKS(WEIGHT_BANKS), .OFFSET_BITS(WEIGHT_OFFSET_BITS),
                 .ROW_BITS(WEIGHT_ROW_BITS), .STEP_BITS(WORDS_BITS),
                 .WHOLE_ROWS(WEIGHT_BANKS == CHUNK))
    weights (.clock(clock), .load(begins | (reads_weights & last[0])),
             .first_row(begins ? {WEIGHT_ROW_BITS{1'b0}} : next_neuron_row),
             .advance(reads_weights), .step(CHUNK_STEP), .row(weight_row), .bank(weight_bank));

  // M: a bias a group.
  always @(posedge clock)
    if (begins) bias_row <= {BIAS_ROW_BITS{1'b0}};
    else if (valid[STAGES] & last[STAGES] & advance) bias_row <= bias_row + 1'b1;

  // WB: the neurons of a layer in their order.
  bank_counter #(.BANKS(ACTIVATION_BANKS), .OFFSET_BITS(ACTIVATION_OFFSET_BITS),
                 .ROW_BITS(ACTIVATION_ROW_BITS), .STEP_BITS(WORDS_BITS))
    writes (.clock(clock), .load(new_layer), .first_row({ACTIVATION_ROW_BITS{1'b0}}),
            .advance(|write_count), .step(write_count), .row(write_row), .bank(write_bank));
endmodule
