// F1: takes the words of a chunk from the input memory (first layer) or the activation memory,
// compares each with the threshold once, and makes the flags of those that are kept. The registers
// behind it hold words and flags for all lanes.
module f1 #(
  parameter CHUNK = 1,            // words of a chunk
  parameter ACTIVATION_BITS = 8,
  parameter INPUT_BANKS = 1,
  parameter INPUT_OFFSET_BITS = 1,
  parameter ACTIVATION_BANKS = 1, // of one half
  parameter ACTIVATION_OFFSET_BITS = 1,
  parameter COMPARATOR = 1,       // some layer has a threshold
  parameter CLOCK_GATE = 1
) (
  input  wire                                        clock,
  input  wire                                        read,         // a chunk, in this cycle
  input  wire                                        first_layer,
  input  wire                                        advance,      // the pipeline is not held
  input  wire [CHUNK-1:0]                            valid_words,  // the last chunk may be short
  input  wire [ACTIVATION_BITS-1:0]                  threshold,    // a code; 0: every word is kept
  input  wire [INPUT_BANKS*ACTIVATION_BITS-1:0]      input_words,
  input  wire [INPUT_OFFSET_BITS-1:0]                input_bank,
  input  wire [ACTIVATION_BANKS*ACTIVATION_BITS-1:0] activation_words,
  input  wire [ACTIVATION_OFFSET_BITS-1:0]           activation_bank,
  output wire [CHUNK*ACTIVATION_BITS-1:0]            words,
  output reg  [CHUNK-1:0]                            kept
);
  wire [CHUNK*ACTIVATION_BITS-1:0] from_inputs;
  wire [CHUNK*ACTIVATION_BITS-1:0] from_activations;
  wire [CHUNK*ACTIVATION_BITS-1:0] read_words = first_layer ? from_inputs : from_activations;
  wire [CHUNK-1:0]                 passes;

  gather_words #(.BANKS(INPUT_BANKS), .WORDS(CHUNK), .OFFSET_BITS(INPUT_OFFSET_BITS),
                 .BITS(ACTIVATION_BITS))
    inputs (.of_banks(input_words), .bank(input_bank), .words(from_inputs));
  gather_words #(.BANKS(ACTIVATION_BANKS), .WORDS(CHUNK), .OFFSET_BITS(ACTIVATION_OFFSET_BITS),
                 .BITS(ACTIVATION_BITS))
    activations (.of_banks(activation_words), .bank(activation_bank), .words(from_activations));

  genvar k;
  generate
    for (k = 0; k < CHUNK; k = k + 1) begin : word
      wire [ACTIVATION_BITS-1:0] x = read_words[k*ACTIVATION_BITS +: ACTIVATION_BITS];
      if (COMPARATOR) begin : compared
        comparator #(.BITS(ACTIVATION_BITS))
          comparator (.word(x), .bound(threshold), .reaches(passes[k]));
      end else begin : uncompared
        assign passes[k] = 1'b1;
      end
      gated_register #(.BITS(ACTIVATION_BITS), .CLOCK_GATE(CLOCK_GATE))
        fetched (.clock(clock), .enable(read & valid_words[k]), .next(x),
                 .word(words[k*ACTIVATION_BITS +: ACTIVATION_BITS]));
    end
  endgenerate

  // Without an operation no word is kept.
  always @(posedge clock) if (advance) kept <= passes & valid_words & {CHUNK{read}};
endmodule
