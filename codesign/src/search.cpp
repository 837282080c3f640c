#include "minerva/codesign/search.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "local_search.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/base/parallel.hpp"
#include "minerva/base/text.hpp"
#include "minerva/codesign/calibrated_plan.hpp"
#include "minerva/dse/non_dominated_sort.hpp"
#include "screening.hpp"
#include "training_steps.hpp"

namespace minerva::codesign {
namespace {

double value_of(Objective objective, double wrong, const DesignCost& cost) {
  switch (objective) {
    case Objective::error:
      return wrong;
    case Objective::energy:
      return cost.energy_nj;
    case Objective::area:
      return cost.area_mm2;
    case Objective::latency:
      return cost.latency_us;
  }
  return 0;
}

/// A judged design of a candidate.
struct Judged {
  std::size_t candidate = 0;
  JudgedDesign design;
};

/// A candidate that is still in the search.
struct Contender {
  std::size_t candidate = 0;
  training::TrainingOptions training;
  std::shared_ptr<const GraphNetwork> network;  ///< after the last round; null: dropped
  std::string dropped;                          ///< why
};

class Search {
 public:
  explicit Search(const SearchSetup& setup)
      : setup_(setup),
        options_(setup.options),
        objectives_(parse_objectives(setup.options.objectives, "codesign.objectives")),
        machines_(machines_of(setup.options)),
        mitigation_(setup.training.faults.mitigation()),
        trainings_(setup) {}

  SearchResult run() {
    check_free_parameters(options_);
    result_.candidates = candidates_of(options_);
    result_.validation_samples = setup_.data.validation.size();
    result_.test_samples = setup_.data.test.size();
    const std::vector<std::size_t> buildable = screened();
    std::vector<Candidate> to_train;
    for (const std::size_t i : buildable) to_train.push_back(candidate(i));
    trainings_.prepare(to_train);
    std::vector<Contender> contenders;
    for (const std::size_t i : buildable) {
      contenders.push_back({i, trainings_.options_of(candidate(i)), nullptr, ""});
    }
    run_rounds(contenders);
    search_locally(contenders);
    confirm();
    result_.trainings = trainings_.trainings();
    result_.epochs_trained = trainings_.epochs_trained();
    return std::move(result_);
  }

 private:
  void say(const std::string& text) const {
    if (setup_.log) setup_.log(text);
  }
  const Candidate& candidate(std::size_t i) const { return result_.candidates[i]; }

  /// Candidates that are worth a training. Throws UserError when none is.
  std::vector<std::size_t> screened() {
    std::vector<std::size_t> left;
    for (std::size_t i = 0; i < result_.candidates.size(); ++i) {
      throw_if_interrupted();
      const Dataset& data = trainings_.selected(candidate(i).inputs).data;
      const DesignScores scores = scores_on(data.validation, machines_);
      const Screening screening =
          screen(candidate(i), data.inputs(), data.classes,
                 scores.supplies(options_.most_fault_rate), mitigation_, machines_, scores);
      std::string why = screening.why;
      if (screening.least_energy_nj) {
        if (setup_.most_energy_nj <= 0 || *screening.least_energy_nj < setup_.most_energy_nj) {
          left.push_back(i);
          continue;
        }
        why = "needs " + number_text(*screening.least_energy_nj, 4) +
              " nJ a prediction even if it skips every input, and " +
              number_text(setup_.most_energy_nj, 4) + " nJ are the most";
      }
      result_.dropped.push_back(to_string(candidate(i)) + ": " + why);
    }
    if (left.empty()) {
      throw UserError("codesign", "", "no candidate can be built: " + result_.dropped.front());
    }
    return left;
  }

  DesignScores scores_on(const Samples& samples, std::vector<DesignPoint> machines) const {
    return DesignScores(samples, setup_.technology, std::move(machines), setup_.fault_seed,
                        setup_.threads);
  }

  Design design_of(const Contender& contender, const std::vector<int>& theta_codes) const {
    Design design;
    design.network = contender.network;
    design.plan = contender.training.hardware->plan;
    design.thresholds = thresholds_of_codes(design.plan, theta_codes);
    design.point = setup_.given_machine;
    return design;
  }

  /// Thresholds that the fine-tuning had.
  std::vector<int> first_codes(const Contender& c) const {
    return std::vector<int>(c.training.hardware->plan.layers.size(), setup_.fine_tuning.theta_code);
  }

  /// The supply that the rounds judge at: the lowest whose fault rate is at most that of training.
  SramPoint trained_supply(const DesignScores& scores) const {
    return scores.supplies(std::min(options_.most_fault_rate, setup_.fine_tuning.fault_rate))
        .back();
  }

  void train_round(std::vector<Contender>& contenders, int epochs) {
    say("fine-tuning " + std::to_string(contenders.size()) + " candidates for " +
        std::to_string(epochs) + " epochs");
    for_each_index(
        static_cast<std::int64_t>(contenders.size()), setup_.threads, 1, [&](std::int64_t i) {
          Contender& c = contenders[static_cast<std::size_t>(i)];
          try {
            c.network = trainings_.network_after(candidate(c.candidate), c.training, epochs);
          } catch (const training::TrainingDiverged& diverged) {
            c.dropped = diverged.what();
          }
        });
  }

  /// The error and the energy that a candidate is ranked by.
  std::optional<ScoredDesign> ranked(Contender& c) {
    if (c.network == nullptr) return std::nullopt;
    DesignScores scores =
        scores_on(trainings_.selected(candidate(c.candidate).inputs).data.validation, machines_);
    const std::vector<int> codes = first_codes(c);
    ++result_.designs_judged;
    auto scored =
        scores.best_machine(at_supply(design_of(c, codes), trained_supply(scores), mitigation_),
                            options_.search_maps, c.dropped);
    return scored;
  }

  void drop(std::vector<Contender>& contenders, std::vector<std::optional<ScoredDesign>>& scored) {
    std::vector<Contender> left;
    std::vector<std::optional<ScoredDesign>> of_left;
    for (std::size_t i = 0; i < contenders.size(); ++i) {
      if (scored[i]) {
        left.push_back(std::move(contenders[i]));
        of_left.push_back(std::move(scored[i]));
        continue;
      }
      result_.dropped.push_back(to_string(candidate(contenders[i].candidate)) + ": " +
                                contenders[i].dropped);
    }
    contenders = std::move(left);
    scored = std::move(of_left);
    if (!contenders.empty()) return;
    throw UserError("codesign", "",
                    "no candidate can be trained and built: " + result_.dropped.front());
  }

  /// The indices of those that go on, best first.
  std::vector<std::size_t> best_of(const std::vector<std::optional<ScoredDesign>>& scored,
                                   std::size_t count) const {
    std::vector<dse::Fitness> fitness;
    for (const auto& each : scored) {
      dse::Fitness f;
      for (std::size_t i = 0; i < objectives_.size(); ++i) {
        f.values[i] = value_of(objectives_[i], each->wrong, each->cost);
      }
      fitness.push_back(f);
    }
    dse::sort_by_domination(fitness, static_cast<int>(objectives_.size()));
    std::vector<std::size_t> order(scored.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return dse::preferred(fitness[a], fitness[b]);
    });
    order.resize(std::min(count, order.size()));
    std::sort(order.begin(), order.end());
    return order;
  }

  void run_rounds(std::vector<Contender>& contenders) {
    int epochs = std::min(options_.first_epochs, setup_.fine_tuning.epochs);
    for (int round = 1;; ++round) {
      train_round(contenders, epochs);
      std::vector<std::optional<ScoredDesign>> scored;
      for (Contender& c : contenders) {
        throw_if_interrupted();
        scored.push_back(ranked(c));
      }
      drop(contenders, scored);
      const bool last = epochs >= setup_.fine_tuning.epochs;
      const auto keep = static_cast<std::size_t>(
          std::ceil(static_cast<double>(contenders.size()) / options_.halving_factor));
      const std::vector<std::size_t> best =
          best_of(scored, last ? contenders.size() : std::max<std::size_t>(keep, 1));
      std::vector<Contender> left;
      std::size_t next = 0;
      for (std::size_t i = 0; i < contenders.size(); ++i) {
        const bool goes_on = next < best.size() && best[next] == i;
        result_.rounds.push_back({contenders[i].candidate, round, epochs, scored[i]->wrong,
                                  scored[i]->cost.energy_nj, goes_on && !last});
        if (!goes_on) continue;
        ++next;
        left.push_back(std::move(contenders[i]));
      }
      contenders = std::move(left);
      if (last) return;
      epochs = static_cast<int>(std::min<double>(
          setup_.fine_tuning.epochs, std::max(epochs + 1.0, epochs * options_.halving_factor)));
    }
  }

  double most_wrong_of_interest() const {
    return options_.most_error_percent / 100 * static_cast<double>(result_.validation_samples);
  }

  void judge_locally(const Contender& c, std::vector<Judged>& archive) {
    DesignScores scores =
        scores_on(trainings_.selected(candidate(c.candidate).inputs).data.validation, machines_);
    LocalSearch local;
    local.first_codes = first_codes(c);
    local.design = design_of(c, local.first_codes);
    local.most_theta_code = options_.most_theta_code;
    local.most_fault_rate = options_.most_fault_rate;
    local.mitigation = mitigation_;
    local.maps = options_.final_maps;
    local.most_wrong = most_wrong_of_interest();
    for (JudgedDesign& design : codesign::search_locally(local, scores, result_.designs_judged)) {
      archive.push_back({c.candidate, std::move(design)});
    }
  }

  void search_locally(std::vector<Contender>& contenders) {
    say("local search over thresholds, supplies and machines of " +
        std::to_string(contenders.size()) + " networks");
    std::vector<Judged> archive;
    for (const Contender& c : contenders) judge_locally(c, archive);
    const int dimensions = static_cast<int>(objectives_.size());
    ParetoArchive frontier(dimensions);
    for (std::size_t i = 0; i < archive.size(); ++i) {
      ObjectiveValues values{};
      for (std::size_t d = 0; d < objectives_.size(); ++d) {
        values[d] =
            value_of(objectives_[d], archive[i].design.scored.wrong, archive[i].design.scored.cost);
      }
      frontier.add(i, values);
    }
    if (frontier.size() == 0) {
      throw UserError("codesign.most_error_percent", number_text(options_.most_error_percent),
                      "no design that the search has judged has so small an error");
    }
    for (const ParetoArchive::Member& member : frontier.sorted()) {
      Judged& judged = archive[member.index];
      FrontierPoint point;
      point.candidate = judged.candidate;
      point.theta_codes = judged.design.theta_codes;
      point.design = std::move(judged.design.scored.design);
      point.cost = judged.design.scored.cost;
      result_.points.push_back(std::move(point));
    }
  }

  /// Errors of the points on both sets, and what they cost on the machine of section [design].
  void confirm() {
    say("confirming " + std::to_string(result_.points.size()) + " points on the test set");
    for (FrontierPoint& point : result_.points) {
      throw_if_interrupted();
      const Dataset& data = trainings_.selected(candidate(point.candidate).inputs).data;
      DesignScores validation = scores_on(data.validation, {});
      DesignScores test = scores_on(data.test, {});
      const Design clean = at_supply(point.design, validation.supplies(0).front(), mitigation_);
      const SampledError tuned = validation.error_of(point.design, options_.final_maps);
      const SampledError held_out = test.error_of(point.design, options_.final_maps);
      point.validation_wrong = tuned.wrong;
      point.validation_deviation = tuned.deviation;
      point.test_wrong = held_out.wrong;
      point.test_deviation = held_out.deviation;
      point.validation_clean = static_cast<std::int64_t>(validation.error_of(clean, 1).wrong);
      point.test_clean = static_cast<std::int64_t>(test.error_of(clean, 1).wrong);
      std::string why;
      Design given = point.design;
      given.point = setup_.given_machine;
      given.point.multiplier_stages = std::max(given.point.multiplier_stages, 1);
      const SampledError there = validation.error_of(given, options_.final_maps);
      const auto cost = validation.cost_on(given, setup_.given_machine, there.activity, why);
      if (cost) point.energy_on_given_machine_nj = cost->energy_nj;
    }
    std::stable_sort(result_.points.begin(), result_.points.end(),
                     [](const FrontierPoint& a, const FrontierPoint& b) {
                       return a.validation_wrong > b.validation_wrong;
                     });
  }

  const SearchSetup& setup_;
  const CodesignOptions& options_;
  std::vector<Objective> objectives_;
  std::vector<DesignPoint> machines_;
  Mitigation mitigation_;
  SearchTrainings trainings_;
  SearchResult result_;
};

}  // namespace

SearchResult search(const SearchSetup& setup) { return Search(setup).run(); }

}  // namespace minerva::codesign
