// The machine: the core with its memories. `load` writes the inputs of a prediction, a row of all
// banks of the input memory a cycle; `start` begins the prediction; while it runs, `output_write`
// says which of `output_words` leave, the accumulators of the output layer from `output_word` on.
// The class is the index of the largest, the lowest one of equals.
module machine (
  clock, reset, load, load_row, load_words, start, running, output_write, output_words, output_word,
  off_chip_read, off_chip_address, off_chip_words
);
`include "machine_parameters.vh"
  input  wire                                    clock;
  input  wire                                    reset;
  input  wire                                    load;
  input  wire [INPUT_ROW_BITS-1:0]               load_row;
  input  wire [INPUT_BANKS*ACTIVATION_BITS-1:0]  load_words;
  input  wire                                    start;
  output wire                                    running;
  output wire [WRITE_PORTS-1:0]                  output_write;
  output wire [WRITE_PORTS*ACCUMULATOR_BITS-1:0] output_words;
  output wire [ADDRESS_BITS-1:0]                 output_word;
  // The memory off chip, which answers as those on chip do; of no use where weights are on chip.
  output wire                                    off_chip_read;
  output wire [OFF_CHIP_ADDRESS_BITS-1:0]        off_chip_address;  // of the first word
  input  wire [OFF_CHIP_WIDTH*STORED_BITS-1:0]   off_chip_words;

  wire [INPUT_BANKS-1:0]                            input_read;
  wire [INPUT_BANKS*INPUT_ROW_BITS-1:0]             input_address;
  wire [INPUT_BANKS*ACTIVATION_BITS-1:0]            input_words;
  wire [REGIONS*ACTIVATION_BANKS-1:0]                     activation_enable, activation_write;
  wire [REGIONS*ACTIVATION_BANKS*ACTIVATION_ROW_BITS-1:0] activation_address;
  wire [ACTIVATION_BANKS*ACTIVATION_BITS-1:0]       activation_data;
  wire [REGIONS*ACTIVATION_BANKS*ACTIVATION_BITS-1:0]     activation_words;
  wire [LANES*WEIGHT_BANKS-1:0]                     weight_read;
  wire [LANE_ADDRESSES*WEIGHT_BANKS*WEIGHT_ROW_BITS-1:0] weight_address;
  wire [LANES*WEIGHT_BANKS*STORED_BITS-1:0]         weight_words, stored_words;
  wire [LANES*WEIGHT_BANKS*FLAG_BITS-1:0]           weight_flags, stored_flags;
  wire                                              weight_half, buffer_half;
  wire [LANES*WEIGHT_BANKS-1:0]                     buffer_write;
  wire [LANES*WEIGHT_BANKS*WEIGHT_ROW_BITS-1:0]     buffer_address;
  wire [LANES*WEIGHT_BANKS*STORED_BITS-1:0]         buffer_words;
  wire [LANES-1:0]                                  bias_read;
  wire [LANE_ADDRESSES*BIAS_ROW_BITS-1:0]           bias_address;
  wire [LANES*PRODUCT_BITS-1:0]                     biases;

  core core (
    .clock(clock), .reset(reset), .start(start), .running(running), .input_read(input_read),
    .input_address(input_address), .input_words(input_words),
    .activation_enable(activation_enable), .activation_write(activation_write),
    .activation_address(activation_address), .activation_data(activation_data),
    .activation_words(activation_words), .weight_read(weight_read),
    .weight_address(weight_address), .weight_words(weight_words), .weight_flags(weight_flags),
    .bias_read(bias_read), .bias_address(bias_address), .biases(biases),
    .output_write(output_write), .output_words(output_words), .output_word(output_word),
    .weight_half(weight_half), .off_chip_read(off_chip_read), .off_chip_address(off_chip_address),
    .off_chip_words(off_chip_words), .buffer_write(buffer_write), .buffer_half(buffer_half),
    .buffer_address(buffer_address), .buffer_words(buffer_words));
  memories memories (
    .clock(clock), .load(load), .load_row(load_row), .load_words(load_words),
    .input_read(input_read), .input_address(input_address), .input_words(input_words),
    .activation_enable(activation_enable), .activation_write(activation_write),
    .activation_address(activation_address), .activation_data(activation_data),
    .activation_words(activation_words), .weight_read(weight_read),
    .weight_address(weight_address), .weight_words(stored_words), .weight_flags(stored_flags),
    .bias_read(bias_read), .bias_address(bias_address), .biases(biases));
  generate
    if (STREAM_WORDS > 0) begin : off_chip
      weight_buffers buffers (
        .clock(clock), .read(weight_read), .read_half(weight_half), .address(weight_address),
        .words(weight_words), .write(buffer_write), .write_half(buffer_half),
        .write_address(buffer_address), .written_words(buffer_words));
      assign weight_flags = {LANES*WEIGHT_BANKS*FLAG_BITS{1'b0}};   // cells of buffers are right
    end else begin : on_chip
      assign weight_words = stored_words;
      assign weight_flags = stored_flags;
    end
  endgenerate
endmodule
