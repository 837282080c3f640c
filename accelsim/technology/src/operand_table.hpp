#pragma once
#include <string>
#include <utility>
#include <vector>

#include "technology_figures.hpp"

namespace minerva {

/// Points joined by straight lines, in themselves or in their logarithms.
class Piecewise {
 public:
  Piecewise(PiecewiseLaw law, std::vector<std::pair<double, double>> points);
  double low() const { return points_.front().first; }
  double high() const { return points_.back().first; }
  bool reaches(double x) const { return x >= low() && x <= high(); }
  double at(double x) const;

 private:
  PiecewiseLaw law_;
  std::vector<std::pair<double, double>> points_;
};

/// The rows of a table by one width.
Piecewise table_by_bits(const std::vector<FigureRow>& rows, const std::string& name,
                        PiecewiseLaw law);

/// A figure of a multiplier of a x b bits: by its position (operand_position) on a line, or over a
/// full grid of both operands.
class OperandTable {
 public:
  OperandTable(const std::vector<FigureRow>& rows, const std::string& name, PiecewiseLaw law);
  bool reaches(int a_bits, int b_bits) const;
  double at(int a_bits, int b_bits) const;

 private:
  double position(int a_bits, int b_bits) const;

  bool sum_;                     ///< positions are a + b, not a b
  std::vector<Piecewise> line_;  ///< one, or none for a grid
  std::vector<double> a_, b_;    ///< widths of the grid, rising
  std::vector<Piecewise> of_a_;  ///< by a: the figure over b
};

/// Throws UserError unless the rows of the table fill a grid: each first width with each second.
void check_grid(const std::vector<const FigureRow*>& rows);

}  // namespace minerva
