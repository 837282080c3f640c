// F2 of a lane: takes the weights of the kept words from the lane's banks, and masks those in which
// the memory's detector flags faults. The registers behind it hold them for M; that of a skipped
// word keeps what it held. Where the memory holds indices, the codebook is looked up behind the mask.
module f2 #(
  parameter CHUNK = 1,
  parameter WEIGHT_BITS = 8,
  parameter STORED_BITS = WEIGHT_BITS,  // of a word of the memory: an index, or a weight
  parameter LOOK_UP = 0,          // 1: words are indices, in two's complement
  parameter ENTRIES_BITS = 1,     // of the layer's codebook, the entry of the lowest index lowest
  parameter WEIGHT_BANKS = 1,
  parameter OFFSET_BITS = 1,
  parameter FLAG_BITS = 1,        // of a word: one a bit (Razor), or one (parity)
  parameter MASKING = 0,          // 0: none, 1: a flagged word is 0, 2: a flagged bit is the sign
  parameter SIGN_ZEROES = 0,      // with 2: a word whose sign is flagged is 0
  parameter MOST = 0,             // `most`, where it is the same in all layers; else 0
  parameter WHOLE_ROWS = WEIGHT_BANKS == CHUNK,  // every chunk begins in bank 0
  parameter CLOCK_GATE = 1
) (
  input  wire                                clock,
  input  wire [CHUNK-1:0]                    load,
  input  wire [WEIGHT_BANKS*STORED_BITS-1:0] bank_words,
  input  wire [WEIGHT_BANKS*FLAG_BITS-1:0]   bank_flags,
  input  wire [OFFSET_BITS-1:0]              bank,       // of the chunk's first word
  input  wire [STORED_BITS-1:0]              most,       // largest word of the layer
  input  wire [ENTRIES_BITS-1:0]             entries,
  output wire [CHUNK*WEIGHT_BITS-1:0]        weights
);
  wire [CHUNK*STORED_BITS-1:0] read_words;
  wire [CHUNK*FLAG_BITS-1:0]   read_flags;
  gather_words #(.BANKS(WEIGHT_BANKS), .WORDS(CHUNK), .OFFSET_BITS(OFFSET_BITS), .BITS(STORED_BITS),
                 .WHOLE_ROWS(WHOLE_ROWS))
    words (.of_banks(bank_words), .bank(bank), .words(read_words));
  gather_words #(.BANKS(WEIGHT_BANKS), .WORDS(CHUNK), .OFFSET_BITS(OFFSET_BITS), .BITS(FLAG_BITS),
                 .WHOLE_ROWS(WHOLE_ROWS))
    flags (.of_banks(bank_flags), .bank(bank), .words(read_flags));

  wire [STORED_BITS-1:0] limit = MOST == 0 ? most : MOST;
  wire [STORED_BITS-1:0] sign_bit = (limit << 1 | 1'b1) & ~limit;  // the one above the limit
  genvar k;
  generate
    for (k = 0; k < CHUNK; k = k + 1) begin : word
      wire [STORED_BITS-1:0] stored = read_words[k*STORED_BITS +: STORED_BITS];
      wire [FLAG_BITS-1:0]   flag = read_flags[k*FLAG_BITS +: FLAG_BITS];
      // Above the sign bit are copies of it, in layers with narrower weights than others.
      wire                   sign = |(stored & sign_bit);
      wire [STORED_BITS-1:0] masked;
      if (MASKING == 2) begin : bits
        wire zero = SIGN_ZEROES && |(flag & sign_bit);
        assign masked = {STORED_BITS{~zero}}
                      & ((stored & limit & ~flag) | ({STORED_BITS{sign}} & (~limit | flag)));
      end else if (MASKING == 1) begin : whole_word
        assign masked = {STORED_BITS{~|flag}} & ((stored & limit) | ({STORED_BITS{sign}} & ~limit));
      end else begin : nothing
        assign masked = (stored & limit) | ({STORED_BITS{sign}} & ~limit);
      end
      wire [WEIGHT_BITS-1:0] next;
      if (LOOK_UP) begin : shared
        // From the lowest index on: the sign bit inverted.
        wire [STORED_BITS-1:0] place = masked ^ (1'b1 << (STORED_BITS - 1));
        assign next = entries[place*WEIGHT_BITS +: WEIGHT_BITS];
      end else begin : own
        assign next = masked;
      end
      gated_register #(.BITS(WEIGHT_BITS), .CLOCK_GATE(CLOCK_GATE))
        weight (.clock(clock), .enable(load[k]), .next(next),
                .word(weights[k*WEIGHT_BITS +: WEIGHT_BITS]));
    end
  endgenerate
endmodule
