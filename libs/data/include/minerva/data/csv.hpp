#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/base/enum_names.hpp"

namespace minerva {

/// What separates the fields of a row.
enum class Delimiter { comma, semicolon, tab };
constexpr EnumNames<Delimiter, 3> enum_names(Delimiter) {
  return {
      {{Delimiter::comma, "comma"}, {Delimiter::semicolon, "semicolon"}, {Delimiter::tab, "tab"}}};
}
/// Whether the first row has the names of the columns. detect: it has when none of its fields
/// besides the label is a number.
enum class HeaderRow { detect, present, absent };
constexpr EnumNames<HeaderRow, 3> enum_names(HeaderRow) {
  return {{{HeaderRow::detect, "detect"},
           {HeaderRow::present, "present"},
           {HeaderRow::absent, "absent"}}};
}

struct CsvOptions {
  /// Which column has the labels: last, first, a number from 1, or a name from the header.
  std::string label_column = "last";
  Delimiter delimiter = Delimiter::comma;
  HeaderRow header = HeaderRow::detect;
};

/// The samples of a CSV file. Each row is one sample: finite numbers and one label.
struct CsvTable {
  std::string path;
  std::int64_t first_line = 1;            ///< of the first sample
  std::vector<std::string> column_names;  ///< of the inputs; empty without a header
  int inputs = 0;
  std::vector<float> values;        ///< sample after sample, `inputs` each
  std::vector<std::string> labels;  ///< as in the file, without the blanks around them
};

/// Reads a CSV file, which may be compressed by gzip. Fields may be in double quotes. Throws
/// UserError naming file:line for a row whose length differs, a field that is no finite number, an
/// empty label, a blank line, and a header that has a name twice; naming data.label_column for a
/// column that does not exist; and naming the file when it has no sample.
CsvTable read_csv(const std::string& path, const CsvOptions& options);

}  // namespace minerva
