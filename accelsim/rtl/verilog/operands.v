// The registers between F2 and M that all lanes share: the words of the chunk, and the flags of the
// kept ones in every stage of M. The word of a skipped input keeps what it held.
module operands #(
  parameter CHUNK = 1,
  parameter ACTIVATION_BITS = 8,
  parameter STAGES = 1,           // of M
  parameter CLOCK_GATE = 1
) (
  input  wire                             clock,
  input  wire                             advance,
  input  wire [CHUNK*ACTIVATION_BITS-1:0] fetched_words,
  input  wire [CHUNK-1:0]                 fetched_kept,
  output wire [CHUNK*ACTIVATION_BITS-1:0] words,
  output reg  [STAGES*CHUNK-1:0]          kept    // of M1 in the lowest bits
);
  genvar k;
  generate
    for (k = 0; k < CHUNK; k = k + 1) begin : word
      gated_register #(.BITS(ACTIVATION_BITS), .CLOCK_GATE(CLOCK_GATE))
        multiply (.clock(clock), .enable(advance & fetched_kept[k]),
                  .next(fetched_words[k*ACTIVATION_BITS +: ACTIVATION_BITS]),
                  .word(words[k*ACTIVATION_BITS +: ACTIVATION_BITS]));
    end
  endgenerate

  wire [(STAGES+1)*CHUNK-1:0] moved = {kept, fetched_kept};
  always @(posedge clock) if (advance) kept <= moved[STAGES*CHUNK-1:0];
endmodule
