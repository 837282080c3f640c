#pragma once
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "minerva/accelsim/ppa.hpp"
#include "minerva/accelsim/technology.hpp"

namespace minerva {

/// How many rows of a file say the same.
struct CountedText {
  std::string text;
  int rows = 0;
};

/// What a unit costs, or why the technology does not say.
struct SampleCost {
  std::string name;
  std::string refusal;  ///< empty when there are figures
  double energy_pj = 0;
  double leakage_uw = 0;
  double area_um2 = 0;
};

/// How much of a power hangs on one row.
struct RowInfluence {
  std::string key;
  FigureKind kind = FigureKind::published;  ///< as this machine uses it
  double percent = 0;  ///< the power is this much higher when the row is 1 % higher, times 100
};

/// A machine, what was measured on it, and the supply of its weight memories.
struct MeasuredMachine : MachineConfiguration {
  ActivityProfile activity;
  SramPoint supply;
};

/// What the power of one component rests on.
struct ComponentBasis {
  Component component = Component::weight_memory;
  double dynamic_mw = 0;
  double leakage_mw = 0;
  FigureKind dynamic_kind = FigureKind::published;  ///< of its weakest row
  FigureKind leakage_kind = FigureKind::published;
  std::vector<std::string> weakest_rows;  ///< that decide the weaker of the two
};

/// The power of a design traced to the rows of its technology. A row outside of its range is
/// extrapolated. A row counts for a component when
/// the component changes by a twentieth of the row's change or more; a component rests on the
/// weakest row that counts, since a product is as good as its worst factor.
struct PowerBasis {
  double power_mw = 0;
  std::array<double, kFigureKinds> percent_of_kind{};  ///< by FigureKind, 100 in all
  std::vector<ComponentBasis> components;              ///< that draw power, in order of Component
  std::vector<RowInfluence> rows;                      ///< with influence, the largest first
  std::optional<PowerInterval> interval;               ///< nothing: no row has a residual
  /// Whose operands the rows of a network are of, in the order of the file; empty: the power rests
  /// on uniform random operands.
  std::vector<std::string> operands;
};
PowerBasis trace_power(const MeasuredMachine& design, const Technology& technology);

/// The machine that reports refer to: 784-256-256-256-10 in 16 bits on 16 lanes x 1 MAC at 4 ns,
/// nothing skipped, one write port, as many multiplier stages as the technology asks for.
MeasuredMachine reference_design(const Technology& technology);
/// The same after the stages as the book settled them for MNIST: W, X, P of 8, 6, 9 bits, 75 % of
/// the MACs skipped, bit masking with Razor at the lowest voltage with a fault rate of 1e-2 or
/// less.
MeasuredMachine optimized_design(const Technology& technology);

/// A machine whose power was traced, or why it could not be estimated.
struct TracedMachine {
  std::string name;
  std::string refusal;  ///< empty when there is a basis
  PowerBasis basis;
};

/// What a technology file rests on and what it answers.
struct TechnologyReport {
  std::string name;
  bool calibrated = false;
  std::array<int, kFigureKinds> rows_of_kind{};
  std::vector<CountedText> nodes;    ///< the most rows first
  std::vector<CountedText> sources;  ///< the same
  std::vector<std::string> ranges;   ///< one sentence each
  std::vector<SampleCost> samples;
  std::vector<TracedMachine> machines;  ///< reference_design, optimized_design
  std::vector<std::string> left_out;    ///< what the file has no rows for, and what that means
  std::vector<std::string> warnings;    ///< what an architect should know before trusting it
};
TechnologyReport report_technology(const Technology& technology);

}  // namespace minerva
