#pragma once
#include <algorithm>
#include <map>
#include <mutex>
#include <set>

#include "book_problem.hpp"
#include "minerva/accelsim/ppa.hpp"
#include "minerva/accelsim/verify_point.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/dse/baseline.hpp"
#include "minerva/dse/explore.hpp"
#include "problem_text.hpp"

// Small spaces of machines, explored, for tests.
namespace minerva::dse {

/// A space with every rule broken somewhere and several blocks of combinations.
inline Space broken_space() {
  Space space;
  space.lanes = {1, 3, 10, 16, 100, 300};
  space.macs_per_lane = {1, 2, 4, 9};
  space.weight_bandwidths = {1, 2, 3, 8};
  space.activation_bandwidths = {1, 2, 5, 8};
  space.write_ports = {0, 1, 3, 20};
  space.weight_banks = {0, 1, 4, 12};
  space.activation_banks = {0, 2, 7, 32};
  space.multiplier_stages = {0, 1, 3};
  space.clock_periods_ns = {1, 4, 6};
  return space;
}

/// Every point and row of an exploration, in the order of the rows.
struct Explored {
  Exploration exploration;
  std::vector<ExploredPoint> points;
  std::string rows;
};

inline Explored explore_all(const Problem& problem, const Grid& grid, int threads) {
  Explored all;
  std::mutex mutex;
  std::map<std::uint64_t, ExploredPoint> points;
  RowSink sink;
  sink.append = [&](const ExploredPoint& p, std::string& text) {
    text += std::to_string(p.combination) + "\n";
    const std::lock_guard<std::mutex> lock(mutex);
    points.emplace(p.combination, p);
  };
  sink.write = [&](const std::string& rows) { all.rows += rows; };
  all.exploration = explore(problem, grid, threads, sink);
  for (const auto& [combination, point] : points) all.points.push_back(point);
  return all;
}

inline bool same(const ExploredPoint& a, const ExploredPoint& b) {
  return a.combination == b.combination && a.point == b.point && a.cycles == b.cycles &&
         a.time_us == b.time_us && a.power_mw == b.power_mw && a.energy_nj == b.energy_nj &&
         a.area_mm2 == b.area_mm2 && a.weight_bank_words == b.weight_bank_words &&
         a.over_partitioned == b.over_partitioned && a.within_constraints == b.within_constraints;
}

inline bool same(const std::vector<ExploredPoint>& a, const std::vector<ExploredPoint>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const ExploredPoint& x, const ExploredPoint& y) { return same(x, y); });
}

}  // namespace minerva::dse
