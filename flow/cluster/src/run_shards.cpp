#include "run_shards.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>

#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/training/kept_training.hpp"
#include "run_shard_checks.hpp"

namespace minerva::flow {
namespace {

namespace fs = std::filesystem;

const std::string kOutcomes = "outcomes/";
const std::string kTrainings = std::string(RunDirectory::kTrainings) + "/";
constexpr SweptRun::State kEnds[] = {SweptRun::State::done, SweptRun::State::mistake,
                                     SweptRun::State::disagreement};

std::string outcome_name(const std::string& run) { return kOutcomes + run + ".txt"; }

/// A line each, the message last.
std::string outcome_text(const RunOutcome& outcome) {
  std::string text = std::string("state ") + to_string(outcome.state) + "\n";
  for (const std::string& key : outcome.networks.kept) text += "network_kept " + key + "\n";
  for (const std::string& key : outcome.networks.dropped) text += "network_dropped " + key + "\n";
  return text + "message " + outcome.message;
}

RunOutcome outcome_from_text(const std::string& text, const std::string& where) {
  RunOutcome outcome;
  std::istringstream in(text);
  std::string word;
  std::string value;
  while (in >> word && word != "message") {
    in.get();
    std::getline(in, value);
    if (word == "network_kept") outcome.networks.kept.push_back(value);
    if (word == "network_dropped") outcome.networks.dropped.push_back(value);
    for (const SweptRun::State state : kEnds) {
      if (word == "state" && value == to_string(state)) outcome.state = state;
    }
  }
  in.get();
  outcome.message.assign(std::istreambuf_iterator<char>(in), {});
  if (outcome.state == SweptRun::State::waiting || outcome_text(outcome) != text) {
    throw UserError(where, "", "does not say how a run ended");
  }
  // They become names of files.
  for (const auto* keys : {&outcome.networks.kept, &outcome.networks.dropped}) {
    for (const std::string& key : *keys) {
      if (!is_sha256(key)) throw UserError(where, key, "needs the key of a training, a SHA-256");
    }
  }
  return outcome;
}

/// Whole files below a folder, sorted, relative to it.
std::vector<std::string> files_below(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (!at->is_regular_file() || name == FolderLock::kName) continue;
    if (name.front() == '.' && at->path().extension() == ".partial") continue;
    names.push_back(at->path().lexically_relative(folder).generic_string());
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    throw UserError(folder, "", "cannot list this folder: " + error.message());
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// Names of a shard's trainings, by key.
std::map<std::string, std::vector<std::string>> trainings_of(const ShardReader& shard) {
  std::map<std::string, std::vector<std::string>> names;
  for (const ShardPart& part : shard.parts()) {
    if (part.name.rfind(kTrainings, 0) != 0) continue;
    const std::string name = part.name.substr(kTrainings.size());
    const std::string key = name.substr(0, name.find('.'));
    if (!is_sha256(key) ||
        (name != training::record_name(key) && name != training::checkpoint_name(key) &&
         name != training::network_name(key))) {
      throw UserError(shard.path(), part.name, "is no file of a training");
    }
    names[key].push_back(name);
  }
  return names;
}

/// Trainings of all shards while they are compared: records whole, of others their digest.
class ComparedTrainings : public training::MemoryStore {
 public:
  void note_origin(const std::string& key, const std::string& shard) { origin_[key] = shard; }
  std::string place_of(const std::string& name) const override {
    return origin_.at(name.substr(0, name.find('.'))) + ": " + kTrainings + name;
  }

 private:
  std::map<std::string, std::string> origin_;
};

}  // namespace

void add_run(ShardWriter& shard, const std::string& name, const RunOutcome& outcome,
             const std::string& folder) {
  shard.add(outcome_name(name), outcome_text(outcome));
  for (const std::string& file : files_below(folder)) {
    shard.add(name + "/" + file, read_file(folder + "/" + file, kAnyLength));
  }
}

void add_trainings(ShardWriter& shard, const std::string& folder) {
  for (const std::string& file : files_below(folder)) {
    shard.add(kTrainings + file, read_file(folder + "/" + file, limits::kCheckpointBytes));
  }
}

RunLayout::RunLayout(const PlanFolder& folder, const std::vector<SweptRun>& runs,
                     ConfigOf config_of, training::TrainingStore& trainings)
    : folder_(folder),
      runs_(runs),
      config_of_(std::move(config_of)),
      trainings_(trainings),
      outcomes_(runs.size()) {}

void RunLayout::check() {
  for (std::size_t k = 0; k < folder_.shards(); ++k) {
    ShardReader shard = *folder_.open(k);
    check_runs(shard, folder_.plan().shares[k]);
  }
  // In the order of the runs, as one machine does them: the last that speaks counts.
  for (const RunOutcome& outcome : outcomes_) {
    for (const std::string& key : outcome.networks.kept) network_kept_[key] = true;
    for (const std::string& key : outcome.networks.dropped) network_kept_[key] = false;
  }
  check_trainings();
}

void RunLayout::check_runs(ShardReader& shard, const Share& share) {
  std::map<std::string, const SweptRun*> of_share;
  for (const std::uint64_t unit : units_of(share)) {
    const SweptRun& run = runs_[unit];
    const std::string name = outcome_name(run.combination.name);
    outcomes_[unit] = outcome_from_text(shard.read(name), shard.path() + ": " + name);
    check_run_files(shard, run.combination.name, config_of_(run), outcomes_[unit]);
    of_share[run.combination.name] = &run;
  }
  for (const ShardPart& part : shard.parts()) {
    if (part.name.rfind(kTrainings, 0) == 0) continue;
    const std::size_t slash = part.name.find('/');
    const std::string head = part.name.substr(0, slash);
    if (head + "/" == kOutcomes) {
      const auto is_it = [&](const auto& run) { return outcome_name(run.first) == part.name; };
      if (std::any_of(of_share.begin(), of_share.end(), is_it)) continue;
    }
    const auto run = of_share.find(head);
    if (run == of_share.end() || slash == std::string::npos) {
      throw UserError(shard.path(), part.name, "is of no run of this shard");
    }
    const std::string target = run->second->folder + part.name.substr(slash);
    std::error_code ignored;
    if (fs::exists(target, ignored) && sha256_of_file(target) != part.sha256) {
      throw UserError(target, "",
                      "is there with another content than in " + shard.path() +
                          "; needs a folder of this plan's own, or the file's removal");
    }
  }
}

std::vector<training::TrainingFile> RunLayout::wanted_files(
    ShardReader& shard, const std::string& key, const std::vector<std::string>& names) const {
  const auto network = network_kept_.find(key);
  const bool dropped = network != network_kept_.end() && !network->second;
  std::vector<training::TrainingFile> files;
  for (const std::string& name : names) {
    if (dropped && name == training::network_name(key)) continue;
    files.push_back({name, shard.read(kTrainings + name)});
  }
  return files;
}

void RunLayout::check_trainings() {
  ComparedTrainings compared;
  std::set<std::string> networks;
  for (std::size_t k = 0; k < folder_.shards(); ++k) {
    ShardReader shard = *folder_.open(k);
    for (const auto& [key, names] : trainings_of(shard)) {
      std::vector<training::TrainingFile> files = wanted_files(shard, key, names);
      training::plan_adoption(trainings_, files, key, shard.path());
      for (training::TrainingFile& file : files) {
        if (file.name == training::network_name(key)) networks.insert(key);
        if (file.name != training::record_name(key)) {
          file.bytes = sha256(file.bytes.data(), file.bytes.size());
        }
      }
      training::adopt(compared, training::plan_adoption(compared, files, key, shard.path(),
                                                        training::Contents::digests));
      compared.note_origin(key, shard.path());
    }
  }
  for (const auto& [key, kept] : network_kept_) {
    if (kept && networks.count(key) == 0) {
      throw UserError(folder_.path(), training::network_name(key), "is in none of the shards");
    }
  }
}

void RunLayout::write() {
  for (std::size_t k = 0; k < folder_.shards(); ++k) {
    ShardReader shard = *folder_.open(k);
    for (const auto& [key, names] : trainings_of(shard)) {
      const auto files = wanted_files(shard, key, names);
      training::adopt(trainings_, training::plan_adoption(trainings_, files, key, shard.path()));
    }
    for (const std::uint64_t unit : units_of(folder_.plan().shares[k])) {
      write_run(shard, runs_[unit]);
    }
  }
  for (const auto& [key, kept] : network_kept_) {
    if (!kept) trainings_.remove(training::network_name(key));
  }
}

void RunLayout::write_run(ShardReader& shard, const SweptRun& run) {
  const LockedFolder run_folder = lock_folder(run.folder);
  remove_partial_files(run_folder.folder, Partial::all);
  const std::string prefix = run.combination.name + "/";
  for (const ShardPart& part : shard.parts()) {
    if (part.name.rfind(prefix, 0) != 0) continue;
    const fs::path inside(part.name.substr(prefix.size()));
    Folder folder = run_folder.folder.again();
    for (const fs::path& step : inside.parent_path()) folder = folder.make_inside(step.string());
    const std::string name = inside.filename().string();
    if (!folder.has(name)) folder.write(name, shard.read(part.name));
  }
}

}  // namespace minerva::flow
