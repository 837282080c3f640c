// The write control: hands full accumulators to A when WB's words are written or will be in the
// next cycle, grants the write ports lane by lane, and holds the pipeline when neither can go on.
module write_control (
  clock, reset, valid, last, in_last_group, last_lanes,
  hold, take, takes_last_group, write, write_lane, write_count, layer_done
);
`include "machine_parameters.vh"
  input  wire                  clock;
  input  wire                  reset;
  input  wire                  valid;             // the chunk in the last stage of M
  input  wire                  last;
  input  wire                  in_last_group;
  input  wire [WORDS_BITS-1:0] last_lanes;        // neurons of the layer's last group
  output reg                   hold;              // accumulators are full and A cannot take them
  output reg                   take;              // A takes the accumulators in this cycle
  output wire                  takes_last_group;
  output reg                   write;             // WB writes in this cycle
  output reg  [LANE_BITS-1:0]  write_lane;        // first lane that writes
  output wire [WORDS_BITS-1:0] write_count;
  output wire                  layer_done;        // with the last word of a layer

  reg                   full;               // the accumulators hold a group that A has not taken
  reg                   issued_last_group;  // of the layer, into the accumulators
  reg  [WORDS_BITS-1:0] words_left;         // in A's registers, which WB has yet to write
  wire                  fills = valid & last & ~hold;
  wire                  writes_all = words_left <= WRITE_PORTS;
  wire                  next_full = fills | (full & ~take);
  wire                  next_issued_last_group = fills ? in_last_group : issued_last_group;
  wire [WORDS_BITS-1:0] accumulated_words = issued_last_group ? last_lanes : LANES;
  wire [WORDS_BITS-1:0] next_words_left =
    take ? accumulated_words : writes_all ? {WORDS_BITS{1'b0}} : words_left - WRITE_PORTS;
  wire                  can_take = next_full & next_words_left <= WRITE_PORTS;
  assign takes_last_group = issued_last_group;
  assign write_count = writes_all ? words_left : WRITE_PORTS;
  assign layer_done = write & writes_all & ~take & next_issued_last_group & ~next_full;

  always @(posedge clock)
    if (reset) begin
      full <= 1'b0;
      hold <= 1'b0;
      take <= 1'b0;
      write <= 1'b0;
      issued_last_group <= 1'b0;
      words_left <= {WORDS_BITS{1'b0}};
      write_lane <= {LANE_BITS{1'b0}};
    end else begin
      full <= next_full;
      hold <= next_full & ~can_take;
      take <= can_take;
      write <= next_words_left != 0;
      issued_last_group <= next_issued_last_group & ~layer_done;
      words_left <= next_words_left;
      write_lane <= take ? {LANE_BITS{1'b0}} : write ? write_lane + WRITE_PORTS : write_lane;
    end
endmodule
