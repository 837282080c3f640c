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

/// Throws UserError naming `where` unless `files` are what kept_files gives for such a training:
/// the names, whole contents of this key, a training at its end, a test error and a network as
/// asked for.
void check_kept(const std::vector<TrainingFile>& files, const std::string& key,
                const PlannedTraining& training, const std::string& where);

/// How files of a training come into a store.
struct Adoption {
  std::vector<TrainingFile> saved;   ///< those that are not there, or not as far
  std::vector<std::string> removed;  ///< a checkpoint that has served its purpose
};
/// The store may hold the same training, as far or not, with or without test error: what says more
/// counts. Throws UserError naming `where` without a record, and a file of the store that
/// contradicts one of `where`; changes nothing.
Adoption plan_adoption(TrainingStore& store, const std::vector<TrainingFile>& files,
                       const std::string& key, const std::string& where);
void adopt(TrainingStore& store, const Adoption& adoption);

/// Copies what a store knows of a training, so that another does not do it again. Throws
/// UserError naming a damaged file.
void copy_training(TrainingStore& from, TrainingStore& to, const std::string& key);

}  // namespace minerva::training
