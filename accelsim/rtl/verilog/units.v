// Units of the datapath that are modules of their own, so that a synthesis that keeps the hierarchy
// tells their cells apart (`minerva validate` reads energy and area of each from their names).

module multiplier #(
  parameter A_BITS = 8,
  parameter B_BITS = 8
) (
  input  wire signed [A_BITS-1:0]        a,
  input  wire signed [B_BITS-1:0]        b,
  output wire signed [A_BITS+B_BITS-1:0] product
);
  assign product = a * b;
endmodule

module adder #(
  parameter BITS = 16
) (
  input  wire [BITS-1:0] a,
  input  wire [BITS-1:0] b,
  output wire [BITS-1:0] sum
);
  assign sum = a + b;
endmodule

// Whether the magnitude of a word reaches a bound.
module comparator #(
  parameter BITS = 8
) (
  input  wire [BITS-1:0] word,
  input  wire [BITS-1:0] bound,
  output wire            reaches
);
  wire [BITS-1:0] magnitude = word[BITS-1] ? -word : word;
  assign reaches = magnitude >= bound;
endmodule

module word_choice #(
  parameter BITS = 16
) (
  input  wire            choose,
  input  wire [BITS-1:0] chosen,
  input  wire [BITS-1:0] other,
  output wire [BITS-1:0] word
);
  assign word = choose ? chosen : other;
endmodule

// A word, or 0.
module kept_word #(
  parameter BITS = 8
) (
  input  wire            keep,
  input  wire [BITS-1:0] word,
  output wire [BITS-1:0] kept
);
  assign kept = word & {BITS{keep}};
endmodule

// A broadcast word on its way to all lanes.
module word_driver #(
  parameter BITS = 8
) (
  input  wire [BITS-1:0] word,
  output wire [BITS-1:0] driven
);
  genvar i;
  generate
    for (i = 0; i < BITS; i = i + 1) begin : bits
      signal_driver driver (.in(word[i]), .out(driven[i]));
    end
  endgenerate
endmodule

// The copy of a broadcast word for one lane.
module word_buffer #(
  parameter BITS = 8
) (
  input  wire [BITS-1:0] word,
  output wire [BITS-1:0] copy
);
  genvar i;
  generate
    for (i = 0; i < BITS; i = i + 1) begin : bits
      signal_buffer buffer (.in(word[i]), .out(copy[i]));
    end
  endgenerate
endmodule
