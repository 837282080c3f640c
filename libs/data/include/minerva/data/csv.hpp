#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/base/enum_names.hpp"

namespace minerva {

enum class Delimiter { comma, semicolon, tab };
constexpr EnumNames<Delimiter, 3> enum_names(Delimiter) {
  return {
      {{Delimiter::comma, "comma"}, {Delimiter::semicolon, "semicolon"}, {Delimiter::tab, "tab"}}};
}
/// `detect`: the first row is a header when no field besides the label is a number.
enum class HeaderRow { detect, present, absent };
constexpr EnumNames<HeaderRow, 3> enum_names(HeaderRow) {
  return {{{HeaderRow::detect, "detect"},
           {HeaderRow::present, "present"},
           {HeaderRow::absent, "absent"}}};
}

struct CsvOptions {
  /// last, first, a number from 1, or a name of the header (which then must be there).
  std::string label_column = "last";
  Delimiter delimiter = Delimiter::comma;
  HeaderRow header = HeaderRow::detect;
};

/// Samples of a CSV file, one a row: finite numbers and one label.
struct CsvTable {
  std::string path;
  std::int64_t first_line = 1;            ///< of the first sample
  std::vector<std::string> column_names;  ///< of the inputs; empty without a header
  int inputs = 0;
  std::vector<float> values;        ///< sample after sample, `inputs` each
  std::vector<std::string> labels;  ///< as they stand, blanks around them removed
};

/// Reads a CSV file, gzip or not. Fields may stand in double quotes. Throws UserError naming
/// file:line for a row of another length, a field that is no finite number, an empty label, a blank
/// line, a header with a name twice; naming data.label_column for a column that is not there; and
/// naming the file when it has no sample.
CsvTable read_csv(const std::string& path, const CsvOptions& options);

}  // namespace minerva
