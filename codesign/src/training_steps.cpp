#include "training_steps.hpp"

#include "minerva/base/errors.hpp"
#include "minerva/base/parallel.hpp"
#include "minerva/codesign/calibrated_plan.hpp"
#include "minerva/codesign/fine_tuning.hpp"
#include "minerva/data/input_selection.hpp"
#include "minerva/training/checkpoint.hpp"
#include "minerva/training/trained_topology.hpp"

namespace minerva::codesign {

using training::KeepNetwork;
using training::TrainingCache;
using training::TrainingOptions;

namespace {
std::string start_name(const Candidate& candidate) {
  return candidate.inputs + " " + hidden_text(candidate.hidden);
}
}  // namespace

SearchTrainings::SearchTrainings(const SearchSetup& setup) : setup_(setup) {}

SearchTrainings::Selected& SearchTrainings::selected(const std::string& inputs) {
  const auto found = selected_.find(inputs);
  if (found != selected_.end()) return found->second;
  const InputSelection selection = parse_input_selection(inputs, "codesign.inputs");
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

std::shared_ptr<const GraphNetwork> SearchTrainings::trained(TrainingCache& cache,
                                                             const TrainingOptions& options,
                                                             int threads) {
  const TrainingCache::Result result = cache.train(options, 0, KeepNetwork::yes, {}, threads);
  const std::lock_guard<std::mutex> lock(mutex_);
  ++trainings_;
  epochs_trained_ += result.epochs_trained;
  return std::make_shared<const GraphNetwork>(cache.network(options));
}

void SearchTrainings::prepare(const std::vector<Candidate>& candidates) {
  const CodesignOptions& o = setup_.options;
  TrainingOptions base = setup_.training;
  base.network = {};
  base.hardware = nullptr;
  if (!o.teacher_hidden.empty() && setup_.fine_tuning.teacher_share > 0) {
    TrainingOptions teaching = base;
    teaching.hidden = parse_hidden(o.teacher_hidden, "codesign.teacher_hidden");
    teaching.epochs = o.teacher_epochs;
    say("training the teacher, " + o.teacher_hidden);
    teacher_ = trained(*selected("all").cache, teaching, setup_.threads);
  }
  std::vector<const Candidate*> starts;
  for (const Candidate& candidate : candidates) {
    selected(candidate.inputs);  // before threads ask for it
    if (starts_.emplace(start_name(candidate), nullptr).second) starts.push_back(&candidate);
  }
  say("training " + std::to_string(starts.size()) + " float networks to begin from");
  std::vector<std::shared_ptr<const GraphNetwork>> networks(starts.size());
  for_each_index(static_cast<std::int64_t>(starts.size()), setup_.threads, 1, [&](std::int64_t i) {
    const Candidate& candidate = *starts[static_cast<std::size_t>(i)];
    TrainingOptions starting = base;
    starting.hidden = candidate.hidden;
    starting.epochs = o.start_epochs;
    networks[static_cast<std::size_t>(i)] = trained(*selected(candidate.inputs).cache, starting, 1);
  });
  for (std::size_t i = 0; i < starts.size(); ++i) starts_[start_name(*starts[i])] = networks[i];
}

TrainingOptions SearchTrainings::options_of(const Candidate& candidate) {
  FineTuningTask task;
  task.start = starts_.at(start_name(candidate));
  task.teacher = teacher_;
  task.plan = calibrated_plan(*task.start, selected(candidate.inputs).data.train, candidate.widths);
  task.thresholds = thresholds_of_codes(
      task.plan, std::vector<int>(task.plan.layers.size(), setup_.fine_tuning.theta_code));
  return fine_tuning(setup_.training, setup_.fine_tuning, task);
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
