#include "operand_table.hpp"

#include <algorithm>
#include <set>

#include "minerva/arithmetic/portable_math.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"

namespace minerva {

Piecewise::Piecewise(PiecewiseLaw law, std::vector<std::pair<double, double>> points)
    : law_(law), points_(std::move(points)) {
  std::sort(points_.begin(), points_.end());
  expects(!points_.empty(), "a table without rows");
}

double Piecewise::at(double x) const {
  expects(reaches(x), "a width outside the table");
  const auto above = std::lower_bound(points_.begin(), points_.end(), x,
                                      [](const auto& p, double value) { return p.first < value; });
  if (above->first == x) return above->second;
  const auto below = above - 1;
  if (law_ != PiecewiseLaw::log_log) {
    const double share = (x - below->first) / (above->first - below->first);
    return below->second + share * (above->second - below->second);
  }
  const double exponent =
      portable_log(above->second / below->second) / portable_log(above->first / below->first);
  return below->second * portable_pow(x / below->first, exponent);
}

Piecewise table_by_bits(const std::vector<FigureRow>& rows, const std::string& name,
                        PiecewiseLaw law) {
  std::vector<std::pair<double, double>> points;
  for (const FigureRow& row : rows) {
    if (row.name == name) points.emplace_back(row.index[0], row.value);
  }
  return {law, std::move(points)};
}

OperandTable::OperandTable(const std::vector<FigureRow>& rows, const std::string& name,
                           PiecewiseLaw law)
    : sum_(name == "multiplier_delay") {
  if (law != PiecewiseLaw::bilinear) {
    std::vector<std::pair<double, double>> points;
    for (const FigureRow& row : rows) {
      if (row.name == name) points.emplace_back(operand_position(row), row.value);
    }
    line_.emplace_back(law, std::move(points));
    return;
  }
  std::set<double> a, b;
  for (const FigureRow& row : rows) {
    if (row.name != name) continue;
    a.insert(row.index[0]);
    b.insert(row.index[1]);
  }
  a_.assign(a.begin(), a.end());
  b_.assign(b.begin(), b.end());
  for (const double width : a_) {
    std::vector<std::pair<double, double>> points;
    for (const FigureRow& row : rows) {
      if (row.name == name && row.index[0] == width) points.emplace_back(row.index[1], row.value);
    }
    of_a_.emplace_back(PiecewiseLaw::linear, std::move(points));
  }
}

double OperandTable::position(int a_bits, int b_bits) const {
  return sum_ ? a_bits + b_bits : a_bits * b_bits;
}

bool OperandTable::reaches(int a_bits, int b_bits) const {
  if (!line_.empty()) return line_.front().reaches(position(a_bits, b_bits));
  return a_bits >= a_.front() && a_bits <= a_.back() && b_bits >= b_.front() && b_bits <= b_.back();
}

double OperandTable::at(int a_bits, int b_bits) const {
  if (!line_.empty()) return line_.front().at(position(a_bits, b_bits));
  expects(reaches(a_bits, b_bits), "operands outside the table");
  const auto above = std::lower_bound(a_.begin(), a_.end(), static_cast<double>(a_bits));
  const auto index = static_cast<std::size_t>(above - a_.begin());
  const double high = of_a_[index].at(b_bits);
  if (*above == a_bits) return high;
  const double low = of_a_[index - 1].at(b_bits);
  return low + (a_bits - a_[index - 1]) / (*above - a_[index - 1]) * (high - low);
}

void check_grid(const std::vector<const FigureRow*>& rows) {
  std::set<double> a, b;
  std::set<std::pair<double, double>> present;
  for (const FigureRow* row : rows) {
    a.insert(row->index[0]);
    b.insert(row->index[1]);
    present.emplace(row->index[0], row->index[1]);
  }
  for (const double first : a) {
    for (const double second : b) {
      if (present.count({first, second}) != 0) continue;
      throw UserError(
          rows.front()->where,
          rows.front()->name + "[" + number_text(first) + "x" + number_text(second) + "]",
          "is missing: piecewise_bilinear needs each first width with each second one");
    }
  }
}

}  // namespace minerva
