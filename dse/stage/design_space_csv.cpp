#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>
#include <type_traits>

#include "design_space_report.hpp"
#include "minerva/base/errors.hpp"

namespace minerva::dse {
namespace {

constexpr const char* kNames =
    "combination,lanes,macs_per_lane,weight_bandwidth,activation_bandwidth,"
    "write_ports,weight_banks,activation_banks,multiplier_stages,"
    "clock_period_ns,weight_bank_words,over_partitioned,cycles,time_us,predictions_per_s,"
    "energy_per_prediction_nj,power_mw,area_mm2,weight_memory_mm2,within_constraints";

/// Appends a number and a comma.
template <typename T>
char* put(char* at, char* end, T value) {
  if constexpr (std::is_floating_point_v<T>) {
    expects(std::isfinite(value), "a CSV cell needs a finite number");
  }
  const std::to_chars_result result = std::to_chars(at, end, value);
  expects(result.ec == std::errc() && result.ptr < end, "a CSV line is too long");
  *result.ptr = ',';
  return result.ptr + 1;
}

/// The time from inputs to outputs stands behind the batch size.
bool runs_batches(const Knob& knob) { return knob.count == &DesignPoint::batch_size; }

}  // namespace

std::string design_space_csv_names(const std::vector<const Knob*>& further) {
  std::string names = kNames;
  for (const Knob* knob : further) {
    names += std::string(",") + knob->name;
    if (runs_batches(*knob)) names += ",latency_us";
  }
  return names + "\n";
}

std::vector<const Knob*> further_knobs(const DesignSpaceSection& space) {
  std::vector<const Knob*> further;
  for (const Knob& knob : knobs()) {
    if (!knob.left_out) continue;
    const auto has = [&](const DesignSpaceRow& row) {
      return row.point.*knob.count != *knob.left_out;
    };
    if (std::any_of(space.frontier.begin(), space.frontier.end(), has) ||
        std::any_of(space.sample.begin(), space.sample.end(), has) ||
        (space.baseline && has(*space.baseline))) {
      further.push_back(&knob);
    }
  }
  return further;
}

void append_design_space_csv(const DesignSpaceRow& row, std::string& text,
                             const std::vector<const Knob*>& further) {
  char line[660];  // 25 numbers of at most 24 characters, and their commas
  char* const end = line + sizeof line;
  char* at = line;
  const auto add = [&](auto value) { at = put(at, end, value); };
  const DesignPoint& p = row.point;
  if (row.combination) {
    add(*row.combination);
  } else {
    *at++ = ',';
  }
  add(p.lanes);
  add(p.macs_per_lane);
  add(p.weight_bandwidth);
  add(p.activation_bandwidth);
  add(p.write_ports);
  add(p.weight_banks_per_lane());
  add(p.activation_banks_per_half());
  add(p.multiplier_stages);
  add(p.clock_period_ns);
  add(row.weight_bank_words);
  add(row.over_partitioned ? 1 : 0);
  add(row.cycles);
  add(row.time_us);
  add(row.predictions_per_s());
  add(row.energy_per_prediction_nj);
  add(row.power_mw);
  add(row.area_mm2);
  add(row.weight_memory_mm2);
  add(row.within_constraints ? 1 : 0);
  for (const Knob* knob : further) {
    add(p.*knob->count);
    if (runs_batches(*knob)) add(row.time_us * p.batch_size);
  }
  text.append(line, at);
  text.back() = '\n';
}

std::string frontier_csv(const DesignSpaceSection& space) {
  const std::vector<const Knob*> further = further_knobs(space);
  std::string text = design_space_csv_names(further);
  text.pop_back();
  text += ",on_frontier,chosen,verified,differences\n";
  const auto add = [&](const DesignSpaceRow& row) {
    append_design_space_csv(row, text, further);
    text.pop_back();
    for (const bool flag : {row.on_frontier, row.chosen, row.verified}) text += flag ? ",1" : ",0";
    text += "," + std::to_string(row.differences) + "\n";
  };
  for (const DesignSpaceRow& row : space.frontier) add(row);
  if (space.baseline) add(*space.baseline);
  return text;
}

}  // namespace minerva::dse
