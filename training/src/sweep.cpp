#include "minerva/training/sweep.hpp"

#include <algorithm>
#include <mutex>
#include <numeric>
#include <optional>

#include "minerva/base/errors.hpp"
#include "minerva/base/parallel.hpp"
#include "minerva/statistics/pareto.hpp"
#include "minerva/statistics/statistics.hpp"
#include "minerva/training/planned_trainings.hpp"

namespace minerva::training {
namespace {

/// What a training had reached after at most `epochs` epochs.
EpochRecord reached(const TrainingOptions& options, const TrainingRecord& record, int epochs) {
  const auto last = static_cast<std::size_t>(std::min(epochs, record.epochs_done()));
  expects(last >= 1, "a training without an epoch has reached nothing");
  EpochRecord result = record.history[last - 1];
  if (options.patience_epochs == 0) return result;
  for (std::size_t i = 0; i < last; ++i) {
    if (is_better(record.history[i], result)) result = record.history[i];
  }
  return result;
}

/// Epochs of each round of halving; the last one is the whole training. A grid has one round.
std::vector<int> rounds_of(const SweepOptions& space, const TrainingOptions& base) {
  std::vector<int> rounds;
  if (space.search == SweepSearch::halving) {
    for (std::int64_t epochs = space.halving_epochs; epochs < base.epochs;
         epochs *= space.halving_factor) {
      rounds.push_back(static_cast<int>(epochs));
    }
  }
  rounds.push_back(base.epochs);
  return rounds;
}

std::size_t survivors_of(std::size_t points, int factor) {
  const auto f = static_cast<std::size_t>(factor);
  return (points + f - 1) / f;
}

/// One sweep under way: the trainings of every point, point by point and seed by seed.
class Search {
 public:
  Search(TrainingCache& cache, const TrainingOptions& base, const SweepOptions& space, int threads,
         const EpochsProgress& progress)
      : cache_(cache),
        base_(base),
        space_(space),
        threads_(threads),
        count_(sweep_epochs(space, base), progress) {
    for (const TrainingOptions& options : sweep_points(space, base)) {
      check_fits(options, cache.data());  // before the first training, not after hours
      SweepPoint point;
      point.options = options;
      point.weights = weights_of(options, cache.data());
      point.seeds = space.seeds;
      result_.points.push_back(point);
    }
    jobs_.resize(result_.points.size() * seeds());
  }

  SweepResult run() {
    std::vector<std::size_t> alive(result_.points.size());
    std::iota(alive.begin(), alive.end(), std::size_t{0});
    const std::vector<int> rounds = rounds_of(space_, base_);
    for (std::size_t round = 0; round < rounds.size(); ++round) {
      train_round(alive, round == 0 ? 0 : rounds[round - 1], rounds[round]);
      const bool last = round + 1 == rounds.size();
      for (const std::size_t i : alive) judge(result_.points[i], i, rounds[round], last);
      if (!last) drop_worst(alive);
    }
    conclude();
    return std::move(result_);
  }

 private:
  struct Job {
    TrainingRecord record;
    int epochs = 0;  ///< that the rounds so far asked for
    bool trained = false;
    bool diverged = false;
  };

  std::size_t seeds() const { return static_cast<std::size_t>(space_.seeds); }

  TrainingOptions options_of(std::size_t job) const {
    TrainingOptions options = result_.points[job / seeds()].options;
    options.seed = base_.seed + job % seeds();
    return options;
  }

  /// Trains on from the end of epoch `begin` to that of epoch `epochs`.
  void train_round(const std::vector<std::size_t>& alive, int begin, int epochs) {
    std::vector<std::size_t> order;
    for (const std::size_t i : alive) {
      for (std::size_t s = 0; s < seeds(); ++s) order.push_back(i * seeds() + s);
    }
    // The largest first, so that no thread is left alone with a long training at the end.
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return result_.points[a / seeds()].weights > result_.points[b / seeds()].weights;
    });
    std::mutex reporting;
    for_each_index(static_cast<std::int64_t>(order.size()), threads_, 1, [&](std::int64_t at) {
      const std::size_t index = order[static_cast<std::size_t>(at)];
      Job& job = jobs_[index];
      std::optional<TrainingDiverged> diverged;
      int epochs_trained = 0;
      EpochCount::Training counted(count_, begin, epochs);
      if (!job.diverged) {
        try {
          TrainingCache::Result result =
              cache_.train(options_of(index), epochs, KeepNetwork::no,
                           [&](const EpochRecord& epoch) { counted.trained(epoch.epoch); });
          job.record = std::move(result.record);
          job.epochs = std::min(epochs, job.record.epochs_done());
          epochs_trained = result.epochs_trained;
        } catch (const TrainingDiverged& failure) {
          diverged = failure;
          job.diverged = true;
          job.epochs = failure.epoch;
        }
      }
      counted.over(epochs_trained == 0);
      const std::lock_guard<std::mutex> lock(reporting);
      job.trained |= epochs_trained > 0;
      if (diverged) last_failure_ = diverged;
    });
  }

  /// Fills a point from its trainings; the whole ones count by the float engine.
  void judge(SweepPoint& point, std::size_t index, int epochs, bool last) {
    const auto samples = static_cast<double>(cache_.data().validation.size());
    std::vector<double> wrong;
    point.epochs = 0;
    loss_.resize(result_.points.size());
    loss_[index] = 0;
    for (std::size_t s = 0; s < seeds(); ++s) {
      const Job& job = jobs_[index * seeds() + s];
      point.diverged |= job.diverged;
      if (job.diverged) continue;
      const EpochRecord at = reached(point.options, job.record, epochs);
      wrong.push_back(
          static_cast<double>(last ? *job.record.validation_wrong : at.validation_wrong));
      loss_[index] += at.validation_loss;
      point.epochs = std::max(point.epochs, job.epochs);
    }
    point.finished = last && !point.diverged;
    point.validation_wrong = point.diverged ? samples : mean(wrong);
    point.validation_error_percent = 100 * point.validation_wrong / samples;
    point.validation_sigma_percent = point.diverged ? 0 : 100 * sample_deviation(wrong) / samples;
  }

  /// Keeps the best part; the others need their checkpoints no more.
  void drop_worst(std::vector<std::size_t>& alive) {
    std::stable_sort(alive.begin(), alive.end(), [&](std::size_t a, std::size_t b) {
      const SweepPoint& p = result_.points[a];
      const SweepPoint& q = result_.points[b];
      if (p.diverged != q.diverged) return q.diverged;
      if (p.validation_wrong != q.validation_wrong) return p.validation_wrong < q.validation_wrong;
      if (loss_[a] != loss_[b]) return loss_[a] < loss_[b];
      return p.weights < q.weights;
    });
    const std::size_t kept = survivors_of(alive.size(), space_.halving_factor);
    for (std::size_t i = kept; i < alive.size(); ++i) {
      for (std::size_t s = 0; s < seeds(); ++s) {
        cache_.drop_checkpoint(options_of(alive[i] * seeds() + s));
      }
    }
    alive.resize(kept);
    std::sort(alive.begin(), alive.end());
  }

  void conclude() {
    std::vector<Objectives> objectives;
    std::vector<std::size_t> finished;
    for (std::size_t i = 0; i < result_.points.size(); ++i) {
      const SweepPoint& point = result_.points[i];
      result_.epochs_of_all += std::int64_t{base_.epochs} * space_.seeds;
      for (std::size_t s = 0; s < seeds(); ++s) {
        const Job& job = jobs_[i * seeds() + s];
        result_.epochs += job.epochs;
        result_.trainings += 1;
        result_.trainings_reused += job.trained ? 0 : 1;
      }
      if (!point.finished) continue;
      finished.push_back(i);
      objectives.push_back({static_cast<double>(point.weights), point.validation_error_percent});
    }
    if (finished.empty()) throw TrainingDiverged(*last_failure_);
    for (const std::size_t i : pareto_frontier(objectives)) {
      result_.points[finished[i]].on_frontier = true;
    }
    result_.chosen = choose(finished);
  }

  /// Fewest weights, then lowest error, then lowest index, among those close to the lowest error.
  std::size_t choose(const std::vector<std::size_t>& finished) const {
    const std::vector<SweepPoint>& points = result_.points;
    double lowest = points[finished.front()].validation_error_percent;
    for (const std::size_t i : finished) {
      lowest = std::min(lowest, points[i].validation_error_percent);
    }
    std::optional<std::size_t> chosen;
    for (const std::size_t i : finished) {
      // The small addend keeps 1.55 % within 0.05 points of 1.5 %, whatever the binary rounding.
      if (points[i].validation_error_percent > lowest + space_.tolerance_percent + 1e-9) continue;
      const bool better = !chosen || points[i].weights < points[*chosen].weights ||
                          (points[i].weights == points[*chosen].weights &&
                           points[i].validation_wrong < points[*chosen].validation_wrong);
      if (better) chosen = i;
    }
    return *chosen;
  }

  TrainingCache& cache_;
  const TrainingOptions& base_;
  const SweepOptions& space_;
  int threads_;
  EpochCount count_;
  SweepResult result_;
  std::vector<Job> jobs_;
  std::vector<double> loss_;  ///< of each point, summed over its seeds; breaks ties
  std::optional<TrainingDiverged> last_failure_;
};

}  // namespace

std::int64_t sweep_epochs(const SweepOptions& sweep, const TrainingOptions& base) {
  std::size_t alive = sweep_points(sweep, base).size();
  std::int64_t epochs = 0;
  int before = 0;
  for (const int end : rounds_of(sweep, base)) {
    epochs += static_cast<std::int64_t>(alive) * sweep.seeds * (end - before);
    before = end;
    alive = survivors_of(alive, sweep.halving_factor);
  }
  return epochs;
}

SweepResult sweep(TrainingCache& cache, const TrainingOptions& base, const SweepOptions& space,
                  int threads, const EpochsProgress& progress) {
  expects(threads >= 1, "a sweep needs threads");
  check(space, base);
  return Search(cache, base, space, threads, progress).run();
}

SweepResult sweep(const Dataset& data, const TrainingOptions& base, const SweepOptions& space,
                  int threads, const EpochsProgress& progress) {
  MemoryStore store;
  TrainingCache cache(data, store, {});
  return sweep(cache, base, space, threads, progress);
}

}  // namespace minerva::training
