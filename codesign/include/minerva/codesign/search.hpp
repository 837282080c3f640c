#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "minerva/accelsim/simulate.hpp"
#include "minerva/accelsim/technology.hpp"
#include "minerva/codesign/candidates.hpp"
#include "minerva/codesign/design_scores.hpp"
#include "minerva/data/dataset.hpp"
#include "minerva/design/ppa_estimate.hpp"
#include "minerva/training/training_cache.hpp"

namespace minerva::codesign {

/// A candidate after one round of the search.
struct RoundRow {
  std::size_t candidate = 0;  ///< index in SearchResult::candidates
  int round = 0;              ///< from 1
  int epochs = 0;             ///< of fine-tuning so far
  double wrong = 0;           ///< validation samples at the supply that it is trained for
  double energy_nj = 0;       ///< there, on the machine of least energy
  bool goes_on = false;
};

/// A point of the frontier, with its test error, which nothing was chosen by.
struct FrontierPoint {
  std::size_t candidate = 0;
  Design design;
  std::vector<int> theta_codes;
  double validation_wrong = 0;        ///< mean over the fault maps of its supply
  double validation_deviation = 0;    ///< over the maps
  std::int64_t validation_clean = 0;  ///< without faults
  double test_wrong = 0;
  double test_deviation = 0;
  std::int64_t test_clean = 0;
  DesignCost cost;
  std::vector<NamedNumber> parts_nj;  ///< of a prediction, leakage included
  /// On the machine of section [design], at the same supply; negative: it cannot run there.
  double energy_on_given_machine_nj = -1;
  /// What SystemC and closed form or inference disagree in, over SearchSetup::verified_samples
  /// predictions with the first fault map; empty: equal in every cycle, count and accumulator.
  std::vector<std::string> differences;
};

/// The chosen point's design with the network of another seed.
struct SeedRow {
  std::uint64_t seed = 0;
  double validation_wrong = 0;  ///< means over the fault maps of the point's supply
  double test_wrong = 0;
};

struct SearchResult {
  std::vector<Candidate> candidates;
  std::vector<RoundRow> rounds;
  std::vector<std::string>
      dropped;  ///< candidates that no machine can run or that diverged, and why
  std::vector<FrontierPoint> points;  ///< by falling error
  /// The point of least energy within the bound, or without a bound that of least error; nothing:
  /// no point is within it.
  std::optional<std::size_t> chosen;
  std::vector<SeedRow> seeds;  ///< of the chosen point
  /// MACs of the forward passes of all trainings, the teacher's included, whoever did them.
  double training_gmacs = 0;
  /// Input numbers by the text of each learned selection.
  std::map<std::string, std::vector<std::int32_t>> learned_inputs;
  std::int64_t trainings = 0;       ///< asked for
  std::int64_t epochs_trained = 0;  ///< by this call; the rest was stored
  std::int64_t designs_judged = 0;  ///< by the bit-true engine, at a supply
  std::int64_t validation_samples = 0;
  std::int64_t test_samples = 0;
};

/// What a search starts from. References must outlive the call.
struct SearchSetup {
  const Dataset& data;  ///< with every input
  const Technology& technology;
  training::TrainingStore& store;  ///< trainings by their content
  training::CheckpointRule checkpoints;
  training::TrainingOptions training;  ///< section [training]
  FineTuneOptions fine_tuning;
  CodesignOptions options;
  DesignPoint given_machine = {};
  bool given_machine_alone = false;  ///< the machines of section [codesign] are not tried
  std::optional<std::int64_t> most_wrong = {};  ///< the bound, in validation samples
  int verified_samples = 0;  ///< validation samples that SystemC runs at each point
  SimulationModel simulation_model = SimulationModel::stage_processes;
  /// Candidates whose energy cannot be below this are not trained; 0: all are.
  double most_energy_nj = 0;
  std::uint64_t fault_seed = 1;
  int threads = 1;
  /// Takes a sentence about what is under way; may be empty.
  std::function<void(const std::string&)> log = {};
};

/// The joint search: successive halving over trainings for the hardware, and in each round the
/// cheap questions (thresholds, voltage, machine) by local search on the bit-true engine.
///   0. With learned selections of inputs the teacher is trained first. Candidates that no machine
///   can run, and those that cannot be below most_energy_nj even if
///      they skipped every input, are dropped.
///   1. The teacher, and a float network for each topology and selection of inputs, are trained.
///   2. In a round every candidate that is left is fine-tuned further, from its checkpoint. It is
///      ranked by its error at the voltage whose fault rate it is trained for and by its energy on
///      the machine of least energy there: non-dominated sorting with crowding. One of
///      halving_factor goes on.
///   3. Of those that end, thresholds are raised one layer and code at a time, the cheapest error
///      for the saved energy first; each such design is judged at every supply and on every
///      machine. Points that no other point dominates in the objectives are the frontier.
///   4. Each point is confirmed on the test set, by which nothing is chosen, and simulated. The
///      network of the chosen one is trained with further seeds.
/// A random search has one round, of candidates drawn by the training seed that are trained to the
/// end until CodesignOptions::most_training_gmacs are spent.
/// The result depends on data and options alone, not on threads, nor on what the store has. Throws
/// UserError naming section [codesign] for options that leave nothing to choose, and for candidates
/// none of which can be trained and built; Interrupted with trainings stored.
SearchResult search(const SearchSetup& setup);

/// The point of least energy that has at most so many wrong validation samples.
std::optional<std::size_t> least_energy_within(const std::vector<FrontierPoint>& points,
                                               std::int64_t most_wrong);

}  // namespace minerva::codesign
