// Consecutive words are spread over banks: word i is in row floor(i / BANKS) of bank i mod BANKS.
// These modules walk through such words, address the banks, and put words in order again.

// Row and bank of the word that is next.
module bank_counter #(
  parameter BANKS = 1,
  parameter OFFSET_BITS = 1,
  parameter ROW_BITS = 1,
  parameter STEP_BITS = 1,
  parameter WHOLE_ROWS = 0      // every step is of BANKS words, so that all begin in bank 0
) (
  input  wire                   clock,
  input  wire                   load,      // begins at `first_row`
  input  wire [ROW_BITS-1:0]    first_row,
  input  wire                   advance,   // by `step` words, BANKS at most
  input  wire [STEP_BITS-1:0]   step,
  output reg  [ROW_BITS-1:0]    row,
  output wire [OFFSET_BITS-1:0] bank
);
  generate
    if (WHOLE_ROWS) begin : whole_rows
      assign bank = {OFFSET_BITS{1'b0}};
      always @(posedge clock)
        if (load) row <= first_row;
        else if (advance) row <= row + 1'b1;
    end else begin : part_rows
      reg  [OFFSET_BITS-1:0]           offset;
      wire [OFFSET_BITS+STEP_BITS-1:0] next = offset + step;
      wire                             next_row = next >= BANKS;
      assign bank = offset;
      always @(posedge clock)
        if (load) begin
          row <= first_row;
          offset <= {OFFSET_BITS{1'b0}};
        end else if (advance) begin
          row <= next_row ? row + 1'b1 : row;
          offset <= next_row ? next - BANKS : next;
        end
    end
  endgenerate
endmodule

// Which banks hold the WORDS words that begin in `bank` of `row`, and in which of their rows.
module bank_address #(
  parameter BANKS = 1,
  parameter WORDS = 1,          // BANKS at most
  parameter OFFSET_BITS = 1,
  parameter ROW_BITS = 1
) (
  input  wire [ROW_BITS-1:0]       row,
  input  wire [OFFSET_BITS-1:0]    bank,
  input  wire [WORDS-1:0]          wanted,   // bit k: the word k is wanted
  output reg  [BANKS-1:0]          selected,
  output reg  [BANKS*ROW_BITS-1:0] address
);
  integer b, k;
  always @*
    for (b = 0; b < BANKS; b = b + 1) begin
      k = b >= bank ? b - bank : b + BANKS - bank;
      selected[b] = k < WORDS ? wanted[k < WORDS ? k : 0] : 1'b0;
      address[b*ROW_BITS +: ROW_BITS] = b >= bank ? row : row + 1'b1;
    end
endmodule

// The WORDS words that begin in `bank`, in their order.
module gather_words #(
  parameter BANKS = 1,
  parameter WORDS = 1,
  parameter OFFSET_BITS = 1,
  parameter BITS = 1
) (
  input  wire [BANKS*BITS-1:0]  of_banks,
  input  wire [OFFSET_BITS-1:0] bank,
  output reg  [WORDS*BITS-1:0]  words
);
  integer k, b;
  always @*
    for (k = 0; k < WORDS; k = k + 1) begin
      b = k + bank >= BANKS ? k + bank - BANKS : k + bank;
      words[k*BITS +: BITS] = of_banks[b*BITS +: BITS];
    end
endmodule

// The other way: WORDS words for the banks from `bank` on. Banks without a word get any.
module spread_words #(
  parameter BANKS = 1,
  parameter WORDS = 1,
  parameter OFFSET_BITS = 1,
  parameter BITS = 1
) (
  input  wire [WORDS*BITS-1:0]  words,
  input  wire [OFFSET_BITS-1:0] bank,
  output reg  [BANKS*BITS-1:0]  of_banks
);
  integer b, k;
  always @*
    for (b = 0; b < BANKS; b = b + 1) begin
      k = b >= bank ? b - bank : b + BANKS - bank;
      if (k >= WORDS) k = 0;
      of_banks[b*BITS +: BITS] = words[k*BITS +: BITS];
    end
endmodule
