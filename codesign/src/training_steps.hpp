#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <string>

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

  std::int64_t trainings() const { return trainings_; }
  std::int64_t epochs_trained() const { return epochs_trained_; }

 private:
  std::shared_ptr<const GraphNetwork> trained(training::TrainingCache& cache,
                                              const training::TrainingOptions& options,
                                              int threads);
  void say(const std::string& text) const {
    if (setup_.log) setup_.log(text);
  }

  const SearchSetup& setup_;
  std::map<std::string, Selected> selected_;
  std::shared_ptr<const Samples> whole_;
  std::shared_ptr<const GraphNetwork> teacher_;
  std::map<std::string, std::shared_ptr<const GraphNetwork>> starts_;  ///< by inputs and topology
  std::mutex mutex_;
  std::int64_t trainings_ = 0;
  std::int64_t epochs_trained_ = 0;
};

}  // namespace minerva::codesign
