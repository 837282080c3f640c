#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/base/enum_names.hpp"

namespace minerva {

/// What separates the fields of a row. blank: any number of blanks and tabs. detect: the one with
/// which the first lines have as many fields each and the most numbers.
enum class Delimiter { detect, comma, semicolon, tab, blank };
constexpr EnumNames<Delimiter, 5> enum_names(Delimiter) {
  return {{{Delimiter::detect, "detect"},
           {Delimiter::comma, "comma"},
           {Delimiter::semicolon, "semicolon"},
           {Delimiter::tab, "tab"},
           {Delimiter::blank, "blank"}}};
}
/// Whether the first row has the names of the columns. detect: it has when none of its fields
/// besides the label is a number, or when its numbers count the columns and no sample has its
/// label; read_csv asks where that is not certain.
enum class HeaderRow { detect, present, absent };
constexpr EnumNames<HeaderRow, 3> enum_names(HeaderRow) {
  return {{{HeaderRow::detect, "detect"},
           {HeaderRow::present, "present"},
           {HeaderRow::absent, "absent"}}};
}

struct CsvOptions {
  /// Which column has the labels: last, first, a number from 1, or a name from the header.
  std::string label_column = "last";
  Delimiter delimiter = Delimiter::detect;
  HeaderRow header = HeaderRow::detect;
  /// Columns that are no inputs: numbers from 1 and names of the header, joined by commas. Empty:
  /// a first column without a name that numbers the rows. "none": not even that one.
  std::string leave_out = "";
};

/// The samples of a CSV or ARFF file. Each row is one sample: finite numbers and one label.
struct CsvTable {
  std::string path;
  std::int64_t first_line = 1;            ///< of the first sample
  std::vector<std::int64_t> lines;        ///< of every sample; empty: one after another
  std::vector<std::string> column_names;  ///< of the inputs; empty without a header
  int inputs = 0;
  std::vector<float> values;        ///< sample after sample, `inputs` each
  std::vector<std::string> labels;  ///< as in the file, without the blanks around them
  /// How the file was read: delimiter, header, label, columns that were left out.
  std::string read_as;
};

/// Reads a CSV file, which may be compressed by gzip. Fields may be in double quotes, and blank
/// rows may stand at the end. Throws UserError naming file:line for a row whose length differs, a
/// field that is no finite number, an empty label, a blank row with a sample below it, and a header
/// that has a name twice; naming data.label_column or data.leave_out for a column that does not
/// exist; naming data.header in the message where the first row may be names or a sample; and
/// naming the file when it has no sample.
CsvTable read_csv(const std::string& path, const CsvOptions& options);

/// Reads a dense ARFF file, which may be compressed by gzip; only label_column and leave_out of the
/// options count. Throws UserError naming file:line for what is no ARFF, for a sparse row, a
/// missing value, and as read_csv does.
CsvTable read_arff(const std::string& path, const CsvOptions& options);

}  // namespace minerva
