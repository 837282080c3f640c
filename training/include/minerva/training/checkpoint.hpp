#pragma once
#include <optional>
#include <string>
#include <vector>

#include "minerva/base/errors.hpp"
#include "minerva/training/trainer.hpp"

namespace minerva::training {

/// A file of a training that does not hold what it must: bytes that are not those that were
/// written, a file of an older version, or contents that no such training has. Whoever can do the
/// training again does so; others refuse the file.
class DamagedTraining : public UserError {
 public:
  /// @param what is wrong: "is damaged"
  DamagedTraining(const std::string& where, const std::string& what) : UserError(where, "", what) {}
};

/// The bytes of a training that is under way: "minerva-checkpoint-1", the key of the training, its
/// state (numbers in the order of the machine's memory, lowest byte first), and a SHA-256 over all
/// of it.
std::string checkpoint_bytes(const std::string& key, const TrainingState& state);
/// Throws DamagedTraining naming `where` for damaged bytes, and UserError for the key of another
/// training, that is of other options or data.
TrainingState state_from_checkpoint(const std::string& bytes, const std::string& key,
                                    const std::string& where);

/// What is known of a training: a small file that people can read, with a SHA-256 of its lines in
/// the last of them.
struct TrainingRecord {
  std::string key;
  std::string recipe;  ///< describe()
  bool finished = false;
  std::vector<EpochRecord> history;
  int best_epoch = 0;
  /// Of a finished training, by the deterministic float engine.
  std::optional<std::int64_t> validation_wrong;
  std::optional<std::int64_t> test_wrong;  ///< once the noise has been measured
  /// Of a training that diverged.
  int diverged_epoch = 0;
  std::int64_t diverged_step = 0;

  bool diverged() const { return diverged_epoch > 0; }
  int epochs_done() const { return static_cast<int>(history.size()); }
};
std::string record_text(const TrainingRecord& record);
/// Throws UserError naming `where`, as state_from_checkpoint.
TrainingRecord record_from_text(const std::string& text, const std::string& key,
                                const std::string& where);

}  // namespace minerva::training
