#include "minerva/training/training_cache.hpp"

#include <algorithm>

#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/data/samples_key.hpp"
#include "minerva/training/hardware_training.hpp"
#include "training_checks.hpp"

namespace minerva::training {
namespace {

/// Raise it with every change after which the same options train to other bits.
constexpr int kArithmeticVersion = 1;

}  // namespace

std::string record_name(const std::string& key) { return key + ".txt"; }
std::string checkpoint_name(const std::string& key) { return key + ".checkpoint"; }
std::string network_name(const std::string& key) { return key + ".network"; }

TrainingCache::TrainingCache(const Dataset& data, TrainingStore& store, CheckpointRule rule)
    : data_(data), store_(store), rule_(rule) {
  const std::string text = data.name + "\n" + data.checksum + "\n" + std::to_string(data.classes) +
                           " classes\n" + samples_key(data.train) + samples_key(data.validation) +
                           samples_key(data.test);
  data_key_ = sha256(text.data(), text.size());
  if (data.whole_train != nullptr) whole_key_ = samples_key(*data.whole_train);
}

std::string TrainingCache::key_of(const TrainingOptions& options) const {
  std::string text = "arithmetic " + std::to_string(kArithmeticVersion) + "\ndata " + data_key_ +
                     "\n" + option_text(options);
  if (data_.whole_train != nullptr && (options.augmentation.any() || options.hardware != nullptr)) {
    text += "whole samples " + whole_key_;  // which distortions and teachers read
  }
  return sha256(text.data(), text.size());
}

void TrainingCache::warn_of(const DamagedTraining& damage) {
  const std::string what = damage.what();
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!warned_.insert(what).second) return;
  }
  store_.warn(what + "; it counts as absent, and what it held is computed again");
}

TrainingRecord TrainingCache::load_record(const std::string& key, const TrainingOptions& options) {
  if (const auto text = store_.load(record_name(key))) {
    const std::string place = store_.place_of(record_name(key));
    try {
      TrainingRecord record = record_from_text(*text, key, place);
      check_record(record, options, data_, place);
      return record;
    } catch (const DamagedTraining& damage) {
      warn_of(damage);
    }
  }
  TrainingRecord record;
  record.key = key;
  return record;
}

std::optional<TrainingState> TrainingCache::load_state(const std::string& name,
                                                       const std::string& key,
                                                       const TrainingOptions& options,
                                                       const StateCheck& check_contents) {
  const auto bytes = store_.load(name);
  if (!bytes) return std::nullopt;
  const std::string place = store_.place_of(name);
  try {
    TrainingState state = state_from_checkpoint(*bytes, key, place);
    check_contents(state, options, data_, place);
    return state;
  } catch (const DamagedTraining& damage) {
    warn_of(damage);
    return std::nullopt;
  }
}

TrainingRecord TrainingCache::known(const TrainingOptions& options) {
  return load_record(key_of(options), options);
}

void TrainingCache::hold(const TrainingOptions& options) { store_.hold(key_of(options)); }

void TrainingCache::save_record(const TrainingRecord& record) {
  store_.save(record_name(record.key), record_text(record));
}

void TrainingCache::refuse_diverged(const TrainingOptions& options, const TrainingRecord& record) {
  const std::string place = store_.place_of(checkpoint_name(record.key));
  const std::string kept = record.history.empty()
                               ? "; no epoch was finished, so no checkpoint is kept"
                               : "; the last good checkpoint, after epoch " +
                                     std::to_string(record.epochs_done()) + ", is " + place;
  throw TrainingDiverged(options, record.diverged_epoch, record.diverged_step, kept);
}

void TrainingCache::run(Trainer& trainer, const std::string& key, const TrainingOptions& options,
                        int epochs, const EpochProgress& progress) {
  TrainingState good = trainer.state();  // the last whole epoch
  double saved_at = store_.seconds();
  try {
    while (!trainer.finished() &&
           !(trainer.between_epochs() && trainer.state().epochs_done() >= epochs)) {
      trainer.step();
      const bool epoch_ended = trainer.between_epochs();
      if (epoch_ended) {
        good = trainer.state();
        if (progress) progress(good.history.back());
      }
      if (trainer.finished()) break;
      const bool stops = interruption_requested() != 0;  // nothing trained is lost
      const bool due =
          stops ||
          (epoch_ended && rule_.epochs > 0 && trainer.state().epochs_done() % rule_.epochs == 0) ||
          (rule_.seconds > 0 && store_.seconds() - saved_at >= rule_.seconds);
      if (!due) continue;
      store_.save(checkpoint_name(key), checkpoint_bytes(key, trainer.state()));
      saved_at = store_.seconds();
      if (stops) throw_if_interrupted();
    }
  } catch (const TrainingDiverged& diverged) {
    TrainingRecord record = load_record(key, options);
    record.recipe = trainer.network().trained_by;
    record.history = good.history;
    record.best_epoch = good.best_epoch;
    record.diverged_epoch = diverged.epoch;
    record.diverged_step = diverged.step;
    if (good.history.empty()) {
      store_.remove(checkpoint_name(key));
    } else {
      store_.save(checkpoint_name(key), checkpoint_bytes(key, good));
    }
    save_record(record);
    refuse_diverged(options, record);
  }
}

TrainingCache::Result TrainingCache::train(const TrainingOptions& options, int epochs,
                                           KeepNetwork keep, const EpochProgress& progress,
                                           int threads) {
  check(options);
  const int until = epochs > 0 ? std::min(epochs, options.epochs) : options.epochs;
  const std::string key = key_of(options);
  if (keep == KeepNetwork::yes) store_.hold(key);
  Result result;
  result.record = load_record(key, options);
  if (result.record.diverged() && result.record.epochs_done() < until) {
    refuse_diverged(options, result.record);
  }
  const bool needs_network =
      keep == KeepNetwork::yes &&
      !load_state(network_name(key), key, options, check_network_state).has_value();
  const bool enough =
      result.record.finished ? !needs_network : result.record.epochs_done() >= until;
  if (enough) {
    // Of a process that was killed between its last two steps.
    if (result.record.finished) store_.remove(checkpoint_name(key));
    return result;
  }
  Trainer trainer(data_, options, threads);
  if (auto state = load_state(checkpoint_name(key), key, options, check_state)) {
    trainer.restore(std::move(*state));
  }
  const int before = trainer.state().epochs_done();
  run(trainer, key, options, until, progress);
  const TrainingState& state = trainer.state();
  TrainingRecord& record = result.record;
  result.epochs_trained = std::max(0, state.epochs_done() - before);
  if (state.epochs_done() < record.epochs_done()) return result;  // a longer one was kept
  const GraphNetwork network = trainer.network();
  record.recipe = network.trained_by;
  record.history = state.history;
  record.best_epoch = state.best_epoch;
  record.finished = trainer.finished();
  if (!record.finished) {
    store_.save(checkpoint_name(key), checkpoint_bytes(key, state));
    save_record(record);
    return result;
  }
  try {
    record.validation_wrong = wrong_samples(network, options, data_.validation);
  } catch (const Interrupted&) {  // nothing trained is lost
    store_.save(checkpoint_name(key), checkpoint_bytes(key, state));
    throw;
  }
  // Another program that shares the store may have come further in the meantime.
  if (!record.test_wrong) record.test_wrong = load_record(key, options).test_wrong;
  if (keep == KeepNetwork::yes) keep_network(key, trainer);
  save_record(record);
  store_.remove(checkpoint_name(key));
  return result;
}

void TrainingCache::keep_network(const std::string& key, const Trainer& trainer) {
  TrainingState kept;
  kept.parameters = trainer.parameters();
  store_.save(network_name(key), checkpoint_bytes(key, kept));
}

GraphNetwork TrainingCache::network(const TrainingOptions& options) {
  const std::string key = key_of(options);
  const auto kept = load_state(network_name(key), key, options, check_network_state);
  if (!kept) {
    throw UserError(store_.place_of(network_name(key)), "",
                    "was removed or damaged while this run needed it; the same command trains it "
                    "again");
  }
  return network_of_parameters(data_, options, kept->parameters);
}

std::int64_t TrainingCache::count_test_wrong(const TrainingOptions& options) {
  TrainingRecord record = load_record(key_of(options), options);
  if (!record.test_wrong) {
    record.test_wrong = wrong_samples(network(options), options, data_.test);
    save_record(record);
  }
  return *record.test_wrong;
}

void TrainingCache::drop_network(const TrainingOptions& options) {
  const std::string key = key_of(options);
  store_.release(key);
  store_.remove(network_name(key));
}

void TrainingCache::drop_checkpoint(const TrainingOptions& options) {
  store_.remove(checkpoint_name(key_of(options)));
}

}  // namespace minerva::training
