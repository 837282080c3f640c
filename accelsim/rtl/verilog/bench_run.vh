// Of both benches: the clock, and a prediction after the other of the samples.
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
