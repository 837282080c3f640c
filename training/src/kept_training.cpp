#include "minerva/training/kept_training.hpp"

#include <algorithm>

#include "minerva/base/errors.hpp"
#include "minerva/training/hardware_training.hpp"
#include "training_checks.hpp"

namespace minerva::training {
namespace {

const TrainingFile* file_named(const std::vector<TrainingFile>& files, const std::string& name) {
  const auto found = std::find_if(files.begin(), files.end(),
                                  [&](const TrainingFile& file) { return file.name == name; });
  return found == files.end() ? nullptr : &*found;
}

[[noreturn]] void refuse_contradiction(const std::string& place, const std::string& where) {
  throw UserError(place, "",
                  "is another result than that of " + where +
                      " for the same training; remove the one that is wrong");
}

bool same_epoch(const EpochRecord& a, const EpochRecord& b) {
  return a.epoch == b.epoch && a.loss == b.loss && a.validation_wrong == b.validation_wrong &&
         a.validation_loss == b.validation_loss;
}

/// Whether a training that has come as far as `shorter` may have gone on to `longer`.
bool goes_on(const TrainingRecord& shorter, const TrainingRecord& longer) {
  return shorter.history.size() <= longer.history.size() &&
         std::equal(shorter.history.begin(), shorter.history.end(), longer.history.begin(),
                    same_epoch);
}

/// The same end, but for a test error that one of them may not know.
bool same_end(TrainingRecord a, TrainingRecord b) {
  if (a.test_wrong && b.test_wrong && *a.test_wrong != *b.test_wrong) return false;
  a.test_wrong.reset();
  b.test_wrong.reset();
  return record_text(a) == record_text(b);
}

void warn_of(TrainingStore& store, const DamagedTraining& damage) {
  store.warn(std::string(damage.what()) + "; it counts as absent");
}

/// The record in a store; nothing where there is none, or a damaged one.
std::optional<TrainingRecord> stored_record(TrainingStore& store, const std::string& key) {
  const auto text = store.load(record_name(key));
  if (!text) return std::nullopt;
  try {
    return record_from_text(*text, key, store.place_of(record_name(key)));
  } catch (const DamagedTraining& damage) {
    warn_of(store, damage);
    return std::nullopt;
  }
}

/// A checkpoint or network in a store; nothing where there is none, or a damaged one.
std::optional<std::string> stored_state(TrainingStore& store, const std::string& name,
                                        const std::string& key) {
  auto bytes = store.load(name);
  if (!bytes) return std::nullopt;
  try {
    state_from_checkpoint(*bytes, key, store.place_of(name));
    return bytes;
  } catch (const DamagedTraining& damage) {
    warn_of(store, damage);
    return std::nullopt;
  }
}

/// Throws unless a network has as many wrong samples as its record says.
void check_counts(const TrainingRecord& record, const TrainingState& state,
                  const TrainingOptions& options, const Dataset& data, const std::string& where) {
  const GraphNetwork network = network_of_parameters(data, options, state.parameters);
  const auto check = [&](const std::optional<std::int64_t>& wrong, const Samples& samples,
                         const char* set) {
    if (!wrong) return;
    const std::int64_t found = wrong_samples(network, options, samples);
    if (*wrong == found) return;
    throw UserError(where, "",
                    "says that " + std::to_string(*wrong) + " " + set +
                        " samples are wrong, but its network has " + std::to_string(found));
  };
  check(record.validation_wrong, data.validation, "validation");
  check(record.test_wrong, data.test, "test");
}

}  // namespace

std::vector<TrainingFile> kept_files(TrainingStore& store, const std::string& key,
                                     const PlannedTraining& training) {
  const auto load = [&](const std::string& name) {
    std::optional<std::string> bytes = store.load(name);
    expects(bytes.has_value(), "a training that was not done has nothing to keep");
    return TrainingFile{name, std::move(*bytes)};
  };
  TrainingFile text = load(record_name(key));
  TrainingRecord record = record_from_text(text.bytes, key, store.place_of(text.name));
  expects(record.finished || record.diverged(), "a training under way is not handed on");
  if (!training.counts_test && record.test_wrong) {
    record.test_wrong.reset();
    text.bytes = record_text(record);
  }
  std::vector<TrainingFile> files = {std::move(text)};
  if (record.diverged() && !record.history.empty()) files.push_back(load(checkpoint_name(key)));
  if (record.finished && training.keeps_network) files.push_back(load(network_name(key)));
  return files;
}

void check_kept(const std::vector<TrainingFile>& files, const std::string& key,
                const PlannedTraining& training, const Dataset& data, const std::string& where) {
  const TrainingFile* text = file_named(files, record_name(key));
  if (text == nullptr) throw UserError(where, record_name(key), "is missing");
  const TrainingRecord record = record_from_text(text->bytes, key, where + ": " + text->name);
  check_record(record, training.options, data, where + ": " + text->name);
  if (!record.finished && !record.diverged()) {
    throw UserError(where + ": " + text->name, "", "is of a training that is not at its end");
  }
  if (record.finished && record.test_wrong.has_value() != training.counts_test) {
    throw UserError(where + ": " + text->name, "",
                    training.counts_test ? "has no test error" : "has a test error");
  }
  std::vector<std::string> names = {record_name(key)};
  if (record.diverged() && !record.history.empty()) names.push_back(checkpoint_name(key));
  if (record.finished && training.keeps_network) names.push_back(network_name(key));
  for (const std::string& name : names) {
    const TrainingFile* file = file_named(files, name);
    if (file == nullptr) throw UserError(where, name, "is missing");
    if (name == names.front()) continue;
    const std::string place = where + ": " + name;
    const TrainingState state = state_from_checkpoint(file->bytes, key, place);
    if (name == network_name(key)) {
      check_network_state(state, training.options, data, place);
      check_counts(record, state, training.options, data, where + ": " + text->name);
    } else {
      check_state(state, training.options, data, place);
      if (!std::equal(state.history.begin(), state.history.end(), record.history.begin(),
                      record.history.end(), same_epoch)) {
        throw UserError(place, "", "holds other epochs than the record of its training");
      }
    }
  }
  for (const TrainingFile& file : files) {
    if (std::find(names.begin(), names.end(), file.name) == names.end()) {
      throw UserError(where, file.name, "is not asked for");
    }
  }
}

Adoption plan_adoption(TrainingStore& store, const std::vector<TrainingFile>& files,
                       const std::string& key, const std::string& where, Contents contents) {
  const TrainingFile* text = file_named(files, record_name(key));
  if (text == nullptr) throw UserError(where, record_name(key), "is missing");
  if (contents == Contents::whole) {
    for (const TrainingFile& file : files) {
      if (&file != text) state_from_checkpoint(file.bytes, key, where + ": " + file.name);
    }
  }
  const TrainingRecord ours = record_from_text(text->bytes, key, where + ": " + text->name);
  const bool ends = ours.finished || ours.diverged();
  Adoption adoption;
  bool there_ends = false;
  bool record_kept = false;  // what is there says as much
  if (const auto there = stored_record(store, key)) {
    there_ends = there->finished || there->diverged();
    const bool there_is_longer =
        there_ends == ends ? there->history.size() >= ours.history.size() : there_ends;
    const bool fits = there_ends && ends ? same_end(*there, ours)
                      : there_is_longer  ? goes_on(ours, *there)
                                         : goes_on(*there, ours);
    if (!fits) refuse_contradiction(store.place_of(record_name(key)), where);
    record_kept = there_ends && ends ? !ours.test_wrong : there_is_longer;
  }
  if (there_ends && !ends) return adoption;
  for (const TrainingFile& file : files) {
    const bool is_record = file.name == record_name(key);
    if (is_record && record_kept) continue;
    const bool is_state = !is_record && contents == Contents::whole;
    const auto there = is_state ? stored_state(store, file.name, key) : store.load(file.name);
    if (there && *there == file.bytes) continue;
    // Records were compared above; a checkpoint of a training under way is an earlier one.
    const bool settled = file.name == network_name(key) || (!is_record && there_ends);
    if (there && settled) refuse_contradiction(store.place_of(file.name), where);
    adoption.saved.push_back(file);
  }
  // The record last: it makes the others count.
  std::stable_partition(adoption.saved.begin(), adoption.saved.end(),
                        [&](const TrainingFile& file) { return file.name != record_name(key); });
  if (ours.finished) adoption.removed.push_back(checkpoint_name(key));
  return adoption;
}

void adopt(TrainingStore& store, const Adoption& adoption) {
  for (const TrainingFile& file : adoption.saved) store.save(file.name, file.bytes);
  for (const std::string& name : adoption.removed) store.remove(name);
}

void copy_training(TrainingStore& from, TrainingStore& to, const std::string& key) {
  for (const std::string& name : {checkpoint_name(key), network_name(key), record_name(key)}) {
    if (to.load(name)) continue;
    if (name != record_name(key)) {
      if (const auto bytes = stored_state(from, name, key)) to.save(name, *bytes);
      continue;
    }
    const auto record = stored_record(from, key);
    if (!record) continue;
    // One that diverged and was dropped by a search has no checkpoint left to hand on.
    if (record->diverged() && !record->history.empty() && !to.load(checkpoint_name(key))) continue;
    to.save(name, record_text(*record));
  }
}

}  // namespace minerva::training
