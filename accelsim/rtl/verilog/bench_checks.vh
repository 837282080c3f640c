// Of both benches, whose compare_classes compares the class of each prediction: cycles by cause, and
// the accesses of the memories, against inference.
// `last_of_layer`: the chunk that issues is the last of its layer. `weight_stall`: nothing issues,
// since F1 waited for weights from off chip.
  // Cycles of each layer by cause, and the class at the end of a prediction.
  integer counted [0:CAUSES*LAYERS-1];
  integer cause, k;
  reg     issued_first, issued_last;
  wire    issues = machine.core.valid[STAGES] & ~machine.core.hold;
  initial begin
    issued_first = 1'b0;
    issued_last = 1'b0;
    for (k = 0; k < CAUSES*LAYERS; k = k + 1) counted[k] = 0;
  end
  always @(posedge clock)
    if (running) begin
      cause = issues ? ISSUE : weight_stall ? WEIGHT_STALL
            : !issued_first ? FILL : issued_last ? DRAIN : STALL;
      counted[machine.core.fetch_layer*CAUSES + cause] =
        counted[machine.core.fetch_layer*CAUSES + cause] + 1;
      total_cycles = total_cycles + 1;
      if (issues) begin
        issued_first = 1'b1;
        issued_last = last_of_layer;
      end
      if (machine.core.layer_done) begin
        issued_first = 1'b0;
        issued_last = 1'b0;
        if (machine.core.output_layer) begin
          for (k = 0; k < CAUSES*LAYERS; k = k + 1) begin
            compared = compared + 1;
            if (counted[k] !== cycles[k]) begin
              differences = differences + 1;
              if (differences <= DIFFERENCES_SHOWN)
                $display("sample %0d, layer %0d: %0d cycles of cause %0d, expected %0d", sample,
                         k / CAUSES + 1, counted[k], k % CAUSES, cycles[k]);
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
      compared = compared + 1;
      if (written !== WORDS) begin
        differences = differences + 1;
        if (differences <= DIFFERENCES_SHOWN)
          $display("sample %0d: %0d words, expected %0d", sample, written, WORDS);
      end
      compare_classes;
    end
    ran = running;
  end
  task compare_class;
    input integer found_class, expected_class;
    begin
      compared = compared + 1;
      if (found_class !== expected_class) begin
        differences = differences + 1;
        if (differences <= DIFFERENCES_SHOWN)
          $display("sample %0d: class %0d, expected %0d", sample, found_class, expected_class);
      end
    end
  endtask

  // Accesses of the memory banks, in the order of expected_accesses.hex.
  localparam BANKS = LANES*WEIGHT_BANKS;   // of weights; those of a buffer are written, too
  localparam BIASES = STREAM_WORDS > 0 ? 2*BANKS : BANKS, INPUTS = BIASES + LANES, READS = INPUTS + INPUT_BANKS;
  localparam WRITES = READS + REGIONS*ACTIVATION_BANKS;
  reg [63:0] found [0:ACCESSES-1];
  generate
    for (l = 0; l < LANES; l = l + 1) begin : lane_accesses
`ifdef STREAMS_WEIGHTS   // of bench_parameters.vh: other machines have no buffers to refer to
      for (b = 0; b < WEIGHT_BANKS; b = b + 1) begin : bank   // both halves together
        always @(posedge check_accesses) begin
          found[l*WEIGHT_BANKS + b] = machine.off_chip.buffers.lane[l].bank[b].memory.reads
            + machine.off_chip.buffers.lane[l].bank[b + WEIGHT_BANKS].memory.reads;
          found[BANKS + l*WEIGHT_BANKS + b] =
            machine.off_chip.buffers.lane[l].bank[b].memory.writes
            + machine.off_chip.buffers.lane[l].bank[b + WEIGHT_BANKS].memory.writes;
        end
      end
`else
      for (b = 0; b < WEIGHT_BANKS; b = b + 1) begin : bank
        always @(posedge check_accesses)
          found[l*WEIGHT_BANKS + b] = machine.memories.lane[l].bank[b].of.memory.reads;
      end
`endif
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
