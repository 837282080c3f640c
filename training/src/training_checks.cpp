#include "training_checks.hpp"

#include <algorithm>
#include <cmath>

#include "minerva/training/optimizer.hpp"
#include "minerva/training/trained_topology.hpp"

namespace minerva::training {
namespace {

std::int64_t steps_per_epoch(const TrainingOptions& options, const Dataset& data) {
  const std::int64_t batch = std::max(options.batch_size, 1);
  return (data.train.size() + batch - 1) / batch;
}

/// Throws with a sentence about what is wrong.
class Judge {
 public:
  explicit Judge(const std::string& where) : where_(where) {}
  void needs(bool holds, const std::string& what) const {
    if (!holds) throw DamagedTraining(where_, what);
  }

 private:
  const std::string& where_;
};

void check_history(const std::vector<EpochRecord>& history, int best_epoch,
                   const TrainingOptions& options, const Dataset& data, const Judge& judge) {
  judge.needs(history.size() <= static_cast<std::size_t>(options.epochs),
              "holds more epochs than the training has");
  int best = 0;
  for (std::size_t i = 0; i < history.size(); ++i) {
    const EpochRecord& epoch = history[i];
    const std::string which = "epoch " + std::to_string(i + 1);
    judge.needs(epoch.epoch == static_cast<int>(i) + 1, "does not hold " + which + " in its place");
    judge.needs(std::isfinite(epoch.loss) && std::isfinite(epoch.validation_loss),
                "holds a loss that is not finite, of " + which);
    judge.needs(epoch.validation_wrong >= 0 && epoch.validation_wrong <= data.validation.size(),
                "counts other than 0 to " + std::to_string(data.validation.size()) +
                    " wrong samples, of " + which);
    if (best == 0 || is_better(epoch, history[static_cast<std::size_t>(best - 1)])) {
      best = static_cast<int>(i) + 1;
    }
  }
  judge.needs(best_epoch == best, "names another best epoch than its epochs have");
}

bool is_at_its_end(std::size_t epochs_done, int best_epoch, const TrainingOptions& options) {
  const int epochs = static_cast<int>(epochs_done);
  return epochs == options.epochs ||
         (options.patience_epochs > 0 && epochs - best_epoch >= options.patience_epochs);
}

void check_numbers(const std::vector<float>& numbers, std::size_t size, const std::string& what,
                   const Judge& judge) {
  judge.needs(numbers.size() == size, "holds " + std::to_string(numbers.size()) + " " + what +
                                          " where the training has " + std::to_string(size));
  judge.needs(std::all_of(numbers.begin(), numbers.end(), [](float v) { return std::isfinite(v); }),
              "holds " + what + " that are not finite");
}

}  // namespace

void check_record(const TrainingRecord& record, const TrainingOptions& options, const Dataset& data,
                  const std::string& where) {
  const Judge judge(where);
  judge.needs(record.recipe == recipe_of(options, data), "is of another recipe: " + record.recipe);
  check_history(record.history, record.best_epoch, options, data, judge);
  const auto counts = [&](const std::optional<std::int64_t>& wrong, const Samples& samples) {
    judge.needs(!wrong || (*wrong >= 0 && *wrong <= samples.size()),
                "counts other than 0 to " + std::to_string(samples.size()) + " wrong samples");
  };
  counts(record.validation_wrong, data.validation);
  counts(record.test_wrong, data.test);
  judge.needs(record.finished || !record.test_wrong, "counts the test set before the end");
  judge.needs(!record.finished || is_at_its_end(record.history.size(), record.best_epoch, options),
              "ends before its last epoch");
  if (!record.diverged()) {
    judge.needs(record.diverged_epoch == 0 && record.diverged_step == 0,
                "diverges in a step of no epoch");
    return;
  }
  judge.needs(!record.finished, "is finished and has diverged");
  judge.needs(record.diverged_epoch == record.epochs_done() + 1 && record.diverged_step >= 1 &&
                  record.diverged_step <= steps_per_epoch(options, data),
              "diverges elsewhere than after its last epoch");
}

void check_state(const TrainingState& state, const TrainingOptions& options, const Dataset& data,
                 const std::string& where) {
  const Judge judge(where);
  const std::size_t size = parameter_count(options, data);
  check_history(state.history, state.best_epoch, options, data, judge);
  check_numbers(state.parameters, size, "parameters", judge);
  judge.needs(state.first.size() == (keeps_first(options.optimizer) ? size : 0) &&
                  state.second.size() == (keeps_second(options.optimizer) ? size : 0),
              "holds the numbers of another optimizer");
  const bool keeps_best = options.patience_epochs > 0 && state.best_epoch > 0;
  check_numbers(state.best, keeps_best ? size : 0, "parameters of the best epoch", judge);
  const std::int64_t batch = std::max(options.batch_size, 1);
  judge.needs(state.next_sample >= 0 && state.next_sample < data.train.size() &&
                  state.next_sample % batch == 0 && std::isfinite(state.epoch_loss),
              "stands between no two steps of an epoch");
  judge.needs(
      state.step == static_cast<std::uint64_t>(static_cast<std::int64_t>(state.history.size()) *
                                                   steps_per_epoch(options, data) +
                                               state.next_sample / batch),
      "counts other steps than its epochs have");
}

void check_network_state(const TrainingState& state, const TrainingOptions& options,
                         const Dataset& data, const std::string& where) {
  const Judge judge(where);
  check_numbers(state.parameters, parameter_count(options, data), "parameters", judge);
  judge.needs(state.history.empty() && state.step == 0 && state.next_sample == 0 &&
                  state.best_epoch == 0 && state.first.empty() && state.second.empty() &&
                  state.best.empty(),
              "holds more than a network");
}

}  // namespace minerva::training
