#include "minerva/codesign/search.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "confirmation.hpp"
#include "local_search.hpp"
#include "minerva/arithmetic/random.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/base/parallel.hpp"
#include "minerva/base/text.hpp"
#include "minerva/codesign/calibrated_plan.hpp"
#include "minerva/dse/non_dominated_sort.hpp"
#include "minerva/training/hardware_training.hpp"
#include "screening.hpp"
#include "search_run.hpp"
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
        machines_(setup.given_machine_alone ? std::vector<DesignPoint>{setup.given_machine}
                                            : machines_of(setup.options)),
        mitigation_(setup.training.faults.mitigation()),
        trainings_(setup) {}

  SearchResult run() {
    result_.candidates = candidates_of(options_);
    result_.validation_samples = setup_.data.validation.size();
    result_.test_samples = setup_.data.test.size();
    trainings_.select_inputs(result_.candidates);
    std::vector<std::size_t> to_train = screened();
    if (options_.method == SearchMethod::random) to_train = drawn(std::move(to_train));
    std::vector<Candidate> prepared;
    for (const std::size_t i : to_train) prepared.push_back(candidate(i));
    trainings_.prepare(prepared);
    std::vector<Contender> contenders;
    for (const std::size_t i : to_train) {
      contenders.push_back({i, trainings_.options_of(candidate(i)), nullptr, ""});
    }
    run_rounds(contenders);
    search_locally(contenders);
    confirm();
    confirm_with_seeds();
    add_up_costs(prepared);
    result_.learned_inputs = trainings_.learned_inputs();
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

  /// Candidates in the order in which a random search draws them, as many as it can pay for.
  std::vector<std::size_t> drawn(std::vector<std::size_t> buildable) {
    KeyedRandom random(setup_.training.seed, Stream::design_search);
    for (std::size_t i = buildable.size(); i > 1; --i) {
      std::swap(buildable[i - 1], buildable[random.below(i)]);
    }
    std::vector<Candidate> chosen;
    std::vector<std::size_t> order;
    for (const std::size_t i : buildable) {
      chosen.push_back(candidate(i));
      double gmacs = trainings_.preparation_gmacs(chosen);
      for (const Candidate& c : chosen)
        gmacs += trainings_.tuning_gmacs(c, setup_.fine_tuning.epochs);
      if (gmacs > options_.most_training_gmacs) break;
      order.push_back(i);
    }
    if (!order.empty()) return order;
    throw UserError(
        "codesign.most_training_gmacs", number_text(options_.most_training_gmacs),
        "does not pay for one candidate: " + to_string(chosen.front()) + " needs " +
            number_text(trainings_.preparation_gmacs(chosen) +
                            trainings_.tuning_gmacs(chosen.front(), setup_.fine_tuning.epochs),
                        4));
  }

  void add_up_costs(const std::vector<Candidate>& prepared) {
    std::map<std::size_t, int> epochs;  // of each candidate in its last round
    for (const RoundRow& row : result_.rounds) epochs[row.candidate] = row.epochs;
    result_.training_gmacs = trainings_.preparation_gmacs(prepared);
    for (const auto& [index, count] : epochs) {
      result_.training_gmacs += trainings_.tuning_gmacs(candidate(index), count);
    }
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
    int epochs = options_.method == SearchMethod::random
                     ? setup_.fine_tuning.epochs
                     : std::min(options_.first_epochs, setup_.fine_tuning.epochs);
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

  /// Both errors of the points, what they cost on the machine of section [design], and SystemC.
  void confirm() {
    say("confirming " + std::to_string(result_.points.size()) + " points on the test set");
    for (FrontierPoint& point : result_.points) {
      throw_if_interrupted();
      const Dataset& data = trainings_.selected(candidate(point.candidate).inputs).data;
      codesign::confirm(point, setup_, data, mitigation_);
    }
    std::stable_sort(result_.points.begin(), result_.points.end(),
                     [](const FrontierPoint& a, const FrontierPoint& b) {
                       return a.validation_wrong > b.validation_wrong;
                     });
    // Points are sorted by falling error, so the last one has the least.
    result_.chosen = setup_.most_wrong ? least_energy_within(result_.points, *setup_.most_wrong)
                                       : std::optional<std::size_t>(result_.points.size() - 1);
  }

  /// The chosen design with the networks of further seeds.
  void confirm_with_seeds() {
    if (!result_.chosen || options_.confirming_seeds == 0) return;
    const FrontierPoint& chosen = result_.points[*result_.chosen];
    say("training the chosen network with " + std::to_string(options_.confirming_seeds) +
        " further seeds");
    const std::vector<SearchTrainings::Tuned> tuned =
        trainings_.of_further_seeds(candidate(chosen.candidate), options_.confirming_seeds);
    const Dataset& data = trainings_.selected(candidate(chosen.candidate).inputs).data;
    for (std::size_t i = 0; i < tuned.size(); ++i) {
      throw_if_interrupted();
      Design design = chosen.design;
      design.network = tuned[i].network;
      design.plan = tuned[i].plan;
      design.thresholds = thresholds_of_codes(design.plan, chosen.theta_codes);
      const BothErrors errors = errors_on_both_sets(design, setup_, data);
      result_.seeds.push_back(
          {setup_.training.seed + 1 + i, errors.validation.wrong, errors.test.wrong});
    }
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

SearchResult run_search(const SearchSetup& setup) { return Search(setup).run(); }

SearchResult search(const SearchSetup& setup) {
  check_free_parameters(setup.options);
  return run_search(setup);
}

std::optional<std::size_t> least_energy_within(const std::vector<FrontierPoint>& points,
                                               std::int64_t most_wrong) {
  std::optional<std::size_t> least;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (points[i].validation_wrong > static_cast<double>(most_wrong)) continue;
    if (!least || points[i].cost.energy_nj < points[*least].cost.energy_nj) least = i;
  }
  return least;
}

}  // namespace minerva::codesign
