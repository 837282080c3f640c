#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "minerva/codesign/search.hpp"

namespace minerva::codesign {

/// The trainings of a search: the teacher, the float networks that fine-tunings begin from, and the
/// fine-tunings, each stored by its content.
class SearchTrainings {
 public:
  explicit SearchTrainings(const SearchSetup& setup);

  /// The data of a selection of inputs, with the trainings on them.
  struct Selected {
    Dataset data;
    std::unique_ptr<training::TrainingCache> cache;
  };
  Selected& selected(const std::string& inputs);
  /// Settles the learned selections of the candidates, for which the teacher is trained. Throws
  /// UserError naming codesign.inputs where there is no teacher.
  void select_inputs(const std::vector<Candidate>& candidates);
  /// Input numbers by the text of each learned selection.
  const std::map<std::string, std::vector<std::int32_t>>& learned_inputs() const {
    return learned_;
  }

  /// Trains what the candidates begin from and learn from.
  void prepare(const std::vector<Candidate>& candidates);
  /// The fine-tuning of a candidate; prepare() has had it.
  training::TrainingOptions options_of(const Candidate& candidate);
  /// The network of a fine-tuning after so many epochs, which are trained unless they are stored.
  /// What a round saw is stored apart, so that a search which has gone further ranks it as before.
  /// Calls may come from several threads, each for another candidate. Throws TrainingDiverged.
  std::shared_ptr<const GraphNetwork> network_after(const Candidate& candidate,
                                                    const training::TrainingOptions& options,
                                                    int epochs);

  /// A network and the formats that it was trained for.
  struct Tuned {
    std::shared_ptr<const GraphNetwork> network;
    QuantizationPlan plan;
  };
  /// The candidate trained to the end with the seeds that follow training.seed, from a float
  /// network of each seed; the teacher is the same.
  std::vector<Tuned> of_further_seeds(const Candidate& candidate, int seeds);

  /// 1e9 MACs of forward passes: of the teacher and the networks that these candidates begin from,
  /// and of a fine-tuning, in which the teacher runs, too.
  double preparation_gmacs(const std::vector<Candidate>& candidates);
  double tuning_gmacs(const Candidate& candidate, int epochs);

  std::int64_t trainings() const { return trainings_; }
  std::int64_t epochs_trained() const { return epochs_trained_; }

 private:
  std::shared_ptr<const GraphNetwork> trained(training::TrainingCache& cache,
                                              const training::TrainingOptions& options,
                                              int threads);
  bool has_teacher() const { return !setup_.options.teacher_hidden.empty(); }
  bool distils() const { return has_teacher() && setup_.fine_tuning.teacher_share > 0; }
  void train_teacher();
  training::TrainingOptions float_training(const Candidate& candidate) const;
  training::TrainingOptions tuning(const Candidate& candidate,
                                   std::shared_ptr<const GraphNetwork> start);
  double teacher_macs() const;
  void say(const std::string& text) const {
    if (setup_.log) setup_.log(text);
  }

  const SearchSetup& setup_;
  std::map<std::string, Selected> selected_;
  std::shared_ptr<const Samples> whole_;
  std::map<std::string, std::vector<std::int32_t>> learned_;
  std::shared_ptr<const GraphNetwork> teacher_;
  std::map<std::string, std::shared_ptr<const GraphNetwork>> starts_;  ///< by inputs and topology
  std::mutex mutex_;
  std::int64_t trainings_ = 0;
  std::int64_t epochs_trained_ = 0;
};

}  // namespace minerva::codesign
