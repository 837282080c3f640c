#include "minerva/faultsim/fault_map_counts.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/statistics/intervals.hpp"

namespace minerva::faultsim {

RatePoint rate_point(double rate, const std::vector<std::int64_t>& wrong, double confidence) {
  const std::vector<double> values(wrong.begin(), wrong.end());
  RatePoint point{rate, static_cast<int>(wrong.size()), mean(values), sample_deviation(values), {}};
  point.mean_interval = mean_interval(values, confidence);
  return point;
}

bool mean_is_decided(const std::vector<std::int64_t>& wrong, std::int64_t most_wrong,
                     const FaultOptions& options) {
  const std::vector<double> values(wrong.begin(), wrong.end());
  const auto bound = static_cast<double>(most_wrong);
  const Interval look = mean_interval(values, 1 - (1 - options.confidence) / options.looks());
  if (look.high <= bound || look.low > bound) return true;
  return mean_interval(values, options.confidence).high - mean(values) <= options.half_width;
}

FaultMapCounts::FaultMapCounts(QuantizedNetwork network, const Mitigation& mitigation,
                               FixedEvaluator& evaluator, FaultOptions options,
                               FaultProgress progress, int threads)
    : network_(std::move(network)),
      evaluator_(evaluator),
      options_(std::move(options)),
      progress_(std::move(progress)),
      threads_(threads) {
  check_options(options_);
  check_mitigation(mitigation);
  network_.mitigation = mitigation;
  inject_faults(network_, options_.seed, 0, 0);
  evaluator_.prepare_base(network_);
}

void FaultMapCounts::count_evaluation() {
  ++evaluations_;
  if (on_evaluation_) on_evaluation_();
}

const std::int64_t* FaultMapCounts::find(double rate, int map) const {
  const auto listed = counts_.find(rate);
  if (listed != counts_.end() && static_cast<std::size_t>(map) < listed->second.size()) {
    return &listed->second[static_cast<std::size_t>(map)];
  }
  const auto found = further_.find({rate, map});
  return found != further_.end() ? &found->second : nullptr;
}

std::int64_t FaultMapCounts::wrong(double rate, int map) {
  const std::int64_t* exact = find(rate, map);
  if (exact != nullptr) return *exact;
  throw_if_interrupted();
  inject_faults(network_, options_.seed, static_cast<std::uint64_t>(map), rate, threads_);
  const std::int64_t count = evaluator_.evaluate(network_).wrong;
  count_evaluation();
  further_[{rate, map}] = count;
  return count;
}

bool FaultMapCounts::within(double rate, int map, std::int64_t most_wrong) {
  const std::int64_t* exact = find(rate, map);
  if (exact != nullptr) return *exact <= most_wrong;
  throw_if_interrupted();
  inject_faults(network_, options_.seed, static_cast<std::uint64_t>(map), rate, threads_);
  const Judgement judged = evaluator_.judge(network_, most_wrong);
  count_evaluation();
  if (judged.within) further_[{rate, map}] = judged.evaluation.wrong;
  return judged.within;
}

const std::vector<std::int64_t>& FaultMapCounts::first(double rate, int maps) {
  std::vector<std::int64_t>& counts = counts_[rate];
  for (int map = static_cast<int>(counts.size()); map < maps; ++map) {
    const std::int64_t count = wrong(rate, map);
    counts.push_back(count);
    further_.erase({rate, map});
  }
  return counts;
}

RatePoint FaultMapCounts::measure(double rate, int maps) {
  expects(maps >= 2, "FaultMapCounts: an interval needs two maps");
  std::vector<std::int64_t> counts = first(rate, maps);
  counts.resize(static_cast<std::size_t>(maps));
  return rate_point(rate, counts, options_.confidence);
}

RatePoint FaultMapCounts::measure_against(double rate, std::int64_t most_wrong) {
  for (int maps = options_.maps;; maps += options_.maps) {
    maps = std::min(maps, options_.maps_max);
    std::vector<std::int64_t> counts = first(rate, maps);
    counts.resize(static_cast<std::size_t>(maps));  // more may be known from other questions
    if (maps < options_.maps_max && !mean_is_decided(counts, most_wrong, options_)) continue;
    const RatePoint point = rate_point(rate, counts, options_.confidence);
    if (progress_) {
      char text[160];
      std::snprintf(text, sizeof text, "%s mask, sign %s, %s: rate %.3g, %.1f +- %.1f wrong, %d",
                    to_string(mitigation().masking), to_string(mitigation().sign),
                    to_string(mitigation().detector), rate, point.wrong_mean,
                    point.mean_interval.high - point.wrong_mean, maps);
      progress_(text);
    }
    return point;
  }
}

void FaultMapCounts::import(const std::vector<FaultAnswer>& answers) {
  for (const FaultAnswer& a : answers) {
    expects(a.rate >= 0 && a.rate <= kMaxFaultRate && a.map >= 0 && a.wrong >= 0,
            "FaultMapCounts: not an answer");
    const std::int64_t* exact = find(a.rate, a.map);
    expects(exact == nullptr || *exact == a.wrong, "FaultMapCounts: two answers of one map");
    if (exact == nullptr) further_[{a.rate, a.map}] = a.wrong;
  }
}

std::vector<FaultAnswer> FaultMapCounts::answers() const {
  std::map<std::pair<double, int>, std::int64_t> all = further_;
  for (const auto& [rate, counts] : counts_) {
    for (std::size_t map = 0; map < counts.size(); ++map) {
      all[{rate, static_cast<int>(map)}] = counts[map];
    }
  }
  std::vector<FaultAnswer> list;
  for (const auto& [map, wrong] : all) list.push_back({map.first, map.second, wrong});
  return list;
}

std::vector<RatePoint> FaultMapCounts::curve() const {
  std::vector<RatePoint> points;
  for (const auto& [rate, counts] : counts_) {
    if (static_cast<int>(counts.size()) < options_.maps) continue;
    points.push_back(rate_point(rate, counts, options_.confidence));
  }
  return points;
}

FaultActivity measure_activity(const QuantizedNetwork& network, FixedEvaluator& evaluator,
                               double rate, int maps, const FaultOptions& options, int chunk,
                               int threads) {
  expects(maps >= 2, "measure_activity: an interval needs two maps");
  QuantizedNetwork faulty = network;
  FaultActivity result;
  result.activity.chunk = chunk;
  std::vector<std::int64_t> wrong;
  for (int map = 0; map < maps; ++map) {
    throw_if_interrupted();
    inject_faults(faulty, options.seed, static_cast<std::uint64_t>(map), rate, threads);
    const FixedEvaluation evaluation = evaluator.evaluate(faulty, chunk);
    wrong.push_back(evaluation.wrong);
    result.activity += evaluation.activity;
  }
  result.point = rate_point(rate, wrong, options.confidence);
  return result;
}

}  // namespace minerva::faultsim
