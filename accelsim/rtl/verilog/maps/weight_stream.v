// Brings weights from off chip into the lanes' buffers, unit after unit in the order in which they
// run, each into the half that the unit before last has left. Up to OFF_CHIP_WIDTH words come in a
// cycle: of input after input one word a channel, and a bank takes one of them. It begins in a
// layer's second cycle. The words come at the end of a cycle and are written in the next one.
module weight_stream (
  clock, reset, new_layer, layer, released, unit_ends, unit, unit_half, ready,
  off_chip_read, off_chip_address, off_chip_words,
  buffer_write, buffer_half, buffer_address, buffer_words
);
`include "machine_parameters.vh"
  input  wire                              clock;
  input  wire                              reset;
  input  wire                              new_layer;    // F1 begins a layer in the next cycle
  input  wire [LAYER_BITS-1:0]             layer;        // of F1
  input  wire                              released;     // F2 has read the last weights of a unit
  input  wire                              unit_ends;    // F1 reads the last chunk of a unit
  input  wire                              unit;         // lowest bit of the unit's number
  output wire                              unit_half;    // that F1's unit has
  output wire                              ready;        // its weights have come
  output wire                              off_chip_read;
  output reg  [OFF_CHIP_ADDRESS_BITS-1:0]  off_chip_address;
  input  wire [OFF_CHIP_WIDTH*STORED_BITS-1:0] off_chip_words;
  output reg  [LANES*WEIGHT_BANKS-1:0]     buffer_write;
  output reg                               buffer_half;
  output reg  [LANES*WEIGHT_BANKS*WEIGHT_ROW_BITS-1:0] buffer_address;
  output reg  [LANES*WEIGHT_BANKS*STORED_BITS-1:0] buffer_words;

  wire                              weighted;
  wire                              stays;        // both halves hold the whole layer
  wire [POSITION_BITS-1:0]          last_pass;
  wire [CHANNEL_BITS-1:0]           all_channels, group_channels;
  wire [INPUT_BITS-1:0]             last_input;
  wire [OFF_CHIP_ADDRESS_BITS-1:0]  first_word;
  stream_table of_stream (
    .layer(layer), .weighted(weighted), .stays(stays), .last_pass(last_pass),
    .all_channels(all_channels), .group_channels(group_channels), .last_input(last_input),
    .first_word(first_word));

  // Units that have come: those that F1 has not begun to leave, those that F2 has not left, and, of
  // a layer that stays, all of them, two at most.
  reg [1:0] waiting, filled, loads;
  reg       even;         // F1 has left an odd number of units
  reg       load_half;
  assign ready = stays ? loads > {1'b0, unit} : waiting != 0;
  assign unit_half = stays ? unit : even;

  // The unit that comes.
  reg                            begins;       // the layer's first cycle
  reg                            more;
  reg  [POSITION_BITS-1:0]       pass;
  reg  [CHANNEL_BITS-1:0]        first_channel, left;
  reg  [LANE_BITS-1:0]           first_lane;
  reg  [WORDS_BITS-1:0]          channel;      // of the unit, that the next word is for
  reg  [INPUT_BITS-1:0]          input_word;
  reg  [WEIGHT_OFFSET_BITS-1:0]  bank;
  reg  [WEIGHT_ROW_BITS-1:0]     row;
  wire [CHANNEL_BITS-1:0]        channels = left < LANES ? left : LANES;
  assign off_chip_read = more & filled < 2;

  // The words of this cycle.
  reg  [OFF_CHIP_WIDTH-1:0]        comes;
  reg                            unit_done;
  reg  [WORDS_BITS-1:0]          next_channel;
  reg  [INPUT_BITS-1:0]          next_input;
  reg  [WEIGHT_OFFSET_BITS-1:0]  next_bank;
  reg  [WEIGHT_ROW_BITS-1:0]     next_row;
  reg  [OFF_CHIP_ADDRESS_BITS-1:0] next_address;
  integer                        k;
  always @* begin
    unit_done = 1'b0;
    next_channel = channel;
    next_input = input_word;
    next_bank = bank;
    next_row = row;
    next_address = off_chip_address;
    for (k = 0; k < OFF_CHIP_WIDTH; k = k + 1) begin
      comes[k] = off_chip_read & ~unit_done & channels > k / WEIGHT_BANKS;
      if (comes[k]) begin
        next_address = next_address + 1'b1;
        if (next_channel == channels - 1'b1) begin
          unit_done = next_input == last_input;
          next_channel = {WORDS_BITS{1'b0}};
          next_input = next_input + 1'b1;
          next_row = next_bank == WEIGHT_BANKS - 1 ? next_row + 1'b1 : next_row;
          next_bank = next_bank == WEIGHT_BANKS - 1 ? {WEIGHT_OFFSET_BITS{1'b0}} : next_bank + 1'b1;
        end else next_channel = next_channel + 1'b1;
      end
    end
  end
  wire                 pass_done = unit_done & first_channel + channels == all_channels;
  wire [LANE_BITS:0]   lane_sum = first_lane + channels;
  wire                 begins_unit = begins | unit_done;

  always @(posedge clock)
    if (reset) begin
      begins <= 1'b0;
      more <= 1'b0;
    end else begin
      begins <= new_layer;
      if (begins) more <= weighted;
      else if (pass_done & (stays | pass == last_pass)) more <= 1'b0;
    end

  always @(posedge clock)
    if (begins) begin
      pass <= {POSITION_BITS{1'b0}};
      off_chip_address <= first_word;
    end else begin
      if (pass_done) pass <= pass + 1'b1;
      off_chip_address <= pass_done ? first_word : next_address;
    end

  always @(posedge clock)
    if (begins | pass_done) begin
      first_channel <= {CHANNEL_BITS{1'b0}};
      left <= group_channels;
      first_lane <= {LANE_BITS{1'b0}};
    end else if (unit_done) begin
      first_channel <= first_channel + channels;
      left <= left == channels ? group_channels : left - channels;
      first_lane <= lane_sum >= LANES ? lane_sum - LANES : lane_sum;
    end

  always @(posedge clock) begin
    channel <= begins_unit ? {WORDS_BITS{1'b0}} : next_channel;
    input_word <= begins_unit ? {INPUT_BITS{1'b0}} : next_input;
    bank <= begins_unit ? {WEIGHT_OFFSET_BITS{1'b0}} : next_bank;
    row <= begins_unit ? {WEIGHT_ROW_BITS{1'b0}} : next_row;
  end

  always @(posedge clock)
    if (new_layer | reset) begin
      waiting <= 2'd0;
      filled <= 2'd0;
      loads <= 2'd0;
      even <= 1'b0;
      load_half <= 1'b0;
    end else begin
      waiting <= waiting + unit_done - unit_ends;
      filled <= filled + unit_done - released;
      loads <= loads + (unit_done & loads != 2);
      even <= even ^ unit_ends;
      load_half <= load_half ^ unit_done;
    end

  // The words that came in the cycle before, on their way to the banks.
  reg  [OFF_CHIP_WIDTH*STORED_BITS-1:0] came_words;
  reg  [OFF_CHIP_WIDTH-1:0]        came;
  reg  [CHANNEL_BITS-1:0]        came_channels;
  reg  [LANE_BITS-1:0]           came_lane;
  reg  [WORDS_BITS-1:0]          came_channel;
  reg  [WEIGHT_OFFSET_BITS-1:0]  came_bank;
  reg  [WEIGHT_ROW_BITS-1:0]     came_row;
  always @(posedge clock) begin
    came <= comes & {OFF_CHIP_WIDTH{~reset}};
    came_words <= off_chip_words;
    came_channels <= channels;
    came_lane <= first_lane;
    came_channel <= channel;
    came_bank <= bank;
    came_row <= row;
    buffer_half <= load_half;
  end

  reg  [WORDS_BITS-1:0]          to_channel;
  reg  [WEIGHT_OFFSET_BITS-1:0]  to_bank;
  reg  [WEIGHT_ROW_BITS-1:0]     to_row;
  reg  [LANE_BITS:0]             to_lane;
  integer                        i, l, b;
  always @* begin
    buffer_write = {(LANES*WEIGHT_BANKS){1'b0}};
    buffer_address = {(LANES*WEIGHT_BANKS*WEIGHT_ROW_BITS){1'b0}};
    buffer_words = {(LANES*WEIGHT_BANKS*STORED_BITS){1'b0}};
    to_channel = came_channel;
    to_bank = came_bank;
    to_row = came_row;
    for (i = 0; i < OFF_CHIP_WIDTH; i = i + 1) begin
      to_lane = came_lane + to_channel;
      if (to_lane >= LANES) to_lane = to_lane - LANES;
      for (l = 0; l < LANES; l = l + 1)
        for (b = 0; b < WEIGHT_BANKS; b = b + 1)
          if (came[i] & to_lane == l & to_bank == b) begin
            buffer_write[l*WEIGHT_BANKS + b] = 1'b1;
            buffer_address[(l*WEIGHT_BANKS + b)*WEIGHT_ROW_BITS +: WEIGHT_ROW_BITS] = to_row;
            buffer_words[(l*WEIGHT_BANKS + b)*STORED_BITS +: STORED_BITS] =
              came_words[i*STORED_BITS +: STORED_BITS];
          end
      if (to_channel == came_channels - 1'b1) begin
        to_channel = {WORDS_BITS{1'b0}};
        to_row = to_bank == WEIGHT_BANKS - 1 ? to_row + 1'b1 : to_row;
        to_bank = to_bank == WEIGHT_BANKS - 1 ? {WEIGHT_OFFSET_BITS{1'b0}} : to_bank + 1'b1;
      end else to_channel = to_channel + 1'b1;
    end
  end
endmodule
