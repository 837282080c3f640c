// F1: takes the words of a chunk from the input memory or a region of the activation memory,
// compares each that meets weights with the threshold once, and makes the flags of those that are
// kept, and of the weights that are read: each once for the positions of a tile. The registers
// behind it hold words and flags for all lanes.
module f1 #(
  parameter FETCH = 1,            // words that are read at most
  parameter CHUNK = 1,            // of those, words that meet weights
  parameter ACTIVATION_BITS = 8,
  parameter INPUT_BANKS = 1,
  parameter INPUT_OFFSET_BITS = 1,
  parameter ACTIVATION_BANKS = 1, // of a region
  parameter ACTIVATION_OFFSET_BITS = 1,
  parameter COMPARATOR = 1,       // some layer has a threshold
  parameter TILES = 1,            // a weight read serves several positions
  parameter CLOCK_GATE = 1
) (
  input  wire                                        clock,
  input  wire                                        read,         // a chunk, in this cycle
  input  wire                                        weighted,     // its words meet weights
  input  wire                                        begins_chunk, // for the first position of a tile
  input  wire                                        from_inputs,
  input  wire                                        advance,      // the pipeline is not held
  input  wire [FETCH-1:0]                            present,       // words that there are
  input  wire [ACTIVATION_BITS-1:0]                  threshold,    // a code; 0: every word is kept
  input  wire [INPUT_BANKS*ACTIVATION_BITS-1:0]      input_words,
  input  wire [INPUT_OFFSET_BITS-1:0]                input_bank,
  input  wire [ACTIVATION_BANKS*ACTIVATION_BITS-1:0] activation_words,
  input  wire [ACTIVATION_OFFSET_BITS-1:0]           activation_bank,
  output wire [FETCH*ACTIVATION_BITS-1:0]            words,
  output reg  [FETCH-1:0]                            kept,
  output wire [CHUNK-1:0]                            weights_read
);
  wire [FETCH*ACTIVATION_BITS-1:0] input_chunk;
  wire [FETCH*ACTIVATION_BITS-1:0] activation_chunk;
  wire [FETCH*ACTIVATION_BITS-1:0] read_words = from_inputs ? input_chunk : activation_chunk;
  wire [FETCH-1:0]                 passes;

  gather_words #(.BANKS(INPUT_BANKS), .WORDS(FETCH), .OFFSET_BITS(INPUT_OFFSET_BITS),
                 .BITS(ACTIVATION_BITS), .WHOLE_ROWS(0))
    inputs (.of_banks(input_words), .bank(input_bank), .words(input_chunk));
  gather_words #(.BANKS(ACTIVATION_BANKS), .WORDS(FETCH), .OFFSET_BITS(ACTIVATION_OFFSET_BITS),
                 .BITS(ACTIVATION_BITS), .WHOLE_ROWS(0))
    activations (.of_banks(activation_words), .bank(activation_bank), .words(activation_chunk));

  genvar k;
  generate
    for (k = 0; k < FETCH; k = k + 1) begin : word
      wire [ACTIVATION_BITS-1:0] x = read_words[k*ACTIVATION_BITS +: ACTIVATION_BITS];
      if (COMPARATOR && k < CHUNK) begin : compared
        wire reaches;
        comparator #(.BITS(ACTIVATION_BITS))
          comparator (.word(x), .bound(threshold), .reaches(reaches));
        assign passes[k] = reaches | ~weighted;
      end else begin : uncompared
        assign passes[k] = 1'b1;
      end
      gated_register #(.BITS(ACTIVATION_BITS), .CLOCK_GATE(CLOCK_GATE))
        fetched (.clock(clock), .enable(read & present[k]), .next(x),
                 .word(words[k*ACTIVATION_BITS +: ACTIVATION_BITS]));
    end
  endgenerate

  wire [FETCH-1:0] keeps = passes & present & {FETCH{read}};
  always @(posedge clock) if (advance) kept <= keeps;
  weight_reads #(.CHUNK(CHUNK), .TILES(TILES))
    reads_once (.clock(clock), .advance(advance), .begins_chunk(begins_chunk),
                .wanted(keeps[CHUNK-1:0] & {CHUNK{weighted}}), .weights_read(weights_read));
endmodule

// Which weights F2 reads: of those that a chunk wants the ones that no earlier position of its tile
// has read, which are in the lanes' registers.
module weight_reads #(
  parameter CHUNK = 1,
  parameter TILES = 1             // a tile has several positions
) (
  input  wire             clock,
  input  wire             advance,
  input  wire             begins_chunk,
  input  wire [CHUNK-1:0] wanted,
  output reg  [CHUNK-1:0] weights_read
);
  generate
    if (TILES) begin : tiles
      reg  [CHUNK-1:0] loaded;
      wire [CHUNK-1:0] held = loaded & {CHUNK{~begins_chunk}};
      wire [CHUNK-1:0] reads = wanted & ~held;
      always @(posedge clock)
        if (advance) begin
          weights_read <= reads;
          loaded <= held | reads;
        end
    end else begin : positions
      always @(posedge clock) if (advance) weights_read <= wanted;
    end
  endgenerate
endmodule
