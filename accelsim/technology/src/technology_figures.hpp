#pragma once
#include <array>
#include <initializer_list>
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
  FigureGroup group = FigureGroup::required;
  bool optional = false;  ///< of no group, and a file may do without it

  bool is_energy() const { return std::string(unit).rfind("pJ", 0) == 0; }
};

/// Which of the two forms of DatapathLaw a file has.
enum class DatapathForm { by_period, by_width };
/// How rows by width are joined: straight between neighbours, in the figures or in their
/// logarithms; or, for two operands, straight along each of them over a full grid.
enum class PiecewiseLaw { linear, log_log, bilinear };

/// Every figure that a file of this form may have; those of the group `required` are asked for.
std::vector<FigureSpec> figures_of(DatapathForm form);
/// The optional figures of either form, and those of tables by width.
std::vector<FigureSpec> optional_figures();
std::vector<FigureSpec> optional_figures_by_width();

/// A law that a file of this form chooses, datapath_law apart.
struct LawSpec {
  const char* name;
  FigureGroup group = FigureGroup::required;  ///< asked for with the group
  bool optional = false;                      ///< never asked for
};
std::vector<LawSpec> laws_of(DatapathForm form);

/// Groups that stand for each other: a file has one of the two, or at most one.
struct GroupChoice {
  FigureGroup first;
  FigureGroup second;
  bool optional = false;  ///< a file may have neither
};
constexpr std::array<GroupChoice, 3> kGroupChoices = {
    {{FigureGroup::sram_root, FigureGroup::sram_linear},
     {FigureGroup::clock_area, FigureGroup::clock_pins},
     {FigureGroup::sequencer, FigureGroup::core, true}}};
/// A group that needs another one.
struct GroupNeed {
  FigureGroup group;
  FigureGroup needs;
};
constexpr std::array<GroupNeed, 13> kGroupNeeds = {
    {{FigureGroup::macs, FigureGroup::core},
     {FigureGroup::macs_around, FigureGroup::macs},
     {FigureGroup::zeros, FigureGroup::core},
     {FigureGroup::wide, FigureGroup::core},
     {FigureGroup::wide_zeros, FigureGroup::wide},
     {FigureGroup::wide_zeros, FigureGroup::zeros},
     {FigureGroup::buffer_operands, FigureGroup::operand_buffer},
     {FigureGroup::core, FigureGroup::operands},
     {FigureGroup::core, FigureGroup::rounding},
     {FigureGroup::comparator_operands, FigureGroup::operands},
     {FigureGroup::rounding_operands, FigureGroup::rounding},
     {FigureGroup::register_operands, FigureGroup::registers},
     {FigureGroup::accumulator_operands, FigureGroup::accumulator_multiplexer}}};
/// Rows of this name and those of the group that stands for theirs; empty: no group does.
std::vector<std::string> names_replaced_by(const std::string& name);

/// The law that the file's row `name` chooses. Throws UserError for a missing or unknown one.
DatapathForm read_form(const std::vector<FigureRow>& rows, const std::string& path);
PiecewiseLaw read_law(const std::vector<FigureRow>& rows, const std::string& name,
                      const std::string& path);
/// Whether the optional law `name` has the word `word`; its other words are `others`. Throws
/// UserError for a word that is none of them.
bool law_is(const std::vector<FigureRow>& rows, const std::string& name, const std::string& word,
            std::initializer_list<const char*> others);
/// What sram_law and input_load_law say.
bool has_linear_sram_law(const std::vector<FigureRow>& rows);
bool has_double_input_buffer(const std::vector<FigureRow>& rows);

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
