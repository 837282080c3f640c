// Loads the inputs of each sample, lets the machine predict, and compares with inference: every
// sum as A takes it, every word as WB writes it and its place, the class, the cycles of each layer
// by cause, and the accesses of every memory bank. With WAVEFORM it writes waveform.vcd.
`timescale 1ps / 1ps
module bench;
`include "machine_parameters.vh"
`include "bench_parameters.vh"
  localparam FILL = 0, ISSUE = 1, STALL = 2, DRAIN = 3, WEIGHT_STALL = 4;
  localparam CAUSES = STREAM_WORDS > 0 ? 5 : 4;
  localparam DIFFERENCES_SHOWN = 10;

  reg  [INPUT_BANKS*ACTIVATION_BITS-1:0] inputs [0:SAMPLES*INPUT_WORDS-1];
  reg  [ACCUMULATOR_BITS-1:0]            sums [0:SAMPLES*SUMS-1];
  reg  [RESULT_BITS-1:0]                 words [0:SAMPLES*WORDS-1];
  reg  [31:0]                            places [0:WORDS-1];
  reg  [31:0]                            classes [0:SAMPLES*BATCH_SIZE-1];
  reg  [31:0]                            cycles [0:CAUSES*LAYERS-1];
  reg  [63:0]                            accesses [0:ACCESSES-1];
  initial begin
    $readmemh("inputs.hex", inputs);
    $readmemh("expected_sums.hex", sums);
    $readmemh("expected_words.hex", words);
    $readmemh("expected_places.hex", places);
    $readmemh("expected_classes.hex", classes);
    $readmemh("expected_cycles.hex", cycles);
    $readmemh("expected_accesses.hex", accesses);
  end

  reg                                     clock, reset, load, start;
  reg  [INPUT_ROW_BITS-1:0]               load_row;
  reg  [INPUT_BANKS*ACTIVATION_BITS-1:0]  load_words;
  wire                                    running;
  wire [WRITE_PORTS-1:0]                  output_write;
  wire [WRITE_PORTS*ACCUMULATOR_BITS-1:0] output_words;
  wire [ADDRESS_BITS-1:0]                 output_word;
  wire                                    off_chip_read;
  wire [OFF_CHIP_ADDRESS_BITS-1:0]        off_chip_address;
  wire [OFF_CHIP_WIDTH*STORED_BITS-1:0]   off_chip_words;
  machine machine (
    .clock(clock), .reset(reset), .load(load), .load_row(load_row), .load_words(load_words),
    .start(start), .running(running), .output_write(output_write), .output_words(output_words),
    .output_word(output_word), .off_chip_read(off_chip_read),
    .off_chip_address(off_chip_address), .off_chip_words(off_chip_words));
  generate
    if (STREAM_WORDS > 0) begin : off_chip
      off_chip_memory memory (
        .clock(clock), .read(off_chip_read), .address(off_chip_address), .words(off_chip_words));
    end else begin : on_chip
      assign off_chip_words = {OFF_CHIP_WIDTH*STORED_BITS{1'b0}};
    end
  endgenerate
`include "bench_run.vh"

  // Sums, as A takes them, unit by unit.
  integer                     first_sum;
  wire [WORDS_BITS-1:0]       taken_channels = machine.core.datapath.taken_channels;
  initial first_sum = 0;
  always @(posedge clock)
    if (!running) first_sum <= 0;
    else if (machine.core.take) first_sum <= first_sum + taken_channels;
  genvar l, b;
  generate
    for (l = 0; l < LANES; l = l + 1) begin : lane
      wire [WORDS_BITS-1:0]       channel = machine.core.datapath.lanes[l].taken_channel;
      wire [ACCUMULATOR_BITS-1:0] expected = sums[sample*SUMS + first_sum + channel];
      always @(posedge clock)
        if (running && machine.core.take && channel < taken_channels) begin
          compared = compared + 1;
          if (machine.core.datapath.lanes[l].accumulator !== expected) begin
            differences = differences + 1;
            if (differences <= DIFFERENCES_SHOWN)
              $display("sample %0d, layer %0d, lane %0d: sum %h, expected %h", sample,
                       machine.core.layer + 1, l, machine.core.datapath.lanes[l].accumulator,
                       expected);
          end
        end
    end
  endgenerate

  // Activations and outputs, as WB writes them, and where.
  integer                            port, written, place, prediction;
  integer                            largest [0:BATCH_SIZE-1];   // output of each prediction
  integer                            outputs [0:BATCH_SIZE-1];   // that it has written
  reg signed [ACCUMULATOR_BITS-1:0]  output_sum;
  reg signed [ACCUMULATOR_BITS-1:0]  largest_sum [0:BATCH_SIZE-1];
  reg        [RESULT_BITS-1:0]       found_word;
  reg signed [ACTIVATION_BITS-1:0]   code;
  initial begin
    written = 0;
    for (prediction = 0; prediction < BATCH_SIZE; prediction = prediction + 1) begin
      outputs[prediction] = 0;
      largest[prediction] = 0;
      largest_sum[prediction] = 0;
    end
  end
  always @(posedge clock)
    if (!running) begin
      written = 0;
      for (prediction = 0; prediction < BATCH_SIZE; prediction = prediction + 1)
        outputs[prediction] = 0;
    end else
      for (port = 0; port < WRITE_PORTS; port = port + 1)
        if (machine.core.port_writes[port]) begin
          compared = compared + 2;
          place = machine.core.write_word + port;
          if (output_write[port]) begin
            output_sum = output_words[port*ACCUMULATOR_BITS +: ACCUMULATOR_BITS];
            found_word = output_sum;
            prediction = (output_word + port) / OUTPUTS;
            if (outputs[prediction] == 0 || output_sum > largest_sum[prediction]
                || (output_sum == largest_sum[prediction]
                    && (output_word + port) % OUTPUTS < largest[prediction])) begin
              largest[prediction] = (output_word + port) % OUTPUTS;
              largest_sum[prediction] = output_sum;
            end
            outputs[prediction] = outputs[prediction] + 1;
          end else begin
            code = machine.core.written_codes[port*ACTIVATION_BITS +: ACTIVATION_BITS];
            found_word = code;
          end
          if (found_word !== words[sample*WORDS + written] || place !== places[written]) begin
            differences = differences + 1;
            if (differences <= DIFFERENCES_SHOWN)
              $display("sample %0d, layer %0d: writes %h to word %0d, expected %h to %0d", sample,
                       machine.core.layer + 1, found_word, place, words[sample*WORDS + written],
                       places[written]);
          end
          written = written + 1;
        end

  integer asked;
  task compare_classes;
    for (asked = 0; asked < BATCH_SIZE; asked = asked + 1)
      compare_class(largest[asked], classes[sample*BATCH_SIZE + asked]);
  endtask

  wire last_of_layer = machine.core.last_of_layer;
  wire weight_stall = machine.core.starved[STAGES] & ~machine.core.hold;
`include "bench_checks.vh"
endmodule

// The memory off chip: the weights of unit after unit, as the machine takes them.
module off_chip_memory (clock, read, address, words);
`include "machine_parameters.vh"
  input  wire                                    clock;
  input  wire                                    read;
  input  wire [OFF_CHIP_ADDRESS_BITS-1:0]        address;   // of the first word
  output reg  [OFF_CHIP_WIDTH*STORED_BITS-1:0]   words;

  reg [STORED_BITS-1:0] stored [0:OFF_CHIP_WORDS-1];
  integer               k;
  initial $readmemh("weights_off_chip.hex", stored);
  always @(negedge clock)
    if (read)
      for (k = 0; k < OFF_CHIP_WIDTH; k = k + 1)
        words[k*STORED_BITS +: STORED_BITS] <=
          address + k < OFF_CHIP_WORDS ? stored[address + k] : {STORED_BITS{1'b0}};
endmodule
