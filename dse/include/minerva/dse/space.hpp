#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "minerva/accelsim/machine_configuration.hpp"
#include "minerva/accelsim/technology.hpp"
#include "minerva/base/enum_names.hpp"
#include "minerva/design/design_point.hpp"
#include "minerva/design/knobs.hpp"
#include "minerva/dse/options.hpp"
#include "minerva/network/quantization_plan.hpp"

namespace minerva::dse {

/// A knob that is a whole number, and the list of its values.
struct Axis {
  KnobName knob;
  std::vector<int> Space::*values;
};
/// In the order of Space; the clock periods come after them.
constexpr std::size_t kWholeAxes = 12;
const std::array<Axis, kWholeAxes>& axes();

/// Why a combination is no machine; the first rule it breaks counts. (More weight bandwidth than
/// activation bandwidth would build weight banks that no cycle reads.)
enum class Rule {
  weight_bandwidth,      ///< weight bandwidth <= activation bandwidth
  activation_bandwidth,  ///< activation bandwidth <= MACs of a lane, unless F1 reads ahead
  weight_banks,          ///< weight banks >= weight bandwidth
  activation_banks,      ///< activation banks >= activation bandwidth and write ports
  most_stages,           ///< at most 16 multiplier stages
  stages_for_clock,      ///< as many multiplier stages as the clock period asks for
  accumulation,          ///< the accumulator adds to its sum in one cycle
  access_time,           ///< every memory answers in one cycle, at nominal voltage
  off_chip_bandwidth,    ///< the off-chip memory delivers the weights of a cycle in time
  /// A machine that reads ahead has one MAC a lane, one accumulator, weights on chip, and a queue
  /// for all words that F1 reads in a cycle.
  read_ahead,
};
constexpr std::size_t kRules = 10;
constexpr EnumNames<Rule, 10> enum_names(Rule) {
  return {{{Rule::weight_bandwidth, "weight bandwidth above the activation bandwidth"},
           {Rule::activation_bandwidth, "activation bandwidth above the MACs of a lane"},
           {Rule::weight_banks, "fewer weight banks than the weight bandwidth"},
           {Rule::activation_banks, "fewer activation banks than reads or writes of a cycle"},
           {Rule::most_stages, "more than 16 multiplier stages"},
           {Rule::stages_for_clock, "fewer multiplier stages than the clock period asks for"},
           {Rule::accumulation, "an accumulation longer than the clock period"},
           {Rule::access_time, "a memory that answers later than the clock period"},
           {Rule::off_chip_bandwidth, "more weights from off chip than its bandwidth"},
           {Rule::read_ahead, "no machine that reads ahead"}}};
}

constexpr std::size_t kAxes = kWholeAxes + 1;
/// Which value of each knob, in the order of Space.
using Digits = std::array<std::uint32_t, kAxes>;

/// The combinations of a space as numbers 0 to combinations() - 1: mixed radix, one digit a knob,
/// the clock period fastest. No list of points is ever held.
class Grid {
 public:
  /// @param hardware networks and widths that each machine is built for; its point is not asked.
  /// @param technology must outlive the grid.
  /// Throws UserError for an empty list, a value out of range, a period that the technology does
  /// not have, and for more than 2^62 combinations.
  Grid(const Space& space, const MachineConfiguration& hardware, const Technology& technology);

  std::uint64_t combinations() const { return combinations_; }
  /// Values of each knob.
  const Digits& sizes() const { return sizes_; }
  Digits digits(std::uint64_t combination) const;
  std::uint64_t combination(const Digits& digits) const;
  /// The digits of the next combination; after the last one comes the first.
  void advance(Digits& digits) const;
  /// Sets `point` to the machine; the first rule that it breaks, if any.
  std::optional<Rule> machine(const Digits& digits, DesignPoint& point) const;
  /// The lowest combination that makes this machine, if the space has it.
  std::optional<std::uint64_t> find(const DesignPoint& point) const;
  /// How far the machine is from obeying all rules: the sum of relative excesses; 0: legal.
  double violation(const Digits& digits) const;

 private:
  int stages_needed(const Digits& digits) const;
  void set_point(const Digits& digits, DesignPoint& point) const;
  /// Of the slowest memory; 0: the technology has no access times.
  double access_ns(const DesignPoint& point) const;
  /// Of weights from off chip, what the machine wants of what the technology's memory delivers.
  double off_chip_share(const DesignPoint& point) const;
  /// How far a machine that reads ahead is from obeying Rule::read_ahead; 0: it obeys.
  double read_ahead_excess(const DesignPoint& point) const;

  Space space_;
  MachineConfiguration hardware_;
  const Technology* technology_;
  Digits sizes_{};
  std::uint64_t combinations_ = 1;
  std::vector<int> stages_needed_;  ///< [macs][period]
  double accumulation_ns_ = 0;
};

}  // namespace minerva::dse
