// The position behind another one, in the order in which the machine computes them: column by
// column and row by row of a fused pool's window, then window by window; without such a pool a
// window is one position. `row` and `column` say where the position's window of the input begins,
// in words, `added` where the pixel of the added tensor does, and `written` the word that is written.
// Behind the last position of a prediction follows the first one of the next prediction of the batch,
// whose tensor begins at `tensor`; `of_prediction` counts the positions of one.
module next_position (layer, now, next);
`include "machine_parameters.vh"
  input  wire [LAYER_BITS-1:0] layer;
  input  wire [PLACE_BITS-1:0] now;
  output wire [PLACE_BITS-1:0] next;

  wire [POOL_BITS-1:0]     last_pool_column, last_pool_row;
  wire [POSITION_BITS-1:0] last_window;
  wire [ADDRESS_BITS-1:0]  column_step, column_back, window_step, first_column;
  wire [ADDRESS_BITS-1:0]  row_step, row_back, line_step;
  wire [ADDRESS_BITS-1:0]  added_column, added_row, added_window, added_line, written_step;
  wire [POSITION_BITS-1:0] last_of_prediction;
  wire [ADDRESS_BITS-1:0]  first_row, tensor_step, added_prediction;
  position_table of_layer (
    .layer(layer), .last_pool_column(last_pool_column), .last_pool_row(last_pool_row),
    .last_window(last_window), .column_step(column_step), .column_back(column_back),
    .window_step(window_step), .first_column(first_column), .row_step(row_step),
    .row_back(row_back), .line_step(line_step),
    .added_column(added_column), .added_row(added_row), .added_window(added_window),
    .added_line(added_line), .written_step(written_step),
    .last_of_prediction(last_of_prediction), .first_row(first_row), .tensor_step(tensor_step),
    .added_prediction(added_prediction));

  wire [POSITION_BITS-1:0] number, window;
  wire [ADDRESS_BITS-1:0]  written, added, column, row;
  wire [POOL_BITS-1:0]     pool_row, pool_column;
  assign {number, written, added, column, row, window, pool_row, pool_column} =
    now[ONE_PLACE_BITS-1:0];
  wire ends_prediction;   // and another one follows, or none
  wire ends_columns = pool_column == last_pool_column;
  wire ends_window = ends_columns & pool_row == last_pool_row;
  wire ends_line = ends_window & window == last_window;

  wire [ADDRESS_BITS-1:0] next_added =
    added + (ends_prediction ? added_prediction : ~ends_columns ? added_column
             : ~ends_window ? added_row : ~ends_line ? added_window : added_line);
  wire [ADDRESS_BITS-1:0] next_column =
    ends_line ? first_column : ends_window ? column + window_step
    : ends_columns ? column - column_back : column + column_step;
  wire [ADDRESS_BITS-1:0] next_row =
    ends_prediction ? first_row : ends_line ? row + line_step : ends_window ? row - row_back
    : ends_columns ? row + row_step : row;
  wire [ADDRESS_BITS-1:0]  next_written = ends_window ? written + written_step : written;
  wire [POSITION_BITS-1:0] next_number = number + 1'b1;
  wire [POSITION_BITS-1:0] next_window =
    ends_line ? {POSITION_BITS{1'b0}} : ends_window ? window + 1'b1 : window;
  wire [POOL_BITS-1:0] next_pool_row =
    ends_window ? {POOL_BITS{1'b0}} : ends_columns ? pool_row + 1'b1 : pool_row;
  wire [POOL_BITS-1:0] next_pool_column =
    ends_columns ? {POOL_BITS{1'b0}} : pool_column + 1'b1;
  assign next[ONE_PLACE_BITS-1:0] = {next_number, next_written, next_added, next_column, next_row,
                                     next_window, next_pool_row, next_pool_column};

  generate
    if (BATCH_SIZE > 1) begin : batch
      wire [ADDRESS_BITS-1:0]  tensor;
      wire [POSITION_BITS-1:0] of_prediction;
      assign {tensor, of_prediction} = now[PLACE_BITS-1:ONE_PLACE_BITS];
      assign ends_prediction = of_prediction == last_of_prediction;
      assign next[PLACE_BITS-1:ONE_PLACE_BITS] =
        ends_prediction ? {tensor + tensor_step, {POSITION_BITS{1'b0}}}
                        : {tensor, of_prediction + 1'b1};
    end else begin : single
      assign ends_prediction = 1'b0;
    end
  endgenerate
endmodule
