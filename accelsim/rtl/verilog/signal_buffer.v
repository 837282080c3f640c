// A buffer of a net to one of many lanes. This is its behaviour, which a synthesis tool removes;
// where it does not buffer long nets itself, put a buffer of your library here (in Nangate45:
// BUF_X1 with A = in, Z = out).
module signal_buffer (
  input  wire in,
  output wire out
);
  assign out = in;
endmodule
