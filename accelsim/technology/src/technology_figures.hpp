#pragma once
#include <optional>
#include <string>
#include <vector>

#include "minerva/accelsim/technology.hpp"

namespace minerva {

/// Two table indices closer than this are the same row: ns or V, finer than any step of a table.
constexpr double kSameIndex = 1e-6;

/// What stands between the brackets of a row.
enum class FigureIndex { none, clock_period, bits, operands, voltage };

/// What a figure of a technology file must be, and where it goes.
struct FigureSpec {
  const char* name;
  const char* unit;
  double low;
  double high;
  double& (*place)(Technology&);  ///< null for the rows of a table
  FigureIndex index = FigureIndex::none;
  /// Rows of a table of units; null for a table of other figures.
  double UnitFigures::*unit_figure = nullptr;
  /// DatapathByPeriod: the unit in the row of a clock period.
  UnitFigures DatapathByPeriod::Row::*unit_of_row = nullptr;
  /// A file may do without it.
  bool optional = false;

  bool is_energy() const { return std::string(unit).rfind("pJ", 0) == 0; }
};

/// Which of the two forms of DatapathLaw a file has.
enum class DatapathForm { by_period, by_width };
/// How rows by width are joined: straight between neighbours, in the figures or in their
/// logarithms.
enum class PiecewiseLaw { linear, log_log };

/// Every figure that a file of this form has; all are asked for.
std::vector<FigureSpec> figures_of(DatapathForm form);
/// Names of the laws that a file of this form chooses, datapath_law apart.
std::vector<const char*> law_names(DatapathForm form);

/// The law that the file's row `name` chooses. Throws UserError for a missing or unknown one.
DatapathForm read_form(const std::vector<FigureRow>& rows, const std::string& path);
PiecewiseLaw read_law(const std::vector<FigureRow>& rows, const std::string& name,
                      const std::string& path);

/// A finite number as a file writes it.
std::optional<double> parse_figure(const std::string& text);

/// Endings of the rows that an energy may be divided into.
constexpr const char* kInternalEnding = "_internal";
constexpr const char* kSwitchingEnding = "_switching";
/// Keys of the rows that an energy may be divided into.
std::vector<std::string> part_keys(const FigureRow& row);

/// Where a row of the multiplier tables stands: a b, or a + b for the delay.
double operand_position(const FigureRow& row);

}  // namespace minerva
