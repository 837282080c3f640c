// Loads the inputs of each sample, lets the machine predict, and compares with inference: every
// sum as A takes it, every word as WB writes it and its place, the class, the cycles of each layer
// by cause, and the accesses of every memory bank. With WAVEFORM it writes waveform.vcd.
`timescale 1ps / 1ps
module bench;
`include "machine_parameters.vh"
`include "bench_parameters.vh"
  localparam FILL = 0, ISSUE = 1, STALL = 2, DRAIN = 3;
  localparam DIFFERENCES_SHOWN = 10;

  reg  [INPUT_BANKS*ACTIVATION_BITS-1:0] inputs [0:SAMPLES*INPUT_WORDS-1];
  reg  [ACCUMULATOR_BITS-1:0]            sums [0:SAMPLES*SUMS-1];
  reg  [RESULT_BITS-1:0]                 words [0:SAMPLES*WORDS-1];
  reg  [31:0]                            places [0:WORDS-1];
  reg  [31:0]                            classes [0:SAMPLES-1];
  reg  [31:0]                            cycles [0:4*LAYERS-1];
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
  machine machine (
    .clock(clock), .reset(reset), .load(load), .load_row(load_row), .load_words(load_words),
    .start(start), .running(running), .output_write(output_write), .output_words(output_words),
    .output_word(output_word));
`ifdef WAVEFORM
  waveform SystemC ();
  initial begin
    $dumpfile("waveform.vcd");
    $dumpvars(0, SystemC);
  end
`endif

  always begin
    clock = 1'b0;
    #(CLOCK_PERIOD_PS - CLOCK_PERIOD_PS / 2);
    clock = 1'b1;
    #(CLOCK_PERIOD_PS / 2);
  end

  integer sample, row, differences, compared, total_cycles, waited;
  reg     check_accesses;
  initial begin
    differences = 0;
    compared = 0;
    total_cycles = 0;
    sample = 0;
    check_accesses = 1'b0;
    reset = 1'b1;
    load = 1'b0;
    start = 1'b0;
    load_row = 0;
    load_words = 0;
    repeat (2) @(posedge clock);
    reset <= 1'b0;
    while (sample < SAMPLES) begin
      for (row = 0; row < INPUT_WORDS; row = row + 1) begin
        load <= 1'b1;
        load_row <= row;
        load_words <= inputs[sample*INPUT_WORDS + row];
        @(posedge clock);
      end
      load <= 1'b0;
      start <= 1'b1;
      @(posedge clock);
      start <= 1'b0;
      @(posedge clock);
      waited = 0;
      while (running && waited <= EXPECTED_CYCLES + 1000) begin
        waited = waited + 1;
        @(posedge clock);
      end
      if (running) begin
        $display("sample %0d: still running after %0d cycles", sample, waited);
        differences = differences + 1;
        sample = SAMPLES;
      end
      sample = sample + 1;
    end
    check_accesses = 1'b1;
    @(posedge clock);
    compare_accesses;
    $display("%0d predictions, %0d cycles, %0d numbers compared, %0d differences", SAMPLES,
             total_cycles, compared, differences);
    if (differences == 0) $display("PASS");
    else $display("FAIL");
    $finish;
  end

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
  integer                            port, written, outputs, place, largest;
  reg signed [ACCUMULATOR_BITS-1:0]  output_sum, largest_sum;
  reg        [RESULT_BITS-1:0]       found_word;
  reg signed [ACTIVATION_BITS-1:0]   code;
  initial begin
    written = 0;
    outputs = 0;
    largest = 0;
    largest_sum = 0;
  end
  always @(posedge clock)
    if (!running) begin
      written = 0;
      outputs = 0;
    end else
      for (port = 0; port < WRITE_PORTS; port = port + 1)
        if (machine.core.port_writes[port]) begin
          compared = compared + 2;
          place = machine.core.write_word + port;
          if (output_write[port]) begin
            output_sum = output_words[port*ACCUMULATOR_BITS +: ACCUMULATOR_BITS];
            found_word = output_sum;
            if (outputs == 0 || output_sum > largest_sum
                || (output_sum == largest_sum && output_word + port < largest)) begin
              largest = output_word + port;
              largest_sum = output_sum;
            end
            outputs = outputs + 1;
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

  // Cycles of each layer by cause, and the class at the end of a prediction.
  integer counted [0:4*LAYERS-1];
  integer cause, k;
  reg     issued_first, issued_last;
  wire    issues = machine.core.valid[STAGES] & ~machine.core.hold;
  initial begin
    issued_first = 1'b0;
    issued_last = 1'b0;
    for (k = 0; k < 4*LAYERS; k = k + 1) counted[k] = 0;
  end
  always @(posedge clock)
    if (running) begin
      cause = issues ? ISSUE : !issued_first ? FILL : issued_last ? DRAIN : STALL;
      counted[machine.core.fetch_layer*4 + cause] = counted[machine.core.fetch_layer*4 + cause] + 1;
      total_cycles = total_cycles + 1;
      if (issues) begin
        issued_first = 1'b1;
        issued_last = machine.core.last_of_layer;
      end
      if (machine.core.layer_done) begin
        issued_first = 1'b0;
        issued_last = 1'b0;
        if (machine.core.output_layer) begin
          for (k = 0; k < 4*LAYERS; k = k + 1) begin
            compared = compared + 1;
            if (counted[k] !== cycles[k]) begin
              differences = differences + 1;
              if (differences <= DIFFERENCES_SHOWN)
                $display("sample %0d, layer %0d: %0d cycles of cause %0d, expected %0d", sample,
                         k / 4 + 1, counted[k], k % 4, cycles[k]);
            end
            counted[k] = 0;
          end
        end
      end
    end
  reg ran;
  initial ran = 1'b0;
  always @(negedge clock) begin   // when the last word of a prediction has been seen
    if (ran && !running) begin
      compared = compared + 2;
      if (written !== WORDS || largest !== classes[sample]) begin
        differences = differences + 1;
        if (differences <= DIFFERENCES_SHOWN)
          $display("sample %0d: class %0d after %0d words, expected %0d after %0d", sample, largest,
                   written, classes[sample], WORDS);
      end
    end
    ran = running;
  end

  // Accesses of the memory banks, in the order of expected_accesses.hex.
  localparam BIASES = LANES*WEIGHT_BANKS, INPUTS = BIASES + LANES, READS = INPUTS + INPUT_BANKS;
  localparam WRITES = READS + REGIONS*ACTIVATION_BANKS;
  reg [63:0] found [0:ACCESSES-1];
  generate
    for (l = 0; l < LANES; l = l + 1) begin : lane_accesses
      for (b = 0; b < WEIGHT_BANKS; b = b + 1) begin : bank
        always @(posedge check_accesses)
          found[l*WEIGHT_BANKS + b] = machine.memories.lane[l].bank[b].of.memory.reads;
      end
      always @(posedge check_accesses)
        found[BIASES + l] = machine.memories.lane[l].biases_of_lane.reads;
    end
    for (b = 0; b < INPUT_BANKS; b = b + 1) begin : input_accesses
      always @(posedge check_accesses)
        found[INPUTS + b] = machine.memories.input_bank[b].memory.reads;
    end
    for (b = 0; b < REGIONS*ACTIVATION_BANKS; b = b + 1) begin : activation_accesses
      if (LAYERS > 1) begin : hidden
        always @(posedge check_accesses) begin
          found[READS + b] = machine.memories.activations[b].bank.memory.reads;
          found[WRITES + b] = machine.memories.activations[b].bank.memory.writes;
        end
      end else begin : none
        always @(posedge check_accesses) begin
          found[READS + b] = 0;
          found[WRITES + b] = 0;
        end
      end
    end
  endgenerate
  task compare_accesses;
    integer at;
    for (at = 0; at < ACCESSES; at = at + 1) begin
      compared = compared + 1;
      if (found[at] !== accesses[at]) begin
        differences = differences + 1;
        if (differences <= DIFFERENCES_SHOWN)
          $display("bank %0d of expected_accesses.hex: %0d accesses, expected %0d", at, found[at],
                   accesses[at]);
      end
    end
  endtask
endmodule
