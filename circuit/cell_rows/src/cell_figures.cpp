#include "cell_figures.hpp"

#include <utility>

#include "minerva/base/text.hpp"

namespace minerva::circuit {

namespace {

/// A library and a data set may have any name; a bar would begin another column.
std::string column_text(std::string text) {
  for (char& each : text) {
    if (each == '|' || each == '\n' || each == '\r') each = '/';
  }
  return text;
}

}  // namespace

const UnitMeasurement* CellFigures::in_lane(const LaneUnit& lane, const char* role,
                                            const char* operands) const {
  const std::string name = lane.name();
  for (const CharacterizedUnit& row : measured_.rows) {
    if (row.lane == name && row.role == role && row.operands == operands) {
      return row.figures.cells > 0 ? &row.figures : nullptr;
    }
  }
  return nullptr;
}

const UnitMeasurement* CellFigures::alone(const DatapathUnit& unit, const char* operands) const {
  const std::string name = unit.name();
  for (const CharacterizedUnit& row : measured_.rows) {
    if (row.lane.empty() && row.operands == operands && row.unit.kind == unit.kind &&
        row.unit.name() == name) {
      return &row.figures;
    }
  }
  return nullptr;
}

void RowWriter::figure(const std::string& name, std::vector<double> index, double value,
                       const char* unit, const std::string& conditions) {
  FigureRow row;
  row.name = name;
  row.index = std::move(index);
  row.value_text = number_text(value, 4);
  row.value = std::stod(row.value_text);
  row.unit = unit;
  row.kind = FigureKind::derived;
  add(std::move(row), conditions);
}

void RowWriter::law(const std::string& name, const char* word, const std::string& conditions) {
  FigureRow row;
  row.name = name;
  row.value_text = word;
  row.unit = "law";
  row.kind = FigureKind::assumption;
  add(std::move(row), conditions);
}

void RowWriter::add(FigureRow row, const std::string& conditions) {
  row.node = column_text(node_);
  row.source = column_text(source_);
  row.conditions = column_text(conditions);
  rows_.push_back(std::move(row));
}

}  // namespace minerva::circuit
