#include "stream_schedule.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <limits>
#include <utility>
#include <vector>

// F1 begins a unit when its weights are there, so that the pipeline carries gaps, and accumulators
// that A has not taken hold the whole pipeline while F1 may be units ahead. Both are told apart by
// counting slots: cycles in which the pipeline is not held. What F1 reads in one slot issues
// `lag` slots later, whatever happens in between, and gaps are slots without a chunk.
namespace minerva {
namespace {

/// The first or the last chunk of a position, or both, on its way from F1 to the accumulators.
struct Chunk {
  std::int64_t slot = 0;  ///< in which it issues
  int accumulator = 0;
  bool first = false;
  bool last = false;
  int writes = 0;  ///< of the last one: cycles in which WB writes its unit; 0: nothing is written
};

class StreamSchedule {
 public:
  StreamSchedule(const LayerFacts& layer, const LayerUnits& units, const LanePipeline& pipeline)
      : layer_(layer),
        units_(units),
        pipeline_(pipeline),
        lag_(pipeline.cycles_before_issue()),
        span_(span_positions(layer, pipeline)),
        loads_(weight_passes(layer, units, pipeline) * units.of_position()) {}

  void run() {
    const PositionRuns runs = position_runs(layer_, pipeline_);
    repeat(runs.runs, [&] {
      repeat(runs.positions / span_, [&] { span_of(span_); });
      if (runs.positions % span_ != 0) span_of(runs.positions % span_);
    });
    reach(std::numeric_limits<std::int64_t>::max());
  }

  LayerCycles cycles() const {
    LayerCycles cycles;
    cycles.fill = lag_;
    cycles.issue = issues_;
    cycles.weight_stall = gaps_;
    cycles.stall = cycle_ + 1 - cycles.fill - cycles.issue - cycles.weight_stall;
    cycles.drain = taken_ + units_.last.writes - cycle_;
    return cycles;
  }

 private:
  /// Does something so many times; once it leaves the machine as it found it, the other times are
  /// only later.
  template <typename Body>
  void repeat(std::int64_t count, Body body) {
    std::vector<std::int64_t> before;
    for (std::int64_t i = 0; i < count; ++i) {
      const std::int64_t slot = next_slot_, cycle = cycle_of(slot), gaps = gaps_, issues = issues_,
                         units = begun_;
      body();
      std::vector<std::int64_t> after = relative();
      const std::int64_t left = count - 1 - i;
      if (left > 0 && after == before) {
        shift(left * (next_slot_ - slot), left * (cycle_of(next_slot_) - cycle));
        gaps_ += left * (gaps_ - gaps);
        issues_ += left * (issues_ - issues);
        const std::int64_t more = left * (begun_ - units);
        begun_ += more;
        if (more % 2 != 0) std::swap(half_free_[0], half_free_[1]);  // the halves take turns
        return;
      }
      before = std::move(after);
    }
  }

  /// All that decides what follows, as seen from F1's next slot. Times of A that have passed decide
  /// nothing more.
  std::vector<std::int64_t> relative() const {
    const std::int64_t now = cycle_of(next_slot_);
    std::vector<std::int64_t> state = {loaded_ - now, half_free_[begun_ & 1] - now,
                                       half_free_[(begun_ + 1) & 1] - now, begun_ < loads_ ? 1 : 0};
    const auto passed = [&](std::int64_t time) { return std::max<std::int64_t>(time - now, 0); };
    state.push_back(passed(taken_));
    state.push_back(passed(results_free_));
    for (int i = 0; i < pipeline_.accumulators; ++i) {
      state.push_back(passed(reusable_[static_cast<std::size_t>(i)]));
    }
    for (const Chunk& chunk : on_the_way_) {
      state.insert(state.end(), {chunk.slot - next_slot_, chunk.accumulator, chunk.first ? 1 : 0,
                                 chunk.last ? 1 : 0, chunk.writes});
    }
    return state;
  }

  void shift(std::int64_t slots, std::int64_t cycles) {
    next_slot_ += slots;
    reached_ += slots;
    cycle_ += cycles;
    loaded_ += cycles;
    for (std::int64_t& time : half_free_) time += cycles;
    taken_ += cycles;
    results_free_ += cycles;
    for (std::int64_t& time : reusable_) time += cycles;
    for (Chunk& chunk : on_the_way_) chunk.slot += slots;
  }

  void span_of(int positions) {
    repeat(units_.groups, [&] {
      repeat(units_.full_units, [&] { unit(positions, units_.full); });
      unit(positions, units_.last);
    });
  }

  void unit(int positions, const UnitShape& shape) {
    if (begun_ < loads_) wait_for_weights(shape);
    std::int64_t slot = next_slot_ + lag_;
    const int accumulators = pipeline_.accumulators;
    for (int first = 0; first < positions; first += accumulators) {
      const int tile = std::min(accumulators, positions - first);
      put_tile(first, tile, shape, slot);
      slot += std::int64_t{tile} * shape.chunks;
    }
    const std::int64_t chunks = std::int64_t{positions} * shape.chunks;
    issues_ += chunks;
    next_slot_ += chunks;
    // F2 reads a unit's last weights in the slot behind the one in which F1 read its last chunk.
    reach(next_slot_);
    half_free_[begun_ & 1] = cycle_of(next_slot_) + 1;
    ++begun_;
  }

  /// The weights of the unit come once those before it are there and their half of the buffers is
  /// free; F1 sees in the cycle after the last of them that they are there.
  void wait_for_weights(const UnitShape& shape) {
    const std::int64_t words = std::int64_t{shape.channels} * layer_.inputs;
    const int rate = pipeline_.loaded_words(shape.channels);
    loaded_ = std::max(loaded_, half_free_[begun_ & 1]) + (words + rate - 1) / rate;
    const std::int64_t first_slot = next_slot_;
    for (;;) {
      reach(next_slot_);
      const std::int64_t early = loaded_ - cycle_of(next_slot_);
      if (early <= 0) break;
      next_slot_ +=
          on_the_way_.empty() ? early : std::min(early, on_the_way_.front().slot - next_slot_);
    }
    gaps_ += next_slot_ - first_slot;
  }

  void put_tile(int first_position, int positions, const UnitShape& shape, std::int64_t slot) {
    const auto writes = [&](int i) {
      return (first_position + i + 1) % layer_.pooled == 0 ? shape.writes : 0;
    };
    if (shape.chunks == 1) {
      for (int i = 0; i < positions; ++i) {
        on_the_way_.push_back({slot + i, i, true, true, writes(i)});
      }
      return;
    }
    for (int i = 0; i < positions; ++i) on_the_way_.push_back({slot + i, i, true, false, 0});
    slot += std::int64_t{shape.chunks - 1} * positions;
    for (int i = 0; i < positions; ++i) {
      on_the_way_.push_back({slot + i, i, false, true, writes(i)});
    }
  }

  /// Lets everything issue that does so up to a slot.
  void reach(std::int64_t slot) {
    while (!on_the_way_.empty() && on_the_way_.front().slot <= slot) {
      issue(on_the_way_.front());
      on_the_way_.pop_front();
    }
  }

  void issue(const Chunk& chunk) {
    const auto at = static_cast<std::size_t>(chunk.accumulator);
    std::int64_t cycle = cycle_of(chunk.slot);
    if (chunk.first) cycle = std::max(cycle, reusable_[at]);
    reached_ = chunk.slot;
    cycle_ = cycle;
    if (!chunk.last) return;
    taken_ = std::max(cycle, taken_) + 1;
    if (chunk.writes > 0) {
      taken_ = std::max(taken_, results_free_);
      results_free_ = taken_ + chunk.writes;
    }
    reusable_[at] = taken_;
  }

  /// The cycle of a slot up to which everything has issued.
  std::int64_t cycle_of(std::int64_t slot) const { return cycle_ + slot - reached_; }

  const LayerFacts& layer_;
  const LayerUnits& units_;
  const LanePipeline& pipeline_;
  const int lag_;
  const int span_;
  const std::int64_t loads_;  ///< of units; those that begin after them find their weights

  std::deque<Chunk> on_the_way_;
  std::int64_t next_slot_ = 0;  ///< of F1
  std::int64_t reached_ = 0;    ///< the last slot whose cycle is known,
  std::int64_t cycle_ = 0;      ///< and that cycle
  std::int64_t begun_ = 0;      ///< units
  std::int64_t gaps_ = 0;       ///< slots in which F1 waited for weights
  std::int64_t issues_ = 0;
  std::int64_t loaded_ = 1;  ///< when the last load was seen; the first begins in cycle 1
  std::array<std::int64_t, 2> half_free_{};  ///< when each half of the buffers may be filled
  std::int64_t taken_ = -1;                  ///< A's last accumulator
  std::int64_t results_free_ = 0;            ///< from when on A may take one that is written
  std::array<std::int64_t, kMaxPositionsPerWeight> reusable_{};
};

}  // namespace

LayerCycles stream_cycles(const LayerFacts& layer, const LayerUnits& units,
                          const LanePipeline& pipeline) {
  StreamSchedule schedule(layer, units, pipeline);
  schedule.run();
  return schedule.cycles();
}

}  // namespace minerva
