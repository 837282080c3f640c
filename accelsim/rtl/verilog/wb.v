// WB: puts the results of the lanes from `write_lane` on onto the write ports.
module wb #(
  parameter LANES = 1,
  parameter LANE_BITS = 1,
  parameter WRITE_PORTS = 1,
  parameter RESULT_BITS = 16
) (
  input  wire [LANES*RESULT_BITS-1:0]       results,
  input  wire [LANE_BITS-1:0]               write_lane,
  output reg  [WRITE_PORTS*RESULT_BITS-1:0] written_words
);
  // `write_lane` is a multiple of the ports.
  integer lane;
  always @* begin
    written_words = {(WRITE_PORTS*RESULT_BITS){1'b0}};
    for (lane = 0; lane < LANES; lane = lane + 1)
      written_words[(lane % WRITE_PORTS)*RESULT_BITS +: RESULT_BITS] =
        written_words[(lane % WRITE_PORTS)*RESULT_BITS +: RESULT_BITS]
        | (results[lane*RESULT_BITS +: RESULT_BITS]
           & {RESULT_BITS{write_lane == lane - lane % WRITE_PORTS}});
  end
endmodule
