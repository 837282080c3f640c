#pragma once
#include <string>

#include "minerva/circuit/cell_rows.hpp"

namespace minerva::circuit {

/// Looks measured figures up.
class CellFigures {
 public:
  explicit CellFigures(const Characterization& measured) : measured_(measured) {}

  /// A part of a lane with a stream; nullptr where it was not measured or has no cells.
  const UnitMeasurement* in_lane(const LaneUnit& lane, const char* role,
                                 const char* operands) const;
  /// A unit alone.
  const UnitMeasurement* alone(const DatapathUnit& unit, const char* operands) const;

 private:
  const Characterization& measured_;
};

/// Makes rows that share node and source.
class RowWriter {
 public:
  RowWriter(std::string node, std::string source)
      : node_(std::move(node)), source_(std::move(source)) {}

  /// A figure with four digits.
  void figure(const std::string& name, std::vector<double> index, double value, const char* unit,
              const std::string& conditions);
  void law(const std::string& name, const char* word, const std::string& conditions);
  std::vector<FigureRow> take() { return std::move(rows_); }

 private:
  void add(FigureRow row, const std::string& conditions);

  std::string node_;
  std::string source_;
  std::vector<FigureRow> rows_;
};

}  // namespace minerva::circuit
