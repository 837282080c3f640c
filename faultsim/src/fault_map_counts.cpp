#include "minerva/faultsim/fault_map_counts.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/statistics/intervals.hpp"

namespace minerva::faultsim {

RatePoint rate_point(double rate, const std::vector<std::int64_t>& wrong,
                     const CountRange& possible, double confidence) {
  const std::vector<double> values(wrong.begin(), wrong.end());
  const double centre = mean(values);
  RatePoint point{
      rate, static_cast<int>(wrong.size()), centre, sample_deviation(values), {centre, centre}};
  if (rate > 0) point.mean_interval = count_mean_interval(wrong, possible, confidence);
  return point;
}

bool mean_is_decided(const RatePoint& point, std::int64_t most_wrong, const FaultOptions& options) {
  const auto bound = static_cast<double>(most_wrong);
  const Interval& interval = point.mean_interval;
  if (interval.high <= bound || interval.low > bound) return true;
  return std::max(interval.high - point.wrong_mean, point.wrong_mean - interval.low) <=
         options.half_width;
}

FaultMapCounts::FaultMapCounts(QuantizedGraph network, const Mitigation& mitigation,
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

FaultMapCounts::Known& FaultMapCounts::known(double rate, int map) {
  return known_[{rate, rate > 0 ? map : 0}];  // without faults every map is the same
}

std::int64_t FaultMapCounts::wrong(double rate, int map) {
  expects(map >= 0, "FaultMapCounts: maps have numbers from 0");
  check_in_range("faults.rate", rate, ranges::kRate);
  const std::pair<double, int> at{rate, rate > 0 ? map : 0};
  const auto found = known_.find(at);
  if (found == known_.end() || found->second.answer.over) {
    throw_if_interrupted();
    inject_faults(network_, options_.seed, static_cast<std::uint64_t>(map), rate, threads_,
                  options_.criterion);
    const std::int64_t count = evaluator_.evaluate(network_).wrong;
    count_evaluation();
    known(rate, map).answer = {at.first, at.second, count, false};
  }
  Known& answered = known(rate, map);
  answered.count_asked = true;
  return answered.answer.wrong;
}

bool FaultMapCounts::within(double rate, int map, std::int64_t most_wrong) {
  expects(map >= 0, "FaultMapCounts: maps have numbers from 0");
  check_in_range("faults.rate", rate, ranges::kRate);
  const std::pair<double, int> at{rate, rate > 0 ? map : 0};
  const auto found = known_.find(at);
  const bool answers = found != known_.end() &&
                       (!found->second.answer.over || found->second.answer.wrong >= most_wrong);
  if (!answers) {
    throw_if_interrupted();
    inject_faults(network_, options_.seed, static_cast<std::uint64_t>(map), rate, threads_,
                  options_.criterion);
    const Judgement judged = evaluator_.judge(network_, most_wrong);
    count_evaluation();
    known(rate, map).answer = judged.within
                                  ? FaultAnswer{at.first, at.second, judged.evaluation.wrong, false}
                                  : FaultAnswer{at.first, at.second, most_wrong, true};
  }
  Known& answered = known(rate, map);
  const bool holds = !answered.answer.over && answered.answer.wrong <= most_wrong;
  if (holds) {
    answered.count_asked = true;  // it comes with the answer
  } else {
    answered.exceeded = std::max(answered.exceeded.value_or(most_wrong), most_wrong);
  }
  return holds;
}

std::vector<std::int64_t> FaultMapCounts::wrong_of(double rate, int first, int maps) {
  expects(maps >= 2, "FaultMapCounts: an interval needs two maps");
  std::vector<std::int64_t> counts;
  for (int map = 0; map < maps; ++map) counts.push_back(wrong(rate, first + map));
  return counts;
}

CountRange FaultMapCounts::possible(const std::vector<std::int64_t>& wrong) const {
  if (possible_) return *possible_;
  const auto [least, most] = std::minmax_element(wrong.begin(), wrong.end());
  return {*least, *most};
}

void FaultMapCounts::take_possible_counts_of(double rate) {
  const std::vector<std::int64_t> counts = wrong_of(rate, 0, options_.maps);
  const auto [least, most] = std::minmax_element(counts.begin(), counts.end());
  possible_ = CountRange{*least, *most};
}

RatePoint FaultMapCounts::measure(double rate, int maps) {
  const std::vector<std::int64_t> counts = wrong_of(rate, 0, maps);
  measured_[rate] = std::max(measured_[rate], maps);
  return rate_point(rate, counts, possible(counts), options_.confidence);
}

RatePoint FaultMapCounts::confirm(double rate, int maps) {
  const std::vector<std::int64_t> counts = wrong_of(rate, kFirstConfirmingMap, maps);
  return rate_point(rate, counts, possible(counts), options_.confidence);
}

RatePoint FaultMapCounts::measure_against(double rate, std::int64_t most_wrong) {
  for (int maps = options_.maps;; maps += options_.maps) {
    maps = std::min(maps, options_.maps_max);
    const std::vector<std::int64_t> counts = wrong_of(rate, 0, maps);
    const RatePoint point = rate_point(rate, counts, possible(counts), options_.look_confidence());
    if (maps < options_.maps_max && !mean_is_decided(point, most_wrong, options_)) continue;
    measured_[rate] = std::max(measured_[rate], maps);
    if (progress_) {
      char text[160];
      std::snprintf(text, sizeof text,
                    "%s mask, sign %s, %s: rate %.3g, %.1f (%.1f to %.1f) wrong, %d",
                    to_string(mitigation().masking), to_string(mitigation().sign),
                    to_string(mitigation().detector), rate, point.wrong_mean,
                    point.mean_interval.low, point.mean_interval.high, maps);
      progress_(text);
    }
    return point;
  }
}

bool FaultMapCounts::can_import(const std::vector<FaultAnswer>& answers) const {
  return std::all_of(answers.begin(), answers.end(), [&](const FaultAnswer& a) {
    if (!(a.rate >= 0 && a.rate <= kMaxFaultRate) || a.map < 0) return false;
    if (a.wrong < (a.over ? -1 : 0)) return false;  // a bound of -1 allows none
    const auto found = known_.find({a.rate, a.map});
    if (found == known_.end()) return true;
    const FaultAnswer& here = found->second.answer;
    if (here.over && a.over) return true;
    if (here.over) return a.wrong > here.wrong;
    return a.over ? here.wrong > a.wrong : here.wrong == a.wrong;
  });
}

void FaultMapCounts::import(const std::vector<FaultAnswer>& answers) {
  for (const FaultAnswer& a : answers) {
    expects(can_import({a}), "FaultMapCounts: no answer, or two answers of one map");
    FaultAnswer& here =
        known_.try_emplace({a.rate, a.map}, Known{a, false, {}}).first->second.answer;
    if (here.over && (!a.over || a.wrong > here.wrong)) here = a;
  }
}

std::vector<FaultAnswer> FaultMapCounts::answers() const {
  std::vector<FaultAnswer> list;
  for (const auto& [at, known] : known_) {
    if (!known.answer.over) list.push_back(known.answer);
  }
  return list;
}

std::vector<FaultAnswer> FaultMapCounts::asked() const {
  std::vector<FaultAnswer> list;
  for (const auto& [at, known] : known_) {
    if (known.count_asked) {
      list.push_back(known.answer);
    } else if (known.exceeded) {
      list.push_back({at.first, at.second, *known.exceeded, true});
    }
  }
  return list;
}

std::vector<RatePoint> FaultMapCounts::curve() const {
  std::vector<RatePoint> points;
  for (const auto& [rate, maps] : measured_) {
    std::vector<std::int64_t> counts;
    for (int map = 0; map < maps; ++map) {
      counts.push_back(known_.at({rate, rate > 0 ? map : 0}).answer.wrong);
    }
    points.push_back(rate_point(rate, counts, possible(counts), options_.look_confidence()));
  }
  return points;
}

void for_each_confirming_map(const QuantizedGraph& network, double rate, int maps,
                             const FaultOptions& options, int threads,
                             const std::function<void(const QuantizedGraph&)>& visit) {
  if (!(rate > 0)) {
    visit(network);
    return;
  }
  QuantizedGraph faulty = network;
  for (int map = 0; map < maps; ++map) {
    throw_if_interrupted();
    inject_faults(faulty, options.seed, static_cast<std::uint64_t>(kFirstConfirmingMap + map), rate,
                  threads, options.criterion);
    visit(faulty);
  }
}

ActivityProfile measure_activity(const QuantizedGraph& network, FixedEvaluator& evaluator,
                                 double rate, int maps, const FaultOptions& options,
                                 const ActivityCounting& counting, int threads) {
  ActivityProfile activity;
  activity.chunk = counting.chunk;
  activity.tile = counting.tile;
  activity.read_ahead = counting.read_ahead;
  activity.batch_size = counting.batch_size;
  for_each_confirming_map(network, rate, maps, options, threads, [&](const QuantizedGraph& faulty) {
    activity += evaluator.evaluate(faulty, counting).activity;
  });
  return activity;
}

}  // namespace minerva::faultsim
