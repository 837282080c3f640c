#pragma once
#include <optional>
#include <string>
#include <vector>

#include "cell_figures.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/circuit/cell_rows.hpp"
#include "row_plan.hpp"

namespace minerva::circuit {

inline constexpr const char* kUniform = "uniform";
inline constexpr const char* kIdle = "idle";
inline constexpr double kPjPerFj = 1e-3;
inline constexpr double kUwPerNw = 1e-3;

/// Operands with the ending of their rows' names.
struct Operands {
  const char* stream;
  const char* ending;
  const char* how;
};
inline constexpr Operands kAsTheyCome = {"run", "_dense", "zeros multiplied"};
inline constexpr Operands kKeptOnes = {"run_kept", "_kept", "only inputs that are kept"};

/// Units whose energy in a core differs from that in a lane: there a product is kept or not, and
/// several are added.
inline constexpr const char* kMultiplier = "multiplier";
inline constexpr const char* kAdder = "adder";
inline constexpr const char* kRounding = "rounding";

/// Makes the rows of cell_rows(), a group after the other.
class RowBuilder {
 public:
  RowBuilder(const RowPlan& plan, const Characterization& measured,
             const CharacterizationOptions& options, const ReferenceCores* cores);
  CellRows build();

 private:
  /// "Yosys 0.23 (git sha1 ..)": a column has no room for the rest.
  static std::string version_of(const std::string& synthesis);
  std::string conditions(const std::string& what, bool lane, const char* operands) const;
  std::string uniform(const std::string& what, bool lane) const {
    return conditions(what, lane, "uniform operands");
  }
  std::string of_network(const std::string& what, const Operands& operands) const;
  bool has_network() const { return has_network_; }
  /// Every lane has seen both streams; at few bits all inputs of a network may have become 0.
  bool all_lanes_saw_the_network() const;
  void energy(const std::string& name, std::vector<double> index, double energy_fj,
              const std::string& text) {
    rows_.figure(name, std::move(index), energy_fj * kPjPerFj, "pJ", text);
  }
  void size(const std::string& name, const std::vector<double>& index, const UnitMeasurement& f,
            double share, const std::string& text) {
    rows_.figure(name + "_leakage", index, f.leakage_nw * kUwPerNw * share, "uW", text);
    rows_.figure(name + "_area", index, f.area_um2 * share, "um2", text);
  }
  void size(const std::string& name, const BitOfPart& bit, const std::string& text);
  /// Rows of energies of a core.
  void by_operands(const std::string& name, const ByOperands& energies, const std::string& what);
  /// What the plan says must have been measured.
  static const UnitMeasurement& needed(const UnitMeasurement* figures, const char* what) {
    expects(figures != nullptr, what);
    return *figures;
  }
  /// A row for each kind of operands of the network.
  template <typename Energy>
  void network_rows(const std::string& name, const std::vector<double>& index,
                    const std::string& what, const Energy& energy_fj_of) {
    if (!has_network()) return;
    for (const Operands& operands : {kAsTheyCome, kKeptOnes}) {
      energy(name + operands.ending, index, energy_fj_of(operands.stream),
             of_network(what, operands));
    }
  }
  const UnitMeasurement& part(const LaneUnit& lane, const char* role, const char* stream) const;
  double delay_ns(const DatapathUnit& unit) const;
  /// With the operands of the network, over all samples.
  double energy_in_lane_fj(const LaneUnit& lane, const char* role, const char* stream) const;
  /// What a core takes over what the machine's own lane takes; 1 without a core.
  double factor_in_core(const char* role, const char* stream) const;
  std::string text_of(const char* role) const;
  const char* usual_stream() const { return has_network() ? kAsTheyCome.stream : kUniform; }
  std::string usual(const std::string& what) const {
    return has_network() ? of_network(what, kAsTheyCome) : uniform(what, true);
  }
  std::string machine_text() const;

  // arithmetic_rows.cpp
  void laws();
  void multipliers();
  void adders();
  void comparators();
  void roundings();
  void rectifiers();

  // component_rows.cpp
  void registers();
  void clock();
  void operand_buffer();
  void bits_of_the_lane();
  void write_multiplexer();
  void sequencer();
  /// Energy of the machine's weight and accumulator registers by bit.
  double register_bit_fj(const char* stream) const;

  // core_rows.cpp
  void accumulator_multiplexer_in_core();
  /// What no unit and no lane has.
  void control();
  /// Ratios of a core to one of two MACs a lane, rows NAME_dense and NAME_kept.
  void ratios(const std::string& name, const OperandRatios& ratio, const std::string& what);
  void by_macs();
  /// Dense energies by the zeros among the operands.
  void by_zeros(Formats formats);
  void by_width();
  /// An energy of a table with dense operands, which a core of wide formats measured at its widths.
  template <typename Energy>
  void rows_of_core(const std::string& name, const std::vector<double>& index,
                    const std::string& what, const char* role, bool wide, double wide_fj,
                    const Energy& energy_fj_of) {
    if (!wide) {
      network_rows(name, index, what + text_of(role), energy_fj_of);
      return;
    }
    energy(name + kAsTheyCome.ending, index, wide_fj,
           what + core_text_ + ", in quantize.start: " + kAsTheyCome.how);
    energy(name + kKeptOnes.ending, index, energy_fj_of(kKeptOnes.stream),
           of_network(what + text_of(role), kKeptOnes));
  }
  double rectifier_fj() const;
  double idle_register_bit_fj() const;

  bool has_network_ = false;
  static constexpr double kLongestPeriods = 25;  // assumption: a clock is not slower than that

  const RowPlan& plan_;
  const Characterization& measured_;
  CellFigures figures_;
  const CharacterizationOptions& options_;
  RowWriter rows_;
  CellRows out_;
  std::string place_;
  std::optional<CoreRowFigures> core_;
  std::string core_text_;
};

}  // namespace minerva::circuit
