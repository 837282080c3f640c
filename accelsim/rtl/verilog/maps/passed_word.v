// The word of a pool or of an added tensor that a lane takes, of those that M1 has, and its way
// through the stages of M.
module passed_word #(
  parameter FETCH = 1,
  parameter STAGES = 1,
  parameter BITS = 8,
  parameter INDEX_BITS = 1,
  parameter CLOCK_GATE = 1
) (
  input  wire                  clock,
  input  wire                  advance,
  input  wire                  passes,   // M1 has a chunk of such words for this lane
  input  wire [INDEX_BITS-1:0] index,    // of the lane's word in the chunk
  input  wire [FETCH*BITS-1:0] words,
  input  wire [FETCH-1:0]      kept,
  output wire                  taken,    // the last stage has a word
  output wire [BITS-1:0]       word
);
  reg            chosen;
  reg [BITS-1:0] choice;
  integer        k;
  always @* begin
    chosen = 1'b0;
    choice = {BITS{1'b0}};
    for (k = 0; k < FETCH; k = k + 1) begin
      chosen = chosen | (passes & kept[k] & index == k);
      choice = choice | (words[k*BITS +: BITS] & {BITS{passes & kept[k] & index == k}});
    end
  end

  wire [STAGES-1:0]      taken_of;
  wire [STAGES*BITS-1:0] word_of;
  assign taken_of[0] = chosen;
  assign word_of[0 +: BITS] = choice;
  genvar i;
  generate
    for (i = 1; i < STAGES; i = i + 1) begin : stage
      reg flag;
      always @(posedge clock) if (advance) flag <= taken_of[i-1];
      assign taken_of[i] = flag;
      gated_register #(.BITS(BITS), .CLOCK_GATE(CLOCK_GATE))
        register (.clock(clock), .enable(advance & taken_of[i-1]),
                  .next(word_of[(i-1)*BITS +: BITS]), .word(word_of[i*BITS +: BITS]));
    end
  endgenerate
  assign taken = taken_of[STAGES-1];
  assign word = word_of[(STAGES-1)*BITS +: BITS];
endmodule
