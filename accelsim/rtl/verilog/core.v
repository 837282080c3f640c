// The machine without memories: sequencer, write control and datapath, with the ports of the
// memories outside. A memory takes address and enable in a cycle and gives the word in the same
// one (memories.v).
module core (
  clock, reset, start, running,
  input_read, input_address, input_words,
  activation_enable, activation_write, activation_address, activation_data, activation_words,
  weight_read, weight_address, weight_words, weight_flags,
  bias_read, bias_address, biases,
  output_write, output_words
);
`include "machine_parameters.vh"
  input  wire                                                clock;
  input  wire                                                reset;    // in time with the clock
  input  wire                                                start;    // a prediction, of the inputs in the memory
  output wire                                                running;
  output wire [INPUT_BANKS-1:0]                              input_read;
  output wire [INPUT_BANKS*INPUT_ROW_BITS-1:0]               input_address;
  input  wire [INPUT_BANKS*ACTIVATION_BITS-1:0]              input_words;
  // Half 0 of the activation memory is in the lower bits, half 1 in the upper ones.
  output wire [2*ACTIVATION_BANKS-1:0]                       activation_enable;
  output wire [2*ACTIVATION_BANKS-1:0]                       activation_write;
  output wire [2*ACTIVATION_BANKS*ACTIVATION_ROW_BITS-1:0]   activation_address;
  output wire [ACTIVATION_BANKS*ACTIVATION_BITS-1:0]         activation_data;     // of both halves
  input  wire [2*ACTIVATION_BANKS*ACTIVATION_BITS-1:0]       activation_words;
  // The banks of lane 0 are in the lowest bits; all lanes have the same addresses.
  output wire [LANES*WEIGHT_BANKS-1:0]                       weight_read;
  output wire [WEIGHT_BANKS*WEIGHT_ROW_BITS-1:0]             weight_address;
  input  wire [LANES*WEIGHT_BANKS*STORED_BITS-1:0]           weight_words;
  input  wire [LANES*WEIGHT_BANKS*FLAG_BITS-1:0]             weight_flags;
  output wire [LANES-1:0]                                    bias_read;
  output wire [BIAS_ROW_BITS-1:0]                            bias_address;
  input  wire [LANES*PRODUCT_BITS-1:0]                       biases;
  // Accumulators of the output layer, in the order of neurons.
  output wire [WRITE_PORTS-1:0]                              output_write;
  output wire [WRITE_PORTS*ACCUMULATOR_BITS-1:0]             output_words;

  // What is known of each layer.
  wire [LAYER_BITS-1:0]             fetch_layer, layer;
  wire [INPUT_BITS-1:0]             last_input;
  wire [CHUNK-1:0]                  last_words;
  wire [GROUP_BITS-1:0]             last_group;
  wire [ACTIVATION_BITS-1:0]        threshold;
  wire [WORDS_BITS-1:0]             last_lanes;
  wire [WEIGHT_ROW_BITS-1:0]        neuron_rows;
  wire [STORED_BITS-1:0]            weight_most;
  wire [ENTRIES_BITS-1:0]           codebook;
  wire [PRODUCT_ALIGN_BITS-1:0]     product_align;
  wire [PRODUCT_BITS-1:0]           product_most;
  wire [RESULT_ALIGN_BITS-1:0]      result_align;
  wire [ACTIVATION_BITS-1:0]        result_most;
  fetch_table of_f1 (.layer(fetch_layer), .last_input(last_input), .last_words(last_words),
                     .last_group(last_group), .threshold(threshold));
  lane_table of_lanes (.layer(layer), .last_lanes(last_lanes), .neuron_rows(neuron_rows),
                       .weight_most(weight_most), .product_align(product_align),
                       .product_most(product_most), .result_align(result_align),
                       .result_most(result_most));
  codebook_table of_f2 (.layer(layer), .codebook(codebook));

  // Control.
  wire                              hold, take, takes_last_group, write, layer_done, read;
  wire                              output_layer;
  wire [LANE_BITS-1:0]              write_lane;
  wire [WORDS_BITS-1:0]             write_count;
  wire [CHUNK-1:0]                  valid_words;
  wire [STAGES:0]                   valid, first, last, in_last_group;
  wire [(STAGES+1)*GROUP_BITS-1:0]  group;
  wire [(STAGES+1)*INPUT_BITS-1:0]  first_input;
  wire [INPUT_ROW_BITS-1:0]         input_row;
  wire [INPUT_OFFSET_BITS-1:0]      input_bank;
  wire [ACTIVATION_ROW_BITS-1:0]    activation_row, write_row;
  wire [ACTIVATION_OFFSET_BITS-1:0] activation_bank, write_bank;
  wire [WEIGHT_ROW_BITS-1:0]        weight_row;
  wire [WEIGHT_OFFSET_BITS-1:0]     weight_bank;
  sequencer sequencer (
    .clock(clock), .reset(reset), .start(start), .layer_done(layer_done), .hold(hold),
    .last_input(last_input), .last_words(last_words), .last_group(last_group),
    .neuron_rows(neuron_rows), .write_count(write_count), .fetch_layer(fetch_layer), .layer(layer),
    .output_layer(output_layer), .running(running), .read(read), .valid_words(valid_words),
    .input_row(input_row), .input_bank(input_bank), .activation_row(activation_row),
    .activation_bank(activation_bank), .weight_row(weight_row), .weight_bank(weight_bank),
    .bias_row(bias_address), .write_row(write_row), .write_bank(write_bank), .valid(valid),
    .first(first), .last(last), .in_last_group(in_last_group), .group(group),
    .first_input(first_input));
  write_control control (
    .clock(clock), .reset(reset), .valid(valid[STAGES]), .last(last[STAGES]),
    .in_last_group(in_last_group[STAGES]), .last_lanes(last_lanes), .hold(hold), .take(take),
    .takes_last_group(takes_last_group), .write(write), .write_lane(write_lane),
    .write_count(write_count), .layer_done(layer_done));

  // Input memory: read by F1 in the first layer.
  wire first_layer = fetch_layer == 0;
  bank_address #(.BANKS(INPUT_BANKS), .WORDS(CHUNK), .OFFSET_BITS(INPUT_OFFSET_BITS),
                 .ROW_BITS(INPUT_ROW_BITS), .WHOLE_ROWS(INPUT_BANKS == CHUNK))
    inputs (.row(input_row), .bank(input_bank),
            .wanted(valid_words & {CHUNK{read & first_layer}}), .selected(input_read),
            .address(input_address));

  // Activation memory: layer k writes half k mod 2, and layer k + 1 reads it.
  wire [ACTIVATION_BANKS-1:0]                     read_banks, write_banks;
  wire [ACTIVATION_BANKS*ACTIVATION_ROW_BITS-1:0] read_address, write_address;
  wire [WRITE_PORTS-1:0]                          port_writes;
  wire [WRITE_PORTS*RESULT_BITS-1:0]              written_words;
  wire [WRITE_PORTS*ACTIVATION_BITS-1:0]          written_codes;
  wire                                            half_read = ~fetch_layer[0];
  wire                                            half_written = layer[0];
  bank_address #(.BANKS(ACTIVATION_BANKS), .WORDS(CHUNK), .OFFSET_BITS(ACTIVATION_OFFSET_BITS),
                 .ROW_BITS(ACTIVATION_ROW_BITS), .WHOLE_ROWS(ACTIVATION_BANKS == CHUNK))
    activation_reads (.row(activation_row), .bank(activation_bank),
                      .wanted(valid_words & {CHUNK{read & ~first_layer}}), .selected(read_banks),
                      .address(read_address));
  bank_address #(.BANKS(ACTIVATION_BANKS), .WORDS(WRITE_PORTS),
                 .OFFSET_BITS(ACTIVATION_OFFSET_BITS), .ROW_BITS(ACTIVATION_ROW_BITS))
    activation_writes (.row(write_row), .bank(write_bank),
                       .wanted(port_writes & {WRITE_PORTS{~output_layer}}),
                       .selected(write_banks), .address(write_address));
  spread_words #(.BANKS(ACTIVATION_BANKS), .WORDS(WRITE_PORTS),
                 .OFFSET_BITS(ACTIVATION_OFFSET_BITS), .BITS(ACTIVATION_BITS))
    activation_words_written (.words(written_codes), .bank(write_bank), .of_banks(activation_data));
  genvar p;
  generate
    for (p = 0; p < WRITE_PORTS; p = p + 1) begin : port
      assign port_writes[p] = write & p < write_count;
      assign written_codes[p*ACTIVATION_BITS +: ACTIVATION_BITS] =
        written_words[p*RESULT_BITS +: ACTIVATION_BITS];
      assign output_words[p*ACCUMULATOR_BITS +: ACCUMULATOR_BITS] =
        written_words[p*RESULT_BITS +: ACCUMULATOR_BITS];
    end
    for (p = 0; p < 2; p = p + 1) begin : half
      wire reads = half_read == p;
      wire writes = write & half_written == p;
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

  // Weight memories: F2 of each lane reads the weights of the kept words.
  wire [WEIGHT_BANKS-1:0] weight_banks;
  wire [CHUNK-1:0]        fetched_kept;
  wire [LANES-1:0]        weight_on;
  bank_address #(.BANKS(WEIGHT_BANKS), .WORDS(CHUNK), .OFFSET_BITS(WEIGHT_OFFSET_BITS),
                 .ROW_BITS(WEIGHT_ROW_BITS), .WHOLE_ROWS(WEIGHT_BANKS == CHUNK))
    weights (.row(weight_row), .bank(weight_bank), .wanted(fetched_kept), .selected(weight_banks),
             .address(weight_address));
  generate
    for (p = 0; p < LANES; p = p + 1) begin : lane_reads
      assign weight_read[p*WEIGHT_BANKS +: WEIGHT_BANKS] = weight_banks & {WEIGHT_BANKS{weight_on[p]}};
    end
  endgenerate

  datapath datapath (
    .clock(clock), .advance(~hold), .read(read), .first_layer(first_layer),
    .valid_words(valid_words), .threshold(threshold), .input_words(input_words),
    .input_bank(input_bank),
    .activation_words(half_read
      ? activation_words[ACTIVATION_BANKS*ACTIVATION_BITS +: ACTIVATION_BANKS*ACTIVATION_BITS]
      : activation_words[0 +: ACTIVATION_BANKS*ACTIVATION_BITS]),
    .activation_bank(activation_bank), .valid(valid), .in_last_group(in_last_group),
    .first(first[STAGES]), .last_lanes(last_lanes), .weight_words(weight_words),
    .weight_flags(weight_flags), .weight_bank(weight_bank), .biases(biases),
    .weight_most(weight_most), .codebook(codebook), .product_align(product_align),
    .product_most(product_most),
    .take(take), .takes_last_group(takes_last_group), .output_layer(output_layer),
    .result_align(result_align), .result_most(result_most), .write_lane(write_lane),
    .fetched_kept(fetched_kept), .weight_on(weight_on), .bias_on(bias_read),
    .written_words(written_words));
endmodule
