#pragma once
#include <optional>
#include <string>
#include <vector>

#include "minerva/base/enum_names.hpp"

namespace minerva {

/// What a figure rests on, from the strongest to the weakest: printed in a public source; computed
/// from printed or measured figures; used outside of the range in which it was measured; chosen
/// without a source; fitted to the results of a paper, so that agreement with it is no evidence;
/// set by the user for one run, over the file.
enum class FigureKind { published, derived, extrapolated, assumption, calibrated, user };
constexpr std::size_t kFigureKinds = 6;
/// The word of the file: "public" for published.
constexpr EnumNames<FigureKind, 6> enum_names(FigureKind) {
  return {{{FigureKind::published, "public"},
           {FigureKind::derived, "derived"},
           {FigureKind::extrapolated, "extrapolated"},
           {FigureKind::assumption, "assumption"},
           {FigureKind::calibrated, "calibrated"},
           {FigureKind::user, "user"}}};
}

/// Where a row was measured: supplies of the weight SRAM in V, clock periods in ns, or words of a
/// memory macro.
struct RowRange {
  double low = 0;
  double high = 0;
  std::string unit;

  bool holds(double value) const;
};

/// One line of a technology file: name | value | unit | node | conditions | source | kind, and
/// after it, where they are known, the row's residual and range.
struct FigureRow {
  std::string where;          ///< "file:line", for messages
  std::string name;           ///< without the index
  std::vector<double> index;  ///< "name[x]" and "name[axb]": a row of a table
  double value = 0;           ///< 0 for a law, whose value is a word
  std::string value_text;
  std::string unit;
  std::string node;
  std::string conditions;
  std::string source;
  FigureKind kind = FigureKind::published;
  std::string quality;                     ///< the eighth column as it stands; empty: none
  std::optional<double> residual_percent;  ///< of the value, one standard deviation
  std::optional<RowRange> range;

  /// The row chooses a law by name (its own name ends in "_law") and has no number.
  bool is_law() const;
  /// "name[x]" with the index in its shortest form.
  std::string key() const;
};

/// Whether the row is an energy with the operands of a network (its name ends in _dense or _kept).
bool is_of_a_network(const FigureRow& row);
/// Whose operands such a row is of: its conditions behind the words "operands of".
std::string operands_text(const FigureRow& row);
/// Those of all rows, each once, in the order of the rows; empty: no row is of a network.
std::vector<std::string> operands_of(const std::vector<FigureRow>& rows);

/// A row that is to have another value than the file gives it.
struct RowOverride {
  std::string name;   ///< "sram_leakage", "adder_energy[4]"; without index a factor is of the table
  std::string text;   ///< a number, "x0.5" for a factor of the file's, or the word of a law
  std::string where;  ///< the option, or file and line, for messages
};

/// The rows of a file with those that it includes.
struct TechnologyFile {
  std::vector<FigureRow> rows;
  std::vector<std::string> files;      ///< the file, then those included, each as it was opened
  std::vector<std::string> overrides;  ///< what override() said of its override lines
};

/// Reads a file: rows of seven columns or eight, and before them one line `include = PATH`,
/// relative to the file or, where no such file is, of configs/tech as it comes with the program,
/// whose rows it starts from. A row then replaces the included one of its name, and a line `NAME =
/// VALUE` overrides its value. Throws UserError for a file that cannot be read, lines of another
/// form, and files that include themselves.
TechnologyFile read_technology_file(const std::string& path);

/// Sets the value of one row, or of every row of a table by a factor, which is then of kind user
/// and says so in its source; the parts of an energy (rows NAME_internal and NAME_switching), which
/// no longer add up to it, are left out. Returns what was set, for reports. Throws UserError naming
/// `change.where` for a row that is not there and a value of another form.
std::string override_rows(std::vector<FigureRow>& rows, const RowOverride& change,
                          const std::string& technology);
/// Throws UserError unless the text has a form that some row may have.
void check_override_text(const RowOverride& change);
/// Names of all rows, without index, that technology files may have; not those of parts.
std::vector<std::string> row_names();

}  // namespace minerva
