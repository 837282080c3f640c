// WB: puts the results of the lanes from `first_lane` on, round to lane 0, onto the write ports.
module wb #(
  parameter LANES = 1,
  parameter LANE_BITS = 1,
  parameter WRITE_PORTS = 1,
  parameter RESULT_BITS = 16
) (
  input  wire [LANES*RESULT_BITS-1:0]       results,
  input  wire [LANE_BITS-1:0]               first_lane,
  output reg  [WRITE_PORTS*RESULT_BITS-1:0] written_words
);
  integer lane, p;
  always @* begin
    written_words = {(WRITE_PORTS*RESULT_BITS){1'b0}};
    for (p = 0; p < WRITE_PORTS; p = p + 1)
      for (lane = 0; lane < LANES; lane = lane + 1)
        written_words[p*RESULT_BITS +: RESULT_BITS] =
          written_words[p*RESULT_BITS +: RESULT_BITS]
          | (results[lane*RESULT_BITS +: RESULT_BITS]
             & {RESULT_BITS{first_lane == (lane + LANES - p % LANES) % LANES}});
  end
endmodule
