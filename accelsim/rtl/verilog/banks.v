// Consecutive words are spread over banks: word i is in row floor(i / BANKS) of bank i mod BANKS.
// These modules walk through such words, address the banks, and put words in order again. Words and
// banks are joined by AND and OR, with one comparison of the first word's bank for each pair.

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
  parameter ROW_BITS = 1,
  parameter WHOLE_ROWS = 0      // `bank` is always 0
) (
  input  wire [ROW_BITS-1:0]       row,
  input  wire [OFFSET_BITS-1:0]    bank,
  input  wire [WORDS-1:0]          wanted,   // bit k: the word k is wanted
  output wire [BANKS-1:0]          selected,
  output wire [BANKS*ROW_BITS-1:0] address
);
  generate
    if (WHOLE_ROWS) begin : whole_rows
      assign selected = wanted;
      assign address = {BANKS{row}};
    end else begin : part_rows
      reg [BANKS-1:0]          chosen;
      reg [BANKS*ROW_BITS-1:0] rows;
      integer                  b, k;
      always @*
        for (b = 0; b < BANKS; b = b + 1) begin
          chosen[b] = 1'b0;
          for (k = 0; k < WORDS; k = k + 1)
            chosen[b] = chosen[b] | (wanted[k] & bank == (b + BANKS - k) % BANKS);
          rows[b*ROW_BITS +: ROW_BITS] = b < bank ? row + 1'b1 : row;
        end
      assign selected = chosen;
      assign address = rows;
    end
  endgenerate
endmodule

// The WORDS words that begin in `bank`, in their order.
module gather_words #(
  parameter BANKS = 1,
  parameter WORDS = 1,
  parameter OFFSET_BITS = 1,
  parameter BITS = 1,
  parameter WHOLE_ROWS = BANKS == WORDS   // `bank` is always 0
) (
  input  wire [BANKS*BITS-1:0]  of_banks,
  input  wire [OFFSET_BITS-1:0] bank,
  output wire [WORDS*BITS-1:0]  words
);
  generate
    if (WHOLE_ROWS) begin : whole_rows
      assign words = of_banks[WORDS*BITS-1:0];
    end else begin : part_rows
      reg [WORDS*BITS-1:0] joined;
      integer              k, b;
      always @* begin
        joined = {(WORDS*BITS){1'b0}};
        for (k = 0; k < WORDS; k = k + 1)
          for (b = 0; b < BANKS; b = b + 1)
            joined[k*BITS +: BITS] = joined[k*BITS +: BITS]
              | (of_banks[b*BITS +: BITS] & {BITS{bank == (b + BANKS - k) % BANKS}});
      end
      assign words = joined;
    end
  endgenerate
endmodule

// The other way: WORDS words for the banks from `bank` on. Banks without a word get 0.
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
  always @* begin
    of_banks = {(BANKS*BITS){1'b0}};
    for (b = 0; b < BANKS; b = b + 1)
      for (k = 0; k < WORDS; k = k + 1)
        of_banks[b*BITS +: BITS] = of_banks[b*BITS +: BITS]
          | (words[k*BITS +: BITS] & {BITS{bank == (b + BANKS - k) % BANKS}});
  end
endmodule

// Row and bank of a word. The first of several may be before word 0, by fewer than BANKS words.
module word_place #(
  parameter BANKS = 1,
  parameter ADDRESS_BITS = 1,
  parameter OFFSET_BITS = 1,
  parameter ROW_BITS = 1
) (
  input  wire [ADDRESS_BITS-1:0] word,
  output wire [ROW_BITS-1:0]     row,
  output wire [OFFSET_BITS-1:0]  bank
);
  wire [ADDRESS_BITS-1:0] behind = word + BANKS;
  wire [ADDRESS_BITS-1:0] row_behind = behind / BANKS;
  assign row = row_behind - 1'b1;
  assign bank = behind % BANKS;
endmodule
