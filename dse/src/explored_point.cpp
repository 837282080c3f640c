#include "minerva/dse/explored_point.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/accelsim/ppa.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/design/read_ahead.hpp"

namespace minerva::dse {

const std::vector<PointQuantity>& point_quantities() {
  using P = const ExploredPoint&;
  static const std::vector<PointQuantity> all = {
      {"lanes", [](P p) { return static_cast<double>(p.point.lanes); }},
      {"macs_per_lane", [](P p) { return static_cast<double>(p.point.macs_per_lane); }},
      {"weight_bandwidth", [](P p) { return static_cast<double>(p.point.weight_bandwidth); }},
      {"activation_bandwidth",
       [](P p) { return static_cast<double>(p.point.activation_bandwidth); }},
      {"write_ports", [](P p) { return static_cast<double>(p.point.write_ports); }},
      {"weight_banks", [](P p) { return static_cast<double>(p.point.weight_banks_per_lane()); }},
      {"activation_banks",
       [](P p) { return static_cast<double>(p.point.activation_banks_per_half()); }},
      {"multiplier_stages", [](P p) { return static_cast<double>(p.point.multiplier_stages); }},
      {"read_ahead_words", [](P p) { return static_cast<double>(p.point.read_ahead_words); }},
      {"batch_size", [](P p) { return static_cast<double>(p.point.batch_size); }},
      {"clock_period_ns", [](P p) { return p.point.clock_period_ns; }},
      {"macs",
       [](P p) {
         return static_cast<double>(p.point.lanes) * static_cast<double>(p.point.macs_per_lane);
       }},
      {"inputs_per_cycle", [](P p) { return static_cast<double>(p.point.inputs_per_cycle()); }},
      {"weight_bank_words", [](P p) { return static_cast<double>(p.weight_bank_words); }},
      {"cycles", [](P p) { return static_cast<double>(p.cycles); }},
      {"time_us", [](P p) { return p.time_us; }},
      {"latency_us", [](P p) { return p.latency_us(); }},
      {"predictions_per_s", [](P p) { return p.predictions_per_s(); }},
      {"energy_nj", [](P p) { return p.energy_nj; }},
      {"edp_nj_us", [](P p) { return p.edp_nj_us(); }},
      {"power_mw", [](P p) { return p.power_mw; }},
      {"area_mm2", [](P p) { return p.area_mm2; }},
      {"weight_memory_mm2", [](P p) { return p.weight_memory_mm2; }},
  };
  return all;
}

ObjectiveValues objective_values(const ExploredPoint& point,
                                 const std::vector<Objective>& objectives) {
  expects(!objectives.empty() && objectives.size() <= kMaxObjectives,
          "objective_values: needs 1 to kMaxObjectives objectives");
  ObjectiveValues values{};
  for (std::size_t d = 0; d < objectives.size(); ++d) {
    switch (objectives[d]) {
      case Objective::power_mw:
        values[d] = point.power_mw;
        break;
      case Objective::time_us:
        values[d] = point.time_us;
        break;
      case Objective::energy_nj:
        values[d] = point.energy_nj;
        break;
      case Objective::area_mm2:
        values[d] = point.area_mm2;
        break;
      case Objective::edp_nj_us:
        values[d] = point.edp_nj_us();
        break;
    }
  }
  return values;
}

std::string to_string(const Constraint& constraint) {
  char text[40];
  const auto end = std::to_chars(text, text + sizeof text, constraint.limit);
  return std::string(constraint.quantity.name) + " " + to_string(constraint.relation) + " " +
         std::string(text, end.ptr);
}

namespace {

bool holds(const Constraint& constraint, double value) {
  switch (constraint.relation) {
    case Relation::less:
      return value < constraint.limit;
    case Relation::at_most:
      return value <= constraint.limit;
    case Relation::equal:
      return value == constraint.limit;
    case Relation::at_least:
      return value >= constraint.limit;
    case Relation::greater:
      return value > constraint.limit;
  }
  return false;
}

}  // namespace

bool hold(const std::vector<Constraint>& constraints, const ExploredPoint& point) {
  return std::all_of(constraints.begin(), constraints.end(),
                     [&](const Constraint& c) { return holds(c, c.quantity.value(point)); });
}

double violation(const std::vector<Constraint>& constraints, const ExploredPoint& point) {
  constexpr double kSmallest = 1e-9;  // a strict relation is broken at its very limit, too
  double sum = 0;
  for (const Constraint& c : constraints) {
    const double value = c.quantity.value(point);
    if (holds(c, value)) continue;
    const double size = std::max(std::abs(c.limit), kSmallest);
    sum += std::max(std::abs(value - c.limit) / size, kSmallest);
  }
  return sum;
}

MachineConfiguration Problem::hardware() const {
  MachineConfiguration hardware;
  hardware.network = network;
  hardware.widths = widths;
  hardware.weight_storage = weight_storage;
  hardware.also_for = also_for;
  hardware.thresholds = thresholds;
  hardware.mitigation = mitigation;
  if (zero_inputs_percent > 0) {  // F1 compares the words that may be zero
    for (int k = 0; k < network.layers(); ++k) {
      hardware.thresholds.push_back(network.facts(k).has_weights() &&
                                    !network.facts(k).reads_input);
    }
  }
  return hardware;
}

CountedFor counted_for(const DesignPoint& point) {
  const int tile = point.positions_per_weight;
  return {point.inputs_per_cycle(), tile, tile > 1 ? point.batch_size : 1};
}

ActivityProfile assumed_activity(const Problem& problem, const CountedFor& counted) {
  const LayerGraph& graph = problem.network.graph();
  const auto [chunk, tile, batch] = counted;
  if (!(problem.zero_inputs_percent > 0)) {
    return full_graph_activity(graph, chunk, tile, batch, batch);
  }
  ActivityProfile activity =
      full_graph_activity(graph, chunk, tile, (kAssumedSamples + batch - 1) / batch * batch, batch);
  const double zero = problem.zero_inputs_percent / 100;
  const auto share = [](std::int64_t count, double of) {
    return std::llround(static_cast<double>(count) * of);
  };
  for (int k = 0; k < graph.layers(); ++k) {
    if (problem.network.facts(k).reads_input) continue;
    LayerActivity& layer = activity.layers[static_cast<std::size_t>(k)];
    layer.zero_inputs = share(layer.kept_inputs, zero);
    layer.kept_inputs -= layer.zero_inputs;
    // A chunk is active, and a weight is read for a tile, unless all of their words are zero.
    layer.active_chunks = share(layer.active_chunks, 1 - std::pow(zero, chunk));
    const bool dense = problem.network.facts(k).kind == GraphLayerKind::dense;
    layer.kept_tile_inputs =
        share(layer.kept_tile_inputs, 1 - std::pow(zero, dense ? std::min(tile, batch) : tile));
  }
  return activity;
}

PointEvaluator::PointEvaluator(const Problem& problem)
    : problem_(&problem), machine_(problem.hardware()) {
  expects(problem.technology != nullptr, "PointEvaluator: needs a technology");
  expects(problem.measured.empty() || !(problem.zero_inputs_percent > 0),
          "PointEvaluator: zeros are measured or assumed");
  activity_ = problem.measured.empty() ? assumed_activity(problem, counted_for({}))
                                       : problem.measured.begin()->second;
}

void PointEvaluator::set_read_ahead(const ReadAhead& machine) {
  if (activity_.read_ahead == machine) return;
  const auto measured =
      std::find_if(problem_->measured_ahead.begin(), problem_->measured_ahead.end(),
                   [&](const ActivityProfile& each) { return each.read_ahead == machine; });
  expects(measured != problem_->measured_ahead.end(),
          "PointEvaluator: no cycles were measured of this machine that reads ahead");
  activity_ = *measured;
}

void PointEvaluator::set_point(const DesignPoint& point) {
  machine_.point = point;
  if (point.reads_ahead() && !problem_->measured.empty()) {
    set_read_ahead(read_ahead_of(point));
    return;
  }
  const CountedFor counted = counted_for(point);
  if (CountedFor{activity_.chunk, activity_.tile, activity_.batch_size} == counted &&
      !activity_.read_ahead.on()) {
    return;
  }
  if (!problem_->measured.empty()) {
    activity_ = problem_->measured.at(counted);
    return;
  }
  const auto known = activities_.find(counted);
  activity_ =
      known != activities_.end()
          ? known->second
          : activities_.emplace(counted, assumed_activity(*problem_, counted)).first->second;
}

PpaEstimate PointEvaluator::estimate(const DesignPoint& point) {
  set_point(point);
  return estimate_without_interval(machine_, activity_, problem_->supply, *problem_->technology);
}

std::vector<LayerFigures> PointEvaluator::layers(const DesignPoint& point) {
  set_point(point);
  return layer_figures(machine_, activity_, problem_->supply, *problem_->technology);
}

ExploredPoint PointEvaluator::operator()(std::uint64_t combination, const DesignPoint& point) {
  set_point(point);
  const PpaFigures figures =
      estimate_figures(machine_, activity_, problem_->supply, *problem_->technology);
  ExploredPoint explored;
  explored.combination = combination;
  explored.point = point;
  explored.cycles = figures.cycles;
  explored.time_us = figures.time_ns / 1000;
  explored.power_mw = figures.power_mw;
  explored.energy_nj = figures.energy_nj;
  explored.area_mm2 = figures.area_mm2;
  explored.weight_memory_mm2 =
      figures.parts[static_cast<std::size_t>(CostGroup::weight_sram)].area_um2 / 1e6;
  explored.weight_bank_words = weight_words_per_bank(problem_->network, point);
  for (const MachineNetwork& other : problem_->also_for) {
    explored.weight_bank_words =
        std::max(explored.weight_bank_words, weight_words_per_bank(other, point));
  }
  explored.over_partitioned =
      static_cast<double>(explored.weight_bank_words) < problem_->technology->sram_words_min;
  explored.within_constraints = hold(problem_->constraints, explored);
  return explored;
}

}  // namespace minerva::dse
