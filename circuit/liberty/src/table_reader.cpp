#include "table_reader.hpp"

#include <algorithm>

#include "liberty_values.hpp"
#include "minerva/base/errors.hpp"

namespace minerva::circuit {
namespace {

constexpr std::size_t kMostAxes = 3;
constexpr const char* kVariables[kMostAxes] = {"variable_1", "variable_2", "variable_3"};
constexpr const char* kIndices[kMostAxes] = {"index_1", "index_2", "index_3"};

}  // namespace

TableReader::TableReader(const LibertyStatement& library, const std::string& file,
                         const LibraryUnits& units)
    : file_(file), units_(units) {
  templates_.emplace("scalar", Template{});
  for (const LibertyStatement& each : library.statements) {
    if (each.name == "lu_table_template" || each.name == "power_lut_template") add_template(each);
  }
}

void TableReader::add_template(const LibertyStatement& statement) {
  Template read;
  for (std::size_t axis = 0; axis < kMostAxes; ++axis) {
    const LibertyStatement* variable = statement.find(kVariables[axis]);
    if (variable == nullptr) break;
    const std::string_view name = variable->value();
    Axis kind = Axis::unknown;
    double scale = 1;
    if (name == "input_net_transition" || name == "input_transition_time" ||
        name == "related_pin_transition") {
      kind = Axis::first;
      scale = units_.time_ns;
    } else if (name == "total_output_net_capacitance") {
      kind = Axis::second;
      scale = units_.capacitance_ff;
    } else if (name == "constrained_pin_transition") {
      kind = Axis::second;
      scale = units_.time_ns;
    }
    read.variables.push_back(name);
    read.axes.push_back(kind);
    read.scales.push_back(scale);
    read.points.emplace_back();
    if (const LibertyStatement* index = statement.find(kIndices[axis])) {
      for (const std::string_view text : index->values) {
        add_liberty_numbers(text, file_, *index, read.points.back());
      }
    }
  }
  templates_[statement.value()] = std::move(read);
}

void TableReader::check_points(const LibertyStatement& table, const std::vector<double>& points,
                               std::size_t axis) const {
  if (points.empty()) {
    throw UserError(place_of(file_, table), "",
                    std::string("needs ") + kIndices[axis] + " here or in its template");
  }
  for (std::size_t k = 1; k < points.size(); ++k) {
    if (!(points[k] > points[k - 1])) {
      throw UserError(
          place_of(file_, table), "",
          std::string("needs ") + kIndices[axis] + " that increases from point to point");
    }
  }
}

std::vector<std::vector<double>> TableReader::points_of(const LibertyStatement& table,
                                                        const Template& its) const {
  std::vector<std::vector<double>> points = its.points;
  for (std::size_t axis = 0; axis < kMostAxes; ++axis) {
    const LibertyStatement* index = table.find(kIndices[axis]);
    if (index == nullptr) continue;
    if (axis >= points.size()) {
      throw UserError(place_of(file_, *index), "",
                      "the template '" + std::string(table.value()) + "' has " +
                          std::to_string(its.axes.size()) + " variables, so the table needs no " +
                          kIndices[axis]);
    }
    points[axis].clear();
    for (const std::string_view text : index->values) {
      add_liberty_numbers(text, file_, *index, points[axis]);
    }
  }
  for (std::size_t axis = 0; axis < points.size(); ++axis) check_points(table, points[axis], axis);
  return points;
}

LookupTable TableReader::read(const LibertyStatement& table, Values values,
                              std::string& refusal) const {
  const auto found = templates_.find(table.value());
  if (found == templates_.end()) {
    throw UserError(place_of(file_, table), std::string(table.value()),
                    "needs a template that the library declares");
  }
  const Template& its = found->second;
  const LibertyStatement* numbers = table.find("values");
  if (numbers == nullptr) throw UserError(place_of(file_, table), "", "needs values");
  if (std::count(its.axes.begin(), its.axes.end(), Axis::unknown) > 0 || its.axes.size() > 2 ||
      (its.axes.size() == 2 && its.axes[0] == its.axes[1])) {
    if (refusal.empty()) {
      refusal = place_of(file_, table) + " has the axes of template '" +
                std::string(table.value()) +
                "', which only tables over an input transition and "
                "a load do not have";
    }
    return {};
  }
  const std::vector<std::vector<double>> points = points_of(table, its);
  std::vector<double> read;
  for (const std::string_view text : numbers->values) {
    add_liberty_numbers(text, file_, *numbers, read);
  }
  std::size_t needed = 1;
  std::string axes;
  for (std::size_t axis = 0; axis < points.size(); ++axis) {
    needed *= points[axis].size();
    axes += (axis == 0 ? "" : " x ") + std::to_string(points[axis].size()) + " " +
            std::string(its.variables[axis]);
  }
  if (read.size() != needed) {
    throw UserError(place_of(file_, *numbers), std::to_string(read.size()) + " numbers",
                    "needs " + std::to_string(needed) + (axes.empty() ? "" : ": " + axes));
  }

  LookupTable out;
  for (std::size_t axis = 0; axis < points.size(); ++axis) {
    std::vector<double>& to = its.axes[axis] == Axis::first ? out.first : out.second;
    for (const double point : points[axis]) to.push_back(point * its.scales[axis]);
  }
  const double scale = values == Values::time ? units_.time_ns : units_.energy_fj();
  for (double& number : read) number *= scale;
  if (its.axes.size() < 2 || its.axes[0] == Axis::first) {
    out.values = std::move(read);
    return out;
  }
  out.values.resize(read.size());
  for (std::size_t s = 0; s < out.second.size(); ++s) {
    for (std::size_t f = 0; f < out.first.size(); ++f) {
      out.values[f * out.second.size() + s] = read[s * out.first.size() + f];
    }
  }
  return out;
}

}  // namespace minerva::circuit
