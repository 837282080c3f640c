#include "tile_schedule.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace minerva {
namespace {

/// When things last happened, in cycles of the layer. Only times after `issued` decide what
/// follows.
struct TileTimes {
  std::int64_t issued = 0;  ///< the last issue
  std::int64_t taken = 0;   ///< A's last accumulator
  std::int64_t free = 0;    ///< from when on A may take one whose word is written
  std::array<std::int64_t, kMaxPositionsPerWeight> reusable{};  ///< of each accumulator

  /// The times as far as they decide what follows, from the last issue.
  TileTimes relative(int accumulators) const {
    TileTimes from;
    const auto after = [&](std::int64_t time) { return std::max<std::int64_t>(time - issued, 0); };
    from.taken = after(taken);
    from.free = after(free);
    for (int i = 0; i < accumulators; ++i) {
      const auto at = static_cast<std::size_t>(i);
      from.reusable[at] = after(reusable[at]);
    }
    return from;
  }
  void shift(std::int64_t cycles, int accumulators) {
    issued += cycles;
    taken += cycles;
    free += cycles;
    for (int i = 0; i < accumulators; ++i) reusable[static_cast<std::size_t>(i)] += cycles;
  }
  friend bool operator==(const TileTimes& a, const TileTimes& b) {
    return a.taken == b.taken && a.free == b.free && a.reusable == b.reusable;
  }
};

class TileSchedule {
 public:
  TileSchedule(const LayerFacts& layer, const LayerUnits& units, const LanePipeline& pipeline)
      : layer_(layer), units_(units), pipeline_(pipeline), accumulators_(pipeline.accumulators) {
    times_.issued = pipeline.cycles_before_issue() - 1;
    times_.taken = -1;
  }

  void run() {
    const int span = span_positions(layer_, pipeline_);
    const PositionRuns runs = position_runs(layer_, pipeline_);
    repeat(runs.runs, [&] {
      repeat(runs.positions / span, [&] { span_of(span); });
      if (runs.positions % span != 0) span_of(runs.positions % span);
    });
  }
  const TileTimes& times() const { return times_; }

 private:
  /// Does something so many times; once it leaves the times as it found them, the rest of the times
  /// are only later.
  template <typename Body>
  void repeat(std::int64_t count, Body body) {
    if (count == 0) return;
    TileTimes before;
    if (count > 1) before = times_.relative(accumulators_);
    for (std::int64_t left = count - 1; left > 0; --left) {
      const std::int64_t issued = times_.issued;
      body();
      const TileTimes after = times_.relative(accumulators_);
      if (after == before) {
        times_.shift(left * (times_.issued - issued), accumulators_);
        return;
      }
      before = after;
    }
    body();
  }

  /// Positions that all groups of channels pass before the next ones begin.
  void span_of(int positions) {
    repeat(units_.groups, [&] {
      repeat(units_.full_units, [&] { unit(positions, units_.full); });
      unit(positions, units_.last);
    });
  }

  void unit(int positions, const UnitShape& shape) {
    for (int first = 0; first < positions; first += accumulators_) {
      tile(first, std::min(accumulators_, positions - first), shape);
    }
  }

  void tile(int first, int positions, const UnitShape& shape) {
    int until_written = layer_.pooled - first % layer_.pooled;
    const auto take = [&](std::int64_t last_issue, std::int64_t& reusable) {
      times_.taken = std::max(last_issue, times_.taken) + 1;
      if (--until_written == 0) {
        until_written = layer_.pooled;
        times_.taken = std::max(times_.taken, times_.free);
        times_.free = times_.taken + shape.writes;
      }
      reusable = times_.taken;
    };
    if (shape.chunks == 1) {
      for (int i = 0; i < positions; ++i) {
        std::int64_t& reusable = times_.reusable[static_cast<std::size_t>(i)];
        times_.issued = std::max(times_.issued + 1, reusable);
        take(times_.issued, reusable);
      }
      return;
    }
    for (int i = 0; i < positions; ++i) {
      times_.issued = std::max(times_.issued + 1, times_.reusable[static_cast<std::size_t>(i)]);
    }
    const std::int64_t last = times_.issued + std::int64_t{shape.chunks - 2} * positions + 1;
    times_.issued = last + positions - 1;
    for (int i = 0; i < positions; ++i) {
      take(last + i, times_.reusable[static_cast<std::size_t>(i)]);
    }
  }

  const LayerFacts& layer_;
  const LayerUnits& units_;
  const LanePipeline& pipeline_;
  const int accumulators_;
  TileTimes times_;
};

}  // namespace

LayerCycles tile_cycles(const LayerFacts& layer, const LayerUnits& units,
                        const LanePipeline& pipeline) {
  TileSchedule schedule(layer, units, pipeline);
  schedule.run();
  const TileTimes& times = schedule.times();
  LayerCycles cycles;
  cycles.fill = pipeline.cycles_before_issue();
  cycles.issue = std::int64_t{pipeline.batch_size} * layer.positions * units.groups *
                 (std::int64_t{units.full_units} * units.full.chunks + units.last.chunks);
  cycles.stall = times.issued + 1 - cycles.fill - cycles.issue;
  cycles.drain = times.taken + units.last.writes - times.issued;
  return cycles;
}

}  // namespace minerva
