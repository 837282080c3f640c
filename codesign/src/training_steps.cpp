#include "training_steps.hpp"

#include <algorithm>
#include <set>

#include "informative_inputs.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/parallel.hpp"
#include "minerva/codesign/calibrated_plan.hpp"
#include "minerva/codesign/fine_tuning.hpp"
#include "minerva/data/input_selection.hpp"
#include "minerva/training/checkpoint.hpp"
#include "minerva/training/hardware_training.hpp"
#include "minerva/training/trained_topology.hpp"

namespace minerva::codesign {

using training::KeepNetwork;
using training::TrainingCache;
using training::TrainingOptions;

namespace {
constexpr double kGiga = 1e9;

std::string start_name(const Candidate& candidate) {
  return candidate.inputs + " " + hidden_text(candidate.hidden);
}

/// MACs of one forward pass.
double macs(int inputs, const std::vector<int>& hidden, int classes) {
  double sum = 0;
  double below = inputs;
  for (const int neurons : hidden) {
    sum += below * neurons;
    below = neurons;
  }
  return sum + below * classes;
}
}  // namespace

SearchTrainings::SearchTrainings(const SearchSetup& setup) : setup_(setup) {}

SearchTrainings::Selected& SearchTrainings::selected(const std::string& inputs) {
  const auto found = selected_.find(inputs);
  if (found != selected_.end()) return found->second;
  InputSelection selection = parse_input_selection(inputs, "codesign.inputs");
  if (selection.rule == InputSelection::Rule::learned) {
    selection.rule = InputSelection::Rule::listed;
    selection.listed = learned_.at(inputs);
  }
  Selected& made = selected_[inputs];
  if (selection.rule == InputSelection::Rule::all) {
    made.data = setup_.data;
  } else {
    if (whole_ == nullptr) whole_ = std::make_shared<const Samples>(setup_.data.train);
    made.data = with_selected_inputs(setup_.data, selection, "codesign.inputs", whole_);
  }
  made.cache = std::make_unique<TrainingCache>(made.data, setup_.store, setup_.checkpoints);
  return made;
}

void SearchTrainings::select_inputs(const std::vector<Candidate>& candidates) {
  for (const Candidate& candidate : candidates) {
    const InputSelection selection = parse_input_selection(candidate.inputs, "codesign.inputs");
    if (selection.rule != InputSelection::Rule::learned) continue;
    if (learned_.count(candidate.inputs) > 0) continue;
    if (!has_teacher()) {
      throw UserError("codesign.inputs", candidate.inputs,
                      "needs codesign.teacher_hidden: the inputs that are kept are those by which "
                      "the teacher's first layer is known best");
    }
    train_teacher();
    say("choosing inputs: " + candidate.inputs);
    learned_[candidate.inputs] = informative_inputs(
        setup_.data.train, teacher_->layers.front().weights, selection.count, "codesign.inputs");
  }
}

std::shared_ptr<const GraphNetwork> SearchTrainings::trained(TrainingCache& cache,
                                                             const TrainingOptions& options,
                                                             int threads) {
  const TrainingCache::Result result = cache.train(options, 0, KeepNetwork::yes, {}, threads);
  const std::lock_guard<std::mutex> lock(mutex_);
  ++trainings_;
  epochs_trained_ += result.epochs_trained;
  return std::make_shared<const GraphNetwork>(cache.network(options));
}

void SearchTrainings::train_teacher() {
  if (teacher_ != nullptr) return;
  TrainingOptions teaching = setup_.training;
  teaching.network = {};
  teaching.hardware = nullptr;
  teaching.hidden = parse_hidden(setup_.options.teacher_hidden, "codesign.teacher_hidden");
  teaching.epochs = setup_.options.teacher_epochs;
  say("training the teacher, " + setup_.options.teacher_hidden);
  teacher_ = trained(*selected("all").cache, teaching, setup_.threads);
}

TrainingOptions SearchTrainings::float_training(const Candidate& candidate) const {
  TrainingOptions starting = setup_.training;
  starting.network = {};
  starting.hardware = nullptr;
  starting.hidden = candidate.hidden;
  starting.epochs = setup_.options.start_epochs;
  return starting;
}

void SearchTrainings::prepare(const std::vector<Candidate>& candidates) {
  if (distils()) train_teacher();
  std::vector<const Candidate*> starts;
  for (const Candidate& candidate : candidates) {
    selected(candidate.inputs);  // before threads ask for it
    if (starts_.emplace(start_name(candidate), nullptr).second) starts.push_back(&candidate);
  }
  say("training " + std::to_string(starts.size()) + " float networks to begin from");
  std::vector<std::shared_ptr<const GraphNetwork>> networks(starts.size());
  for_each_index(static_cast<std::int64_t>(starts.size()), setup_.threads, 1, [&](std::int64_t i) {
    const Candidate& candidate = *starts[static_cast<std::size_t>(i)];
    networks[static_cast<std::size_t>(i)] =
        trained(*selected_.at(candidate.inputs).cache, float_training(candidate), 1);
  });
  for (std::size_t i = 0; i < starts.size(); ++i) starts_[start_name(*starts[i])] = networks[i];
}

TrainingOptions SearchTrainings::tuning(const Candidate& candidate,
                                        std::shared_ptr<const GraphNetwork> start) {
  FineTuningTask task;
  task.start = std::move(start);
  if (distils()) task.teacher = teacher_;
  task.plan =
      calibrated_plan(*task.start, selected_.at(candidate.inputs).data.train, candidate.widths);
  task.thresholds = thresholds_of_codes(
      task.plan, std::vector<int>(task.plan.layers.size(), setup_.fine_tuning.theta_code));
  return fine_tuning(setup_.training, setup_.fine_tuning, task);
}

TrainingOptions SearchTrainings::options_of(const Candidate& candidate) {
  return tuning(candidate, starts_.at(start_name(candidate)));
}

std::vector<SearchTrainings::Tuned> SearchTrainings::of_further_seeds(const Candidate& candidate,
                                                                      int seeds) {
  std::vector<Tuned> tuned(static_cast<std::size_t>(seeds));
  TrainingCache& cache = *selected_.at(candidate.inputs).cache;
  for_each_index(seeds, setup_.threads, 1, [&](std::int64_t i) {
    const std::uint64_t seed = setup_.training.seed + 1 + static_cast<std::uint64_t>(i);
    TrainingOptions starting = float_training(candidate);
    starting.seed = seed;
    TrainingOptions options = tuning(candidate, trained(cache, starting, 1));
    options.seed = seed;
    tuned[static_cast<std::size_t>(i)] = {trained(cache, options, 1), options.hardware->plan};
  });
  return tuned;
}

double SearchTrainings::teacher_macs() const {
  return macs(setup_.data.inputs(),
              parse_hidden(setup_.options.teacher_hidden, "codesign.teacher_hidden"),
              setup_.data.classes);
}

double SearchTrainings::preparation_gmacs(const std::vector<Candidate>& candidates) {
  const double samples_g = static_cast<double>(setup_.data.train.size()) / kGiga;
  double gmacs = 0;
  const bool taught =
      distils() || std::any_of(candidates.begin(), candidates.end(),
                               [&](const Candidate& c) { return learned_.count(c.inputs) > 0; });
  if (taught) gmacs += teacher_macs() * setup_.options.teacher_epochs * samples_g;
  std::set<std::string> starts;
  for (const Candidate& c : candidates) {
    if (!starts.insert(start_name(c)).second) continue;
    gmacs += macs(selected(c.inputs).data.inputs(), c.hidden, setup_.data.classes) *
             setup_.options.start_epochs * samples_g;
  }
  return gmacs;
}

double SearchTrainings::tuning_gmacs(const Candidate& candidate, int epochs) {
  const double of_sample =
      macs(selected(candidate.inputs).data.inputs(), candidate.hidden, setup_.data.classes) +
      (distils() ? teacher_macs() : 0);
  return of_sample * epochs * static_cast<double>(setup_.data.train.size()) / kGiga;
}

std::shared_ptr<const GraphNetwork> SearchTrainings::network_after(const Candidate& candidate,
                                                                   const TrainingOptions& options,
                                                                   int epochs) {
  Selected& own = selected_.at(candidate.inputs);
  const auto network_of = [&](const std::vector<float>& parameters) {
    return std::make_shared<const GraphNetwork>(
        training::network_of_parameters(own.data, options, parameters));
  };
  if (epochs >= options.epochs) return trained(*own.cache, options, 1);
  const std::string key = own.cache->key_of(options);
  const std::string name = key + ".epochs-" + std::to_string(epochs);
  if (const auto bytes = setup_.store.load(name)) {
    const std::string place = setup_.store.place_of(name);
    try {
      const training::TrainingState state = training::state_from_checkpoint(*bytes, key, place);
      if (state.parameters.size() == training::parameter_count(options, own.data)) {
        return network_of(state.parameters);
      }
    } catch (const training::DamagedTraining& damage) {
      setup_.store.warn(std::string(damage.what()) + "; it counts as absent");
    }
  }
  const auto train_in = [&](TrainingCache& cache, training::TrainingStore& store) {
    const TrainingCache::Result result = cache.train(options, epochs, KeepNetwork::no);
    const std::lock_guard<std::mutex> lock(mutex_);
    epochs_trained_ += result.epochs_trained;
    const std::string checkpoint = training::checkpoint_name(key);
    const auto bytes = store.load(checkpoint);
    expects(bytes.has_value(), "a training under way has a checkpoint");
    return training::state_from_checkpoint(*bytes, key, store.place_of(checkpoint)).parameters;
  };
  training::TrainingState seen;
  if (own.cache->known(options).epochs_done() > epochs) {
    // The training went on, but what the round saw of it is gone: it is computed again.
    training::MemoryStore store;
    TrainingCache cache(own.data, store, {});
    seen.parameters = train_in(cache, store);
  } else {
    seen.parameters = train_in(*own.cache, setup_.store);
  }
  setup_.store.save(name, training::checkpoint_bytes(key, seen));
  return network_of(seen.parameters);
}

}  // namespace minerva::codesign
