// The write control: hands units whose sums are full to A, in the order in which they were filled,
// when WB's words are written or will be in the next cycle; grants the write ports word by word; and
// holds the pipeline while the accumulator that the next chunk needs is full.
module write_control (
  clock, reset, valid, operation, next_accumulator, next_starved,
  hold, take, taken, write, write_word, write_lane, first_write_lane, write_count, layer_done
);
`include "machine_parameters.vh"
  input  wire                        clock;
  input  wire                        reset;
  input  wire                        valid;             // the chunk in the last stage of M
  input  wire [OPERATION_BITS-1:0]   operation;
  input  wire [ACCUMULATOR_INDEX_BITS-1:0] next_accumulator;  // of the chunk that issues next
  input  wire                        next_starved;      // none issues next: F1 waited for weights
  output reg                         hold;              // that accumulator is full
  output reg                         take;              // A takes the first unit in this cycle
  output wire [UNIT_BITS-1:0]        taken;
  output reg                         write;             // WB writes in this cycle
  output reg  [ADDRESS_BITS-1:0]     write_word;        // of the tensor, for the first port
  output reg  [LANE_BITS-1:0]        write_lane;        // words of the unit that were written
  output wire [LANE_BITS-1:0]        first_write_lane;  // lane of the word at the first port
  output wire [WORDS_BITS-1:0]       write_count;
  output wire                        layer_done;        // with the last word of a layer

  wire                        first, last, last_of_layer, begins_window, ends_window;
  wire [1:0]                  kind;
  wire [ACCUMULATOR_INDEX_BITS-1:0] accumulator;
  wire [WORDS_BITS-1:0]       channels;
  wire [LANE_BITS-1:0]        first_lane;
  wire [BIAS_ROW_BITS-1:0]    bias_row;
  wire [ADDRESS_BITS-1:0]     written;
  wire [INPUT_BITS-1:0]       first_input;
  wire [GROUP_BITS-1:0]       group;
  wire [POSITION_BITS-1:0]    position;
  operation issued (
    .word(operation), .first(first), .last(last), .last_of_layer(last_of_layer),
    .begins_window(begins_window), .ends_window(ends_window), .kind(kind),
    .accumulator(accumulator), .channels(channels), .first_lane(first_lane), .bias_row(bias_row),
    .written(written), .first_input(first_input), .group(group), .position(position));

  // Full units; the first is the next for A.
  reg  [ACCUMULATORS*UNIT_BITS-1:0] queue, next_queue;
  reg  [QUEUE_BITS-1:0]             queued;
  wire                              fills = valid & last & ~hold;
  wire [UNIT_BITS-1:0]              filled =
    {written, first_lane, channels, accumulator, ends_window, begins_window};
  wire [QUEUE_BITS-1:0]             kept = queued - take;
  wire [QUEUE_BITS-1:0]             next_queued = kept + fills;
  reg                               blocks;  // a unit that A does not take has the accumulator
  wire                              can_take;
  integer                           i;
  always @* begin
    next_queue = take ? queue >> UNIT_BITS : queue;
    for (i = 0; i < ACCUMULATORS; i = i + 1)
      if (fills & kept == i) next_queue[i*UNIT_BITS +: UNIT_BITS] = filled;
  end
  always @* begin
    blocks = 1'b0;
    for (i = 0; i < ACCUMULATORS; i = i + 1)
      blocks = blocks | (i < next_queued & ~(can_take & i == 0)
             & next_queue[i*UNIT_BITS + 2 +: ACCUMULATOR_INDEX_BITS] == next_accumulator);
  end

  wire                         taken_begins, taken_ends, next_begins, next_ends;
  wire [ACCUMULATOR_INDEX_BITS-1:0] taken_accumulator, next_taken_accumulator;
  wire [WORDS_BITS-1:0]        taken_channels, next_channels;
  wire [LANE_BITS-1:0]         taken_lane, next_lane;
  wire [ADDRESS_BITS-1:0]      taken_written, next_written;
  assign taken = queue[0 +: UNIT_BITS];
  assign {taken_written, taken_lane, taken_channels, taken_accumulator, taken_ends, taken_begins} =
    taken;
  assign {next_written, next_lane, next_channels, next_taken_accumulator, next_ends, next_begins} =
    next_queue[0 +: UNIT_BITS];

  reg  [WORDS_BITS-1:0] words_left;         // in A's registers, which WB has yet to write
  reg  [LANE_BITS-1:0]  written_lane;       // first lane of the unit that WB writes
  reg                   issued_last;        // chunk of the layer, into the accumulators
  wire                  fills_results = take & taken_ends;
  wire                  writes_all = words_left <= WRITE_PORTS;
  wire                  next_issued_last = fills ? last_of_layer : issued_last;
  wire [WORDS_BITS-1:0] next_words_left =
    fills_results ? taken_channels : writes_all ? {WORDS_BITS{1'b0}} : words_left - WRITE_PORTS;
  assign can_take = next_queued != 0 & (~next_ends | next_words_left <= WRITE_PORTS);
  assign write_count = writes_all ? words_left : WRITE_PORTS;
  assign layer_done = write & writes_all & ~fills_results & next_issued_last & next_queued == 0;
  wire [LANE_BITS:0] lane_sum = written_lane + write_lane;
  assign first_write_lane = lane_sum >= LANES ? lane_sum - LANES : lane_sum;

  always @(posedge clock)
    if (reset) begin
      queue <= {(ACCUMULATORS*UNIT_BITS){1'b0}};
      queued <= {QUEUE_BITS{1'b0}};
      hold <= 1'b0;
      take <= 1'b0;
      write <= 1'b0;
      issued_last <= 1'b0;
      words_left <= {WORDS_BITS{1'b0}};
      write_lane <= {LANE_BITS{1'b0}};
      written_lane <= {LANE_BITS{1'b0}};
      write_word <= {ADDRESS_BITS{1'b0}};
    end else begin
      queue <= next_queue;
      queued <= next_queued;
      hold <= blocks & ~next_starved;
      take <= can_take;
      write <= next_words_left != 0;
      issued_last <= next_issued_last & ~layer_done;
      words_left <= next_words_left;
      write_lane <= fills_results ? {LANE_BITS{1'b0}}
                  : write ? write_lane + WRITE_PORTS : write_lane;
      if (fills_results) written_lane <= taken_lane;
      write_word <= fills_results ? taken_written : write ? write_word + WRITE_PORTS : write_word;
    end
endmodule
