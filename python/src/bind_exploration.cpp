#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstring>
#include <map>

#include "arrays.hpp"
#include "bindings.hpp"
#include "dse_stage.hpp"
#include "long_call.hpp"
#include "machines_ahead.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/dse/explore.hpp"
#include "minerva/dse/search.hpp"
#include "settings_of_call.hpp"

namespace py = pybind11;

namespace minerva::python {
namespace {

/// A row of design_space.csv; the flags take a byte.
struct Row {
  std::uint64_t combination = 0;
  std::int32_t lanes = 0;
  std::int32_t macs_per_lane = 0;
  std::int32_t weight_bandwidth = 0;
  std::int32_t activation_bandwidth = 0;
  std::int32_t write_ports = 0;
  std::int32_t weight_banks = 0;
  std::int32_t activation_banks = 0;
  std::int32_t multiplier_stages = 0;
  std::int32_t positions_per_weight = 0;
  std::int32_t off_chip_words = 0;
  std::int32_t read_ahead_words = 0;
  std::int32_t batch_size = 0;
  double clock_period_ns = 0;
  std::int64_t weight_bank_words = 0;
  std::int64_t cycles = 0;
  double time_us = 0;
  double predictions_per_s = 0;
  double energy_per_prediction_nj = 0;
  double power_mw = 0;
  double area_mm2 = 0;
  double weight_memory_mm2 = 0;
  bool over_partitioned = false;
  bool within_constraints = false;
  bool on_frontier = false;
};

Row row_of(const dse::ExploredPoint& p) {
  Row row;
  row.combination = p.combination;
  row.lanes = p.point.lanes;
  row.macs_per_lane = p.point.macs_per_lane;
  row.weight_bandwidth = p.point.weight_bandwidth;
  row.activation_bandwidth = p.point.activation_bandwidth;
  row.write_ports = p.point.write_ports;
  row.weight_banks = p.point.weight_banks_per_lane();
  row.activation_banks = p.point.activation_banks_per_half();
  row.multiplier_stages = p.point.multiplier_stages;
  row.positions_per_weight = p.point.positions_per_weight;
  row.off_chip_words = p.point.off_chip_words;
  row.read_ahead_words = p.point.read_ahead_words;
  row.batch_size = p.point.batch_size;
  row.clock_period_ns = p.point.clock_period_ns;
  row.weight_bank_words = p.weight_bank_words;
  row.cycles = p.cycles;
  row.time_us = p.time_us;
  row.predictions_per_s = p.predictions_per_s();
  row.energy_per_prediction_nj = p.energy_nj;
  row.power_mw = p.power_mw;
  row.area_mm2 = p.area_mm2;
  row.weight_memory_mm2 = p.weight_memory_mm2;
  row.over_partitioned = p.over_partitioned;
  row.within_constraints = p.within_constraints;
  return row;
}

struct Explored {
  std::vector<Row> rows;
  std::vector<std::int64_t> frontier;  ///< numbers of rows, by rising objectives
  std::uint64_t combinations = 0;
  std::uint64_t looked_at = 0;
  std::vector<std::pair<std::string, std::uint64_t>> skipped;
};

/// The rows go through the sink as the bytes of Row, in the place of lines of a file.
Explored explored_space(const KeyValues& keys) {
  const auto context = context_of("", keys);
  if (!context->works_alone()) {
    throw UserError("dse.topology", "", "needs the network that the machines run");
  }
  const dse::DseStage& stage = context->state<dse::DseStage>();
  for (const flow::StageDefinition& each : context->config().stages()) {
    if (each.check_early) each.check_early(*context);  // as before `minerva dse`
  }
  const dse::Problem problem = dse::exploration_problem(stage, *context, context->graph());
  const dse::Grid grid(dse::answered_space(stage, *context), problem.hardware(),
                       context->technology());
  Explored result;
  dse::RowSink sink;
  sink.append = [](const dse::ExploredPoint& point, std::string& bytes) {
    const Row row = row_of(point);
    bytes.append(reinterpret_cast<const char*>(&row), sizeof row);
  };
  sink.write = [&](const std::string& bytes) {
    throw_if_interrupted();
    const std::size_t before = result.rows.size();
    result.rows.resize(before + bytes.size() / sizeof(Row));
    std::memcpy(static_cast<void*>(result.rows.data() + before), bytes.data(), bytes.size());
  };
  const dse::Exploration found =
      stage.search.method == dse::SearchMethod::exhaustive
          ? dse::explore(problem, grid, context->threads(), sink)
          : dse::search(problem, grid, stage.search, context->threads(), sink);
  std::map<std::uint64_t, std::int64_t> place;
  for (const dse::ExploredPoint& point : found.frontier) place[point.combination] = -1;
  for (std::size_t k = 0; k < result.rows.size(); ++k) {
    const auto on_frontier = place.find(result.rows[k].combination);
    if (on_frontier == place.end()) continue;
    on_frontier->second = static_cast<std::int64_t>(k);
    result.rows[k].on_frontier = true;
  }
  for (const dse::ExploredPoint& point : found.frontier) {
    expects(place[point.combination] >= 0, "a point of the frontier is a row");
    result.frontier.push_back(place[point.combination]);
  }
  result.combinations = found.combinations;
  result.looked_at = found.looked_at;
  for (std::size_t r = 0; r < dse::kRules; ++r) {
    result.skipped.emplace_back(to_string(static_cast<dse::Rule>(r)), found.skipped[r]);
  }
  return result;
}

}  // namespace

void bind_exploration(py::module_& module) {
  PYBIND11_NUMPY_DTYPE(Row, combination, lanes, macs_per_lane, weight_bandwidth,
                       activation_bandwidth, write_ports, weight_banks, activation_banks,
                       multiplier_stages, positions_per_weight, off_chip_words, read_ahead_words,
                       batch_size, clock_period_ns, weight_bank_words, cycles, time_us,
                       predictions_per_s, energy_per_prediction_nj, power_mw, area_mm2,
                       weight_memory_mm2, over_partitioned, within_constraints, on_frontier);
  module.def(
      "explore",
      [](const KeyValues& keys) {
        Explored explored = long_call([&] { return explored_space(keys); });
        py::dict skipped;
        for (const auto& [rule, count] : explored.skipped) skipped[rule.c_str()] = count;
        return py::make_tuple(taken_over(std::move(explored.rows)),
                              taken_over(std::move(explored.frontier)), explored.combinations,
                              explored.looked_at, skipped);
      },
      py::arg("keys"),
      "The machines of a space as a structured array, the rows of the frontier, the combinations "
      "of "
      "the space, those that were looked at, and those that are no machine, by rule.");
}

}  // namespace minerva::python
