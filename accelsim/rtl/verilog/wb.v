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
  integer port, lane;
  always @*
    for (port = 0; port < WRITE_PORTS; port = port + 1) begin
      lane = write_lane + port;
      if (lane >= LANES) lane = 0;    // a port without a word
      written_words[port*RESULT_BITS +: RESULT_BITS] = results[lane*RESULT_BITS +: RESULT_BITS];
    end
endmodule
