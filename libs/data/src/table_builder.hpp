#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "minerva/data/csv.hpp"
#include "minerva/data/unpacked_file.hpp"

namespace minerva {

/// Column of the label when the options give its place; nothing when they give a name. Throws
/// UserError naming data.label_column for a place that is not among `columns`.
std::optional<std::size_t> label_place(const CsvOptions& options, const std::string& path,
                                       std::size_t columns);

/// The columns of a table and what each row gives: inputs, a label, or nothing.
class TableBuilder {
 public:
  /// @param lines are being read; they outlive this.
  TableBuilder(const std::string& path, const CsvOptions& options, const TextLines& lines);

  /// Says how many columns there are and, where there is a header, their names. Throws UserError
  /// for a name that stands twice, and for a label or a column to leave out that is not there.
  /// @param without_header completes the message for a name where there is no header.
  void set_columns(std::size_t columns, const std::vector<std::string>& header,
                   const std::string& without_header);
  /// Gives names to columns that had none so far.
  void name_columns(const std::vector<std::string>& header);
  /// Whether the options name a column of such a header.
  bool names_one_of(const std::vector<std::string>& header) const;
  std::size_t columns() const { return columns_; }
  std::size_t label() const { return label_; }
  bool is_input(std::size_t column) const;

  /// Adds a sample. Throws UserError naming the line of the text.
  void take(const std::vector<std::string_view>& fields);
  /// Adds a sample before all others; its fields were found to be sound.
  void put_first(const std::vector<std::string_view>& fields);
  const CsvTable& table() const { return table_; }
  CsvTable& table() { return table_; }
  /// Leaves out a first column without a name that numbers the rows.
  void leave_out_row_numbers();
  /// "; label in column 5 (species); left out column 1 ..".
  std::string description() const;

 private:
  void find_left_out(const std::vector<std::string>& header, const std::string& without_header);
  float value_of(std::string_view field, std::size_t column) const;
  std::string column_text(std::size_t column) const;

  const CsvOptions& options_;
  const TextLines& lines_;
  CsvTable table_;
  std::vector<std::string> header_;  ///< of all columns; empty without a header
  std::vector<bool> left_out_;
  bool row_numbers_left_out_ = false;
  std::size_t columns_ = 0;
  std::size_t label_ = 0;
};

}  // namespace minerva
