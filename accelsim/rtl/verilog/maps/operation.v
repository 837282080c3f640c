// What is known of a chunk, as one word that moves along the pipeline, and its fields.
module operation (
  word, first, last, last_of_layer, begins_window, ends_window, kind, accumulator, channels,
  first_lane, bias_row, written, first_input, group, position
);
`include "machine_parameters.vh"
  input  wire [OPERATION_BITS-1:0]   word;
  output wire                        first;          // of its unit
  output wire                        last;           // of its unit
  output wire                        last_of_layer;
  output wire                        begins_window;  // of a fused pool; without one every unit is a window
  output wire                        ends_window;
  output wire [1:0]                  kind;           // WEIGHTED, ADDED or POOLED
  output wire [ACCUMULATOR_INDEX_BITS-1:0] accumulator;
  output wire [WORDS_BITS-1:0]       channels;       // of the unit
  output wire [LANE_BITS-1:0]        first_lane;     // the others follow, round to lane 0
  output wire [BIAS_ROW_BITS-1:0]    bias_row;       // of the first lane
  output wire [ADDRESS_BITS-1:0]     written;        // word of the written tensor
  output wire [INPUT_BITS-1:0]       first_input;
  output wire [GROUP_BITS-1:0]       group;          // number of the unit at its position
  output wire [POSITION_BITS-1:0]    position;
  assign {position, group, first_input, written, bias_row, first_lane, channels, accumulator, kind,
          ends_window, begins_window, last_of_layer, last, first} = word;
endmodule

// What is known of a chunk moves along the pipeline with it: F2 in the lowest bits, then M1 .. Ms.
module moved_operations (
  clock, reset, advance, fetching, waits, fetched, valid, starved, operations
);
`include "machine_parameters.vh"
  input  wire                                 clock;
  input  wire                                 reset;
  input  wire                                 advance;
  input  wire                                 fetching;  // F1 has a chunk
  input  wire                                 waits;     // whose weights have not come
  input  wire [OPERATION_BITS-1:0]            fetched;
  output reg  [STAGES:0]                      valid;
  output wire [STAGES:0]                      starved;
  output reg  [(STAGES+1)*OPERATION_BITS-1:0] operations;

  wire [(STAGES+2)*OPERATION_BITS-1:0] moved = {operations, fetched & {OPERATION_BITS{fetching}}};
  wire [STAGES+1:0]                    valid_moved = {valid, fetching & ~waits};
  always @(posedge clock)
    if (reset) begin
      valid <= {(STAGES+1){1'b0}};
      operations <= {((STAGES+1)*OPERATION_BITS){1'b0}};
    end else if (advance) begin
      valid <= valid_moved[STAGES:0];
      operations <= moved[(STAGES+1)*OPERATION_BITS-1:0];
    end

  generate
    if (STREAM_WORDS > 0) begin : off_chip
      reg  [STAGES:0]   waited;
      wire [STAGES+1:0] waited_moved = {waited, fetching & waits};
      assign starved = waited;
      always @(posedge clock)
        if (reset) waited <= {(STAGES+1){1'b0}};
        else if (advance) waited <= waited_moved[STAGES:0];
    end else begin : on_chip
      assign starved = {(STAGES+1){1'b0}};
    end
  endgenerate
endmodule
