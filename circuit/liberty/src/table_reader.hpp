#pragma once
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "minerva/circuit/cell_library.hpp"
#include "minerva/circuit/liberty_syntax.hpp"

namespace minerva::circuit {

/// Reads tables of delays, energies and constraints with the templates and units of a library.
class TableReader {
 public:
  /// Reads the templates. Throws UserError.
  TableReader(const LibertyStatement& library, const std::string& file, const LibraryUnits& units);

  enum class Values { time, energy };
  /// A table such as cell_rise (TEMPLATE) { index_1, index_2, values }, its axes in the order of
  /// LookupTable whatever their order in the file. Throws UserError naming the line for an unknown
  /// template, axes that do not increase, and values that do not fill the axes. Returns an empty
  /// table, and says in `refusal` why, for axes that no table here has (a second output's load).
  LookupTable read(const LibertyStatement& table, Values values, std::string& refusal) const;

  const std::string& file() const { return file_; }
  const LibraryUnits& units() const { return units_; }

 private:
  enum class Axis { first, second, unknown };
  struct Template {
    std::vector<std::string_view> variables;
    std::vector<Axis> axes;
    std::vector<double> scales;               ///< of the points, to our units
    std::vector<std::vector<double>> points;  ///< in the file's units; may be empty
  };
  void add_template(const LibertyStatement& statement);
  std::vector<std::vector<double>> points_of(const LibertyStatement& table,
                                             const Template& its) const;
  void check_points(const LibertyStatement& table, const std::vector<double>& points,
                    std::size_t axis) const;

  const std::string& file_;
  const LibraryUnits& units_;
  std::unordered_map<std::string_view, Template> templates_;
};

}  // namespace minerva::circuit
