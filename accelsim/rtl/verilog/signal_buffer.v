// A buffer of a net to one of many lanes, and the driver of the net to all of these buffers. This is
// their behaviour, which a synthesis tool removes; where it does not buffer long nets itself, put
// buffers of your library here (in Nangate45 with A = in, Z = out: BUF_X1, and a strong one as the
// driver).
module signal_buffer (
  input  wire in,
  output wire out
);
  assign out = in;
endmodule

module signal_driver (
  input  wire in,
  output wire out
);
  assign out = in;
endmodule
