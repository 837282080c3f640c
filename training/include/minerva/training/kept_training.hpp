#pragma once
#include <string>
#include <vector>

#include "minerva/training/planned_trainings.hpp"
#include "minerva/training/training_store.hpp"

namespace minerva::training {

/// A file of a store.
struct TrainingFile {
  std::string name;
  std::string bytes;
};

/// What a finished training, or one that diverged, leaves to others: its record; its network where
/// that is asked for; of one that diverged its last good checkpoint. The bytes depend on the
/// training alone: what the store knows besides (a test error, a network) is left out. `key` is
/// the training's.
std::vector<TrainingFile> kept_files(TrainingStore& store, const std::string& key,
                                     const PlannedTraining& training);

/// Throws UserError naming `where` unless `files` are what kept_files gives for such a training on
/// this data: the names, whole contents of this key, a training at its end, a test error and a
/// network as asked for, and contents that such a training can have: its recipe, its epochs, its
/// sizes, counts of no more samples than there are, and of a network the counts that it has.
void check_kept(const std::vector<TrainingFile>& files, const std::string& key,
                const PlannedTraining& training, const Dataset& data, const std::string& where);

/// How files of a training come into a store.
struct Adoption {
  std::vector<TrainingFile> saved;   ///< those that are not there, or not as far
  std::vector<std::string> removed;  ///< a checkpoint that has served its purpose
};
/// The store may hold the same training, as far or not, with or without test error: what says more
/// counts. Throws UserError naming `where` without a record and for damaged files, and a file of the
/// store that contradicts one of `where`; changes nothing. A damaged file of the store counts as absent, of
/// which the store is told.
enum class Contents { whole, digests };  ///< of files and store, but for their records
Adoption plan_adoption(TrainingStore& store, const std::vector<TrainingFile>& files,
                       const std::string& key, const std::string& where,
                       Contents contents = Contents::whole);
void adopt(TrainingStore& store, const Adoption& adoption);

/// Copies what a store knows of a training, so that another does not do it again. A damaged file
/// counts as absent, of which the store is told.
void copy_training(TrainingStore& from, TrainingStore& to, const std::string& key);

}  // namespace minerva::training
