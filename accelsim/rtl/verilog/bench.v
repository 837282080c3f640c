// Loads the inputs of each sample, lets the machine predict, and compares with inference: every
// accumulator as A takes it, every activation as WB writes it, the class, the cycles of each layer
// by cause, and the accesses of every memory bank. With WAVEFORM it writes waveform.vcd.
`timescale 1ps / 1ps
module bench;
`include "machine_parameters.vh"
`include "bench_parameters.vh"
  localparam FILL = 0, ISSUE = 1, STALL = 2, DRAIN = 3, WEIGHT_STALL = 4, CAUSES = 4;
  localparam DIFFERENCES_SHOWN = 10;

  reg  [INPUT_BANKS*ACTIVATION_BITS-1:0] inputs [0:SAMPLES*INPUT_WORDS-1];
  reg  [ACCUMULATOR_BITS-1:0]            accumulators [0:SAMPLES*NEURONS-1];
  reg  [ACTIVATION_BITS-1:0]             activations [0:SAMPLES*HIDDEN_NEURONS];  // one more than needed
  reg  [31:0]                            classes [0:SAMPLES-1];
  reg  [31:0]                            cycles [0:4*LAYERS-1];
  reg  [63:0]                            accesses [0:ACCESSES-1];
  initial begin
    $readmemh("inputs.hex", inputs);
    $readmemh("expected_accumulators.hex", accumulators);
    $readmemh("expected_activations.hex", activations);
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
  machine machine (
    .clock(clock), .reset(reset), .load(load), .load_row(load_row), .load_words(load_words),
    .start(start), .running(running), .output_write(output_write), .output_words(output_words));
`include "bench_run.vh"

  // Accumulators, as A takes them.
  integer first_neuron;    // of the group in the accumulators, of all layers' neurons
  wire [WORDS_BITS-1:0] taken = machine.core.control.accumulated_words;
  initial first_neuron = 0;
  always @(posedge clock)
    if (!running) first_neuron <= 0;
    else if (machine.core.take) first_neuron <= first_neuron + taken;
  genvar l, b;
  generate
    for (l = 0; l < LANES; l = l + 1) begin : lane
      wire [ACCUMULATOR_BITS-1:0] expected = accumulators[sample*NEURONS + first_neuron + l];
      always @(posedge clock)
        if (running && machine.core.take && l < taken) begin
          compared = compared + 1;
          if (machine.core.datapath.lanes[l].accumulator !== expected) begin
            differences = differences + 1;
            if (differences <= DIFFERENCES_SHOWN)
              $display("sample %0d, layer %0d, lane %0d: accumulator %h, expected %h", sample,
                       machine.core.layer + 1, l, machine.core.datapath.lanes[l].accumulator,
                       expected);
          end
        end
    end
  endgenerate

  // Activations and outputs, as WB writes them.
  integer                            port, written, largest;
  reg signed [ACCUMULATOR_BITS-1:0]  output_word, largest_word;
  reg        [ACTIVATION_BITS-1:0]   code;
  initial begin
    written = 0;
    largest = 0;
    largest_word = 0;
  end
  always @(posedge clock)
    if (!running) written = 0;
    else
      for (port = 0; port < WRITE_PORTS; port = port + 1)
        if (machine.core.port_writes[port]) begin
          compared = compared + 1;
          if (output_write[port]) begin
            output_word = output_words[port*ACCUMULATOR_BITS +: ACCUMULATOR_BITS];
            if (output_word !== $signed(accumulators[sample*NEURONS + written])) begin
              differences = differences + 1;
              if (differences <= DIFFERENCES_SHOWN)
                $display("sample %0d, output %0d: %h, expected %h", sample,
                         written - HIDDEN_NEURONS, output_word,
                         accumulators[sample*NEURONS + written]);
            end
            if (written == HIDDEN_NEURONS || output_word > largest_word) begin
              largest = written - HIDDEN_NEURONS;
              largest_word = output_word;
            end
          end else begin
            code = machine.core.written_codes[port*ACTIVATION_BITS +: ACTIVATION_BITS];
            if (code !== activations[sample*HIDDEN_NEURONS + written]) begin
              differences = differences + 1;
              if (differences <= DIFFERENCES_SHOWN)
                $display("sample %0d, layer %0d: activation %h, expected %h", sample,
                         machine.core.layer + 1, code,
                         activations[sample*HIDDEN_NEURONS + written]);
            end
          end
          written = written + 1;
        end

  // The bench of maps has a word for each that is written; here that is each neuron.
  localparam WORDS = NEURONS;
  wire last_of_layer = machine.core.last[STAGES] & machine.core.in_last_group[STAGES];
  wire weight_stall = 1'b0;
  task compare_classes;
    compare_class(largest, classes[sample]);
  endtask
`include "bench_checks.vh"
endmodule
