// The memories. A bank has one port, for a read or a write in a cycle. It works at the falling edge
// of the clock: address and enable are there in the first half of the cycle, the word in the
// second, and it stays until the next access. A macro with a registered address is clocked by the
// inverted clock to do the same. These are the modules to replace by macros:
//
//   weight_bank      one for each bank of each lane: the weights, with the flags of their detector
//   bias_store       one for each lane
//   activation_bank  inputs and activations
//
// Weights and biases are read from the memory files here; the machine does not write them.

// With Razor a flag for each bit says that it is faulty, with parity one flag that an odd number of
// bits is. Faulty bits read inverted.
module weight_bank #(
  parameter LANE = 0,
  parameter BANK = 0,
  parameter WORDS = 1,            // capacity
  parameter ROWS = 1,             // of the memory file
  parameter ROW_BITS = 1,
  parameter BITS = 8,
  parameter FLAG_BITS = 1,
  parameter DETECTOR = 0,         // 0: none, 1: Razor, 2: parity
  parameter FAULTS = 0            // a file has the faulty bits of each word
) (
  input  wire                 clock,
  input  wire                 read,
  input  wire [ROW_BITS-1:0]  address,
  output reg  [BITS-1:0]      word,
  output reg  [FLAG_BITS-1:0] flags
);
  reg [BITS-1:0] words [0:WORDS-1];
  reg [BITS-1:0] faults [0:WORDS-1];
  reg [8*64-1:0] file;
  integer        reads;
  initial begin
    reads = 0;
    flags = {FLAG_BITS{1'b0}};
    $sformat(file, "weights_lane%0d_bank%0d.hex", LANE, BANK);
    $readmemh(file, words, 0, ROWS - 1);
    if (FAULTS) begin
      $sformat(file, "faults_lane%0d_bank%0d.hex", LANE, BANK);
      $readmemh(file, faults, 0, ROWS - 1);
    end
  end
  always @(negedge clock)
    if (read) begin
      reads = reads + 1;
      word <= FAULTS ? words[address] ^ faults[address] : words[address];
      if (FAULTS && DETECTOR == 1) flags <= faults[address];
      if (FAULTS && DETECTOR == 2) flags <= ^faults[address];
    end
endmodule

// A weight bank as ROM.
module weight_rom #(
  parameter LANE = 0,
  parameter BANK = 0,
  parameter WORDS = 1,
  parameter ROWS = 1,
  parameter ROW_BITS = 1,
  parameter BITS = 8
) (
  input  wire                clock,
  input  wire                read,
  input  wire [ROW_BITS-1:0] address,
  output reg  [BITS-1:0]     word
);
  reg [BITS-1:0] words [0:WORDS-1];
  reg [8*64-1:0] file;
  integer        reads;
  initial begin
    reads = 0;
    $sformat(file, "weights_lane%0d_bank%0d.hex", LANE, BANK);
    $readmemh(file, words, 0, ROWS - 1);
  end
  always @(negedge clock)
    if (read) begin
      reads = reads + 1;
      word <= words[address];
    end
endmodule

module bias_store #(
  parameter LANE = 0,
  parameter WORDS = 1,
  parameter ROWS = 1,
  parameter ROW_BITS = 1,
  parameter BITS = 8
) (
  input  wire                clock,
  input  wire                read,
  input  wire [ROW_BITS-1:0] address,
  output reg  [BITS-1:0]     word
);
  reg [BITS-1:0] words [0:WORDS-1];
  reg [8*64-1:0] file;
  integer        reads;
  initial begin
    reads = 0;
    $sformat(file, "biases_lane%0d.hex", LANE);
    $readmemh(file, words, 0, ROWS - 1);
  end
  always @(negedge clock)
    if (read) begin
      reads = reads + 1;
      word <= words[address];
    end
endmodule

module activation_bank #(
  parameter WORDS = 1,
  parameter ROW_BITS = 1,
  parameter BITS = 8
) (
  input  wire                clock,
  input  wire                enable,
  input  wire                write,     // else a read
  input  wire [ROW_BITS-1:0] address,
  input  wire [BITS-1:0]     data,
  output reg  [BITS-1:0]     word
);
  reg [BITS-1:0] words [0:WORDS-1];
  integer        reads, writes;
  initial begin
    reads = 0;
    writes = 0;
  end
  always @(negedge clock)
    if (enable) begin
      if (write) begin
        writes = writes + 1;
        words[address] <= data;
      end else begin
        reads = reads + 1;
        word <= words[address];
      end
    end
endmodule

// All memories of the machine.
module memories (
  clock, load, load_row, load_words, input_read, input_address, input_words,
  activation_enable, activation_write, activation_address, activation_data, activation_words,
  weight_read, weight_address, weight_words, weight_flags, bias_read, bias_address, biases
);
`include "machine_parameters.vh"
  input  wire                                              clock;
  input  wire                                              load;        // a row of all input banks
  input  wire [INPUT_ROW_BITS-1:0]                         load_row;
  input  wire [INPUT_BANKS*ACTIVATION_BITS-1:0]            load_words;
  input  wire [INPUT_BANKS-1:0]                            input_read;
  input  wire [INPUT_BANKS*INPUT_ROW_BITS-1:0]             input_address;
  output wire [INPUT_BANKS*ACTIVATION_BITS-1:0]            input_words;
  input  wire [REGIONS*ACTIVATION_BANKS-1:0]                     activation_enable;
  input  wire [REGIONS*ACTIVATION_BANKS-1:0]                     activation_write;
  input  wire [REGIONS*ACTIVATION_BANKS*ACTIVATION_ROW_BITS-1:0] activation_address;
  input  wire [ACTIVATION_BANKS*ACTIVATION_BITS-1:0]       activation_data;
  output wire [REGIONS*ACTIVATION_BANKS*ACTIVATION_BITS-1:0]     activation_words;
  input  wire [LANES*WEIGHT_BANKS-1:0]                     weight_read;
  input  wire [LANE_ADDRESSES*WEIGHT_BANKS*WEIGHT_ROW_BITS-1:0] weight_address;  // of all lanes, or of each
  output wire [LANES*WEIGHT_BANKS*STORED_BITS-1:0]         weight_words;
  output wire [LANES*WEIGHT_BANKS*FLAG_BITS-1:0]           weight_flags;
  input  wire [LANES-1:0]                                  bias_read;
  input  wire [LANE_ADDRESSES*BIAS_ROW_BITS-1:0]           bias_address;
  output wire [LANES*PRODUCT_BITS-1:0]                     biases;

  genvar l, b;
  generate
    for (b = 0; b < INPUT_BANKS; b = b + 1) begin : input_bank
      activation_bank #(.WORDS(INPUT_WORDS), .ROW_BITS(INPUT_ROW_BITS), .BITS(ACTIVATION_BITS))
        memory (.clock(clock), .enable(load | input_read[b]), .write(load),
                .address(load ? load_row : input_address[b*INPUT_ROW_BITS +: INPUT_ROW_BITS]),
                .data(load_words[b*ACTIVATION_BITS +: ACTIVATION_BITS]),
                .word(input_words[b*ACTIVATION_BITS +: ACTIVATION_BITS]));
    end
    for (b = 0; b < REGIONS*ACTIVATION_BANKS; b = b + 1) begin : activations
      if (LAYERS > 1) begin : bank
        activation_bank #(.WORDS(ACTIVATION_WORDS), .ROW_BITS(ACTIVATION_ROW_BITS),
                          .BITS(ACTIVATION_BITS))
          memory (.clock(clock), .enable(activation_enable[b]), .write(activation_write[b]),
                  .address(activation_address[b*ACTIVATION_ROW_BITS +: ACTIVATION_ROW_BITS]),
                  .data(activation_data[(b % ACTIVATION_BANKS)*ACTIVATION_BITS +: ACTIVATION_BITS]),
                  .word(activation_words[b*ACTIVATION_BITS +: ACTIVATION_BITS]));
      end else begin : none
        assign activation_words[b*ACTIVATION_BITS +: ACTIVATION_BITS] = {ACTIVATION_BITS{1'b0}};
      end
    end
    for (l = 0; l < LANES; l = l + 1) begin : lane
      localparam ADDRESS = LANE_ADDRESSES == 1 ? 0 : l;
      for (b = 0; b < WEIGHT_BANKS; b = b + 1) begin : bank
        if (STREAM_WORDS > 0) begin : off_chip   // in the lanes' buffers (weight_buffers.v)
          assign weight_words[(l*WEIGHT_BANKS + b)*STORED_BITS +: STORED_BITS] = {STORED_BITS{1'b0}};
          assign weight_flags[(l*WEIGHT_BANKS + b)*FLAG_BITS +: FLAG_BITS] = {FLAG_BITS{1'b0}};
        end else if (ROM) begin : of
          weight_rom #(.LANE(l), .BANK(b), .WORDS(WEIGHT_WORDS), .ROWS(WEIGHT_ROWS),
                       .ROW_BITS(WEIGHT_ROW_BITS), .BITS(STORED_BITS))
            memory (.clock(clock), .read(weight_read[l*WEIGHT_BANKS + b]),
                    .address(weight_address[(ADDRESS*WEIGHT_BANKS + b)*WEIGHT_ROW_BITS +: WEIGHT_ROW_BITS]),
                    .word(weight_words[(l*WEIGHT_BANKS + b)*STORED_BITS +: STORED_BITS]));
          assign weight_flags[(l*WEIGHT_BANKS + b)*FLAG_BITS +: FLAG_BITS] = {FLAG_BITS{1'b0}};
        end else begin : of
          weight_bank #(.LANE(l), .BANK(b), .WORDS(WEIGHT_WORDS), .ROWS(WEIGHT_ROWS),
                        .ROW_BITS(WEIGHT_ROW_BITS), .BITS(STORED_BITS), .FLAG_BITS(FLAG_BITS),
                        .DETECTOR(DETECTOR), .FAULTS(FAULTS))
            memory (.clock(clock), .read(weight_read[l*WEIGHT_BANKS + b]),
                    .address(weight_address[(ADDRESS*WEIGHT_BANKS + b)*WEIGHT_ROW_BITS +: WEIGHT_ROW_BITS]),
                    .word(weight_words[(l*WEIGHT_BANKS + b)*STORED_BITS +: STORED_BITS]),
                    .flags(weight_flags[(l*WEIGHT_BANKS + b)*FLAG_BITS +: FLAG_BITS]));
        end
      end
      bias_store #(.LANE(l), .WORDS(BIAS_WORDS), .ROWS(BIAS_ROWS), .ROW_BITS(BIAS_ROW_BITS),
                   .BITS(PRODUCT_BITS))
        biases_of_lane (.clock(clock), .read(bias_read[l]), .address(bias_address[ADDRESS*BIAS_ROW_BITS +: BIAS_ROW_BITS]),
                        .word(biases[l*PRODUCT_BITS +: PRODUCT_BITS]));
    end
  endgenerate
endmodule
