// The lanes' buffers for weights from off chip: two halves of WEIGHT_BANKS banks with one port each.
// One half is read while the words of the next unit come into the other.
module weight_buffers (
  clock, read, read_half, address, words, write, write_half, write_address, written_words
);
`include "machine_parameters.vh"
  input  wire                                      clock;
  input  wire [LANES*WEIGHT_BANKS-1:0]             read;
  input  wire                                      read_half;
  input  wire [LANE_ADDRESSES*WEIGHT_BANKS*WEIGHT_ROW_BITS-1:0] address;  // of all lanes, or of each
  output wire [LANES*WEIGHT_BANKS*STORED_BITS-1:0] words;
  input  wire [LANES*WEIGHT_BANKS-1:0]             write;
  input  wire                                      write_half;
  input  wire [LANES*WEIGHT_BANKS*WEIGHT_ROW_BITS-1:0] write_address;
  input  wire [LANES*WEIGHT_BANKS*STORED_BITS-1:0] written_words;

  genvar l, h, b;
  generate
    for (l = 0; l < LANES; l = l + 1) begin : lane
      localparam ADDRESS = LANE_ADDRESSES == 1 ? 0 : l;
      wire [2*WEIGHT_BANKS*STORED_BITS-1:0] word;
      for (h = 0; h < 2*WEIGHT_BANKS; h = h + 1) begin : bank
        localparam PORT = h % WEIGHT_BANKS;
        wire half = h / WEIGHT_BANKS;
        wire reads = read[l*WEIGHT_BANKS + PORT] & read_half == half;
        wire writes = write[l*WEIGHT_BANKS + PORT] & write_half == half;
        buffer_bank #(.WORDS(WEIGHT_WORDS), .ROW_BITS(WEIGHT_ROW_BITS), .BITS(STORED_BITS))
          memory (.clock(clock), .read(reads), .write(writes),
                  .address(writes ? write_address[(l*WEIGHT_BANKS + PORT)*WEIGHT_ROW_BITS +: WEIGHT_ROW_BITS]
                           : address[(ADDRESS*WEIGHT_BANKS + PORT)*WEIGHT_ROW_BITS +: WEIGHT_ROW_BITS]),
                  .data(written_words[(l*WEIGHT_BANKS + PORT)*STORED_BITS +: STORED_BITS]),
                  .word(word[h*STORED_BITS +: STORED_BITS]));
      end
      assign words[l*WEIGHT_BANKS*STORED_BITS +: WEIGHT_BANKS*STORED_BITS] =
        read_half ? word[WEIGHT_BANKS*STORED_BITS +: WEIGHT_BANKS*STORED_BITS]
                  : word[0 +: WEIGHT_BANKS*STORED_BITS];
    end
  endgenerate
endmodule

// A bank of a half.
module buffer_bank #(
  parameter WORDS = 1,            // capacity
  parameter ROW_BITS = 1,
  parameter BITS = 8
) (
  input  wire                clock,
  input  wire                read,
  input  wire                write,
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
  always @(negedge clock) begin
    if (write) begin
      writes = writes + 1;
      words[address] <= data;
    end
    if (read) begin
      reads = reads + 1;
      word <= write ? {BITS{1'bx}} : words[address];   // a bank has one port
    end
  end
endmodule
