// The machine: the core with its memories. `load` writes the inputs of a prediction, a row of all
// banks of the input memory a cycle; `start` begins the prediction; while it runs, `output_write`
// says which of `output_words` leave, the accumulators of the output layer in the order of neurons.
// The class is the index of the largest, the lowest one of equals.
module machine (
  clock, reset, load, load_row, load_words, start, running, output_write, output_words
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

  wire [INPUT_BANKS-1:0]                            input_read;
  wire [INPUT_BANKS*INPUT_ROW_BITS-1:0]             input_address;
  wire [INPUT_BANKS*ACTIVATION_BITS-1:0]            input_words;
  wire [2*ACTIVATION_BANKS-1:0]                     activation_enable, activation_write;
  wire [2*ACTIVATION_BANKS*ACTIVATION_ROW_BITS-1:0] activation_address;
  wire [ACTIVATION_BANKS*ACTIVATION_BITS-1:0]       activation_data;
  wire [2*ACTIVATION_BANKS*ACTIVATION_BITS-1:0]     activation_words;
  wire [LANES*WEIGHT_BANKS-1:0]                     weight_read;
  wire [WEIGHT_BANKS*WEIGHT_ROW_BITS-1:0]           weight_address;
  wire [LANES*WEIGHT_BANKS*STORED_BITS-1:0]         weight_words;
  wire [LANES*WEIGHT_BANKS*FLAG_BITS-1:0]           weight_flags;
  wire [LANES-1:0]                                  bias_read;
  wire [BIAS_ROW_BITS-1:0]                          bias_address;
  wire [LANES*PRODUCT_BITS-1:0]                     biases;

  core core (
    .clock(clock), .reset(reset), .start(start), .running(running), .input_read(input_read),
    .input_address(input_address), .input_words(input_words),
    .activation_enable(activation_enable), .activation_write(activation_write),
    .activation_address(activation_address), .activation_data(activation_data),
    .activation_words(activation_words), .weight_read(weight_read),
    .weight_address(weight_address), .weight_words(weight_words), .weight_flags(weight_flags),
    .bias_read(bias_read), .bias_address(bias_address), .biases(biases),
    .output_write(output_write), .output_words(output_words));
  memories memories (
    .clock(clock), .load(load), .load_row(load_row), .load_words(load_words),
    .input_read(input_read), .input_address(input_address), .input_words(input_words),
    .activation_enable(activation_enable), .activation_write(activation_write),
    .activation_address(activation_address), .activation_data(activation_data),
    .activation_words(activation_words), .weight_read(weight_read),
    .weight_address(weight_address), .weight_words(weight_words), .weight_flags(weight_flags),
    .bias_read(bias_read), .bias_address(bias_address), .biases(biases));
endmodule
