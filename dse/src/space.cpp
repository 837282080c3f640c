#include "minerva/dse/space.hpp"

#include <algorithm>
#include <string>

#include "minerva/accelsim/ppa.hpp"
#include "minerva/accelsim/timing.hpp"
#include "minerva/base/errors.hpp"

namespace minerva::dse {
namespace {

constexpr std::uint64_t kMaxCombinations = std::uint64_t{1} << 62;

// Digits, in the order of Space.
constexpr std::size_t kLanes = 0;
constexpr std::size_t kMacs = 1;
constexpr std::size_t kWeightBandwidth = 2;
constexpr std::size_t kActivationBandwidth = 3;
constexpr std::size_t kWritePorts = 4;
constexpr std::size_t kWeightBanks = 5;
constexpr std::size_t kActivationBanks = 6;
constexpr std::size_t kStages = 7;
constexpr std::size_t kPositions = 8;
constexpr std::size_t kOffChip = 9;
constexpr std::size_t kReadAhead = 10;
constexpr std::size_t kBatch = 11;
constexpr std::size_t kPeriod = 12;

/// The one place that asks a technology whether it knows a clock period.
void check_period(double period_ns, const Technology& technology) {
  technology.check_clock_period(period_ns, "dse.clock_period_ns");
}

void check_space(const Space& space, const MachineNetwork& network, const Technology& technology) {
  const auto key = [](KnobName name) { return std::string("dse.") + knob(name).name; };
  for (const Axis& axis : axes()) {
    const std::string where = key(axis.knob);
    const std::vector<int>& list = space.*axis.values;
    if (list.empty()) throw UserError(where, "", "needs one value or more");
    for (const int value : list) check_in_range(where.c_str(), value, knob(axis.knob).key_counts());
  }
  if (space.clock_periods_ns.empty()) {
    throw UserError(key(KnobName::clock_period_ns), "", "needs one value or more");
  }
  for (const double period_ns : space.clock_periods_ns) check_period(period_ns, technology);
  for (const int words : space.read_ahead_words) {
    if (words == 0 || network.graph().is_dense_chain()) continue;
    throw UserError(key(KnobName::read_ahead_words), std::to_string(words),
                    "needs 0 for a network with other layers than dense ones");
  }
  for (const int batch : space.batch_sizes) {
    DesignPoint point;
    point.batch_size = batch;
    check_batch_size(point, key(KnobName::batch_size));
  }
  for (const int words : space.off_chip_words) {
    if (words > 0) check_off_chip_rows(key(KnobName::off_chip_words), words, technology);
  }
}

/// How far `value` lies above `limit`, against the limit.
double excess(double value, double limit) { return value > limit ? (value - limit) / limit : 0; }

/// Most multiplier stages of a machine.
int most_stages() { return knob(KnobName::multiplier_stages).counts.high; }

}  // namespace

const std::array<Axis, kWholeAxes>& axes() {
  static constexpr std::array<Axis, kWholeAxes> table = {{
      {KnobName::lanes, &Space::lanes},
      {KnobName::macs_per_lane, &Space::macs_per_lane},
      {KnobName::weight_bandwidth, &Space::weight_bandwidths},
      {KnobName::activation_bandwidth, &Space::activation_bandwidths},
      {KnobName::write_ports, &Space::write_ports},
      {KnobName::weight_banks, &Space::weight_banks},
      {KnobName::activation_banks, &Space::activation_banks},
      {KnobName::multiplier_stages, &Space::multiplier_stages},
      {KnobName::positions_per_weight, &Space::positions_per_weight},
      {KnobName::off_chip_words, &Space::off_chip_words},
      {KnobName::read_ahead_words, &Space::read_ahead_words},
      {KnobName::batch_size, &Space::batch_sizes},
  }};
  return table;
}

Grid::Grid(const Space& space, const MachineConfiguration& hardware, const Technology& technology)
    : space_(space),
      hardware_(hardware),
      technology_(&technology),
      accumulation_ns_(technology.accumulation_delay_ns(hardware.widths)) {
  check_space(space, hardware.network, technology);
  std::array<std::size_t, kAxes> sizes{};
  for (std::size_t a = 0; a < kWholeAxes; ++a) sizes[a] = (space.*axes()[a].values).size();
  sizes[kPeriod] = space.clock_periods_ns.size();
  for (std::size_t a = 0; a < kAxes; ++a) {
    sizes_[a] = static_cast<std::uint32_t>(sizes[a]);
    if (combinations_ > kMaxCombinations / sizes[a]) {
      throw UserError("section dse", "", "needs a space of at most 2^62 combinations");
    }
    combinations_ *= sizes[a];
  }
  for (const int macs : space.macs_per_lane) {
    for (const double period_ns : space.clock_periods_ns) {
      stages_needed_.push_back(
          minerva::multiplier_stages(hardware.widths, macs, period_ns, technology));
    }
  }
}

Digits Grid::digits(std::uint64_t combination) const {
  Digits digits{};
  for (std::size_t a = kAxes; a-- > 0;) {
    digits[a] = static_cast<std::uint32_t>(combination % sizes_[a]);
    combination /= sizes_[a];
  }
  return digits;
}

std::uint64_t Grid::combination(const Digits& digits) const {
  std::uint64_t combination = 0;
  for (std::size_t a = 0; a < kAxes; ++a) combination = combination * sizes_[a] + digits[a];
  return combination;
}

void Grid::advance(Digits& digits) const {
  for (std::size_t a = kAxes; a-- > 0;) {
    if (++digits[a] < sizes_[a]) return;
    digits[a] = 0;
  }
}

int Grid::stages_needed(const Digits& digits) const {
  return stages_needed_[digits[kMacs] * sizes_[kPeriod] + digits[kPeriod]];
}

void Grid::set_point(const Digits& digits, DesignPoint& point) const {
  point.lanes = space_.lanes[digits[kLanes]];
  point.macs_per_lane = space_.macs_per_lane[digits[kMacs]];
  point.weight_bandwidth = space_.weight_bandwidths[digits[kWeightBandwidth]];
  point.activation_bandwidth = space_.activation_bandwidths[digits[kActivationBandwidth]];
  const int ports = space_.write_ports[digits[kWritePorts]];
  point.write_ports = ports == 0 ? point.activation_bandwidth : ports;
  point.weight_banks = space_.weight_banks[digits[kWeightBanks]];
  point.activation_banks = space_.activation_banks[digits[kActivationBanks]];
  const int stages = space_.multiplier_stages[digits[kStages]];
  point.multiplier_stages = stages == 0 ? stages_needed(digits) : stages;
  point.positions_per_weight = space_.positions_per_weight[digits[kPositions]];
  point.off_chip_words = space_.off_chip_words[digits[kOffChip]];
  point.read_ahead_words = space_.read_ahead_words[digits[kReadAhead]];
  point.batch_size = space_.batch_sizes[digits[kBatch]];
  point.clock_period_ns = space_.clock_periods_ns[digits[kPeriod]];
}

std::optional<Rule> Grid::machine(const Digits& digits, DesignPoint& point) const {
  set_point(digits, point);
  if (point.weight_bandwidth > point.activation_bandwidth) return Rule::weight_bandwidth;
  if (!point.reads_ahead() && point.activation_bandwidth > point.macs_per_lane) {
    return Rule::activation_bandwidth;
  }
  if (point.weight_banks_per_lane() < point.weight_bandwidth) return Rule::weight_banks;
  if (point.activation_banks_per_half() < std::max(point.activation_bandwidth, point.write_ports)) {
    return Rule::activation_banks;
  }
  if (point.multiplier_stages > most_stages()) return Rule::most_stages;
  if (point.multiplier_stages < stages_needed(digits)) return Rule::stages_for_clock;
  if (accumulation_ns_ > point.clock_period_ns) return Rule::accumulation;
  if (access_ns(point) > point.clock_period_ns) return Rule::access_time;
  if (off_chip_share(point) > 1) return Rule::off_chip_bandwidth;
  if (read_ahead_excess(point) > 0) return Rule::read_ahead;
  return std::nullopt;
}

double Grid::read_ahead_excess(const DesignPoint& point) const {
  if (!point.reads_ahead()) return 0;
  return excess(point.macs_per_lane, 1) + excess(point.weight_bandwidth, 1) +
         excess(point.positions_per_weight, 1) + excess(point.batch_size, 1) +
         excess(point.activation_bandwidth, point.read_ahead_words) + point.off_chip_words;
}

double Grid::access_ns(const DesignPoint& point) const {
  if (!technology_->components.has(FigureGroup::access)) return 0;
  MachineConfiguration machine = hardware_;
  machine.point = point;
  return slowest_access(machine, *technology_).access_ns;
}

double Grid::off_chip_share(const DesignPoint& point) const {
  if (!point.streams_weights()) return 0;
  return off_chip_gbit_per_s(point, hardware_.widths) / technology_->components.off_chip_gbit_per_s;
}

std::optional<std::uint64_t> Grid::find(const DesignPoint& wanted) const {
  Digits digits{};
  // A value, or the 0 that stands for it, whichever comes first.
  const auto look_up = [&](std::size_t axis, const auto& values, auto value, bool zero_is_it) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i] != value && !(zero_is_it && values[i] == 0)) continue;
      digits[axis] = static_cast<std::uint32_t>(i);
      return true;
    }
    return false;
  };
  if (!look_up(kLanes, space_.lanes, wanted.lanes, false) ||
      !look_up(kMacs, space_.macs_per_lane, wanted.macs_per_lane, false) ||
      !look_up(kWeightBandwidth, space_.weight_bandwidths, wanted.weight_bandwidth, false) ||
      !look_up(kActivationBandwidth, space_.activation_bandwidths, wanted.activation_bandwidth,
               false) ||
      !look_up(kWritePorts, space_.write_ports, wanted.write_ports,
               wanted.write_ports == wanted.activation_bandwidth) ||
      !look_up(kWeightBanks, space_.weight_banks, wanted.weight_banks, false) ||
      !look_up(kActivationBanks, space_.activation_banks, wanted.activation_banks, false) ||
      !look_up(kPositions, space_.positions_per_weight, wanted.positions_per_weight, false) ||
      !look_up(kOffChip, space_.off_chip_words, wanted.off_chip_words, false) ||
      !look_up(kReadAhead, space_.read_ahead_words, wanted.read_ahead_words, false) ||
      !look_up(kBatch, space_.batch_sizes, wanted.batch_size, false) ||
      !look_up(kPeriod, space_.clock_periods_ns, wanted.clock_period_ns, false) ||
      !look_up(kStages, space_.multiplier_stages, wanted.multiplier_stages,
               wanted.multiplier_stages == stages_needed(digits))) {
    return std::nullopt;
  }
  DesignPoint found;
  if (machine(digits, found) || !(found == wanted)) return std::nullopt;
  return combination(digits);
}

double Grid::violation(const Digits& digits) const {
  DesignPoint point;
  set_point(digits, point);
  return excess(point.weight_bandwidth, point.activation_bandwidth) +
         (point.reads_ahead() ? 0 : excess(point.activation_bandwidth, point.macs_per_lane)) +
         excess(point.weight_bandwidth, point.weight_banks_per_lane()) +
         excess(std::max(point.activation_bandwidth, point.write_ports),
                point.activation_banks_per_half()) +
         excess(point.multiplier_stages, most_stages()) +
         excess(stages_needed(digits), point.multiplier_stages) +
         excess(accumulation_ns_, point.clock_period_ns) +
         excess(access_ns(point), point.clock_period_ns) + excess(off_chip_share(point), 1) +
         read_ahead_excess(point);
}

}  // namespace minerva::dse
