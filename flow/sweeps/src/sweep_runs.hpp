#pragma once
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "minerva/config/settings.hpp"
#include "minerva/files/owned_folder.hpp"
#include "minerva/flow/pipeline.hpp"
#include "sweep_table.hpp"

namespace minerva::flow {

/// Runs that differ in the values of some keys, in folders of one folder.
class SweepOfRuns {
 public:
  /// @param base the settings of all runs, before those that differ; not used after this call.
  /// @param config_path as the user named it; may be empty.
  /// Throws UserError for a folder that holds a run, no key to vary, and one that is varied and
  /// given on the command line, too.
  SweepOfRuns(const Settings& base, std::string config_path, std::string out,
              const std::vector<std::string>& over);

  const std::string& out() const { return out_; }
  const std::string& config_path() const { return config_path_; }
  std::vector<SweptRun>& runs() { return runs_; }

  /// The options of a run, complete: run.out and training.cache_dir are those of the sweep. Reads
  /// its technology, where no run before it has. Throws UserError naming the combination.
  RunConfig configure(const SweptRun& run);
  /// Does a run in `folder` and says in `run` how it ended. The folder's config is `resolved`;
  /// `config` differs from it in keys without effect at most. `look` sees the run as far as it
  /// came. Throws RunStopped.
  void start(const std::string& resolved, RunConfig config, const std::string& folder,
             SweptRun& run, const std::function<void(RunContext&)>& look = {}) const;

  /// Makes the sweep's folder, locks it and marks it as a sweep's, until this object ends. Throws
  /// UserError for a folder that another process has, and for one with files that no sweep made.
  void open();
  /// sweep.csv, for the runs as far as they are. Needs open().
  void write_table();
  /// sweep.csv and the comparison; prints them and gives the exit code: 1 when a run failed by
  /// disagreeing models, else 2 when one failed by a mistake of the user, else 0.
  int conclude();

 private:
  std::string base_;  ///< resolved config
  std::string config_path_;
  std::string out_;
  std::optional<OwnedFolder> folder_;
  std::vector<SweptRun> runs_;
  std::set<std::string> technologies_;  ///< that were read without a mistake
};

}  // namespace minerva::flow
