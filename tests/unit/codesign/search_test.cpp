#include "minerva/codesign/search.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "minerva/accelsim/ppa.hpp"
#include "minerva/codesign/ablation.hpp"
#include "minerva/codesign/calibrated_plan.hpp"
#include "minerva/data/input_selection.hpp"
#include "minerva/data/load_dataset.hpp"
#include "minerva/engine/evaluate.hpp"
#include "minerva/engine/float_engine.hpp"
#include "minerva/training/hardware_training.hpp"

namespace minerva::codesign {
namespace {

const Technology& public40() {
  static const Technology technology =
      read_technology(std::string(MINERVA_SOURCE_DIR) + "/configs/tech/public40.cfg");
  return technology;
}

const Dataset& digits() {
  static const Dataset data = [] {
    DataOptions options;
    options.set = "digits";
    options.train_samples = 600;
    options.validation_samples = 300;
    options.test_samples = 200;
    return load_dataset(options);
  }();
  return data;
}

CodesignOptions small_search() {
  CodesignOptions o;
  o.topologies = "24-16, 12";
  o.inputs = "grid:2, all";
  o.weight_bits = {3};
  o.activation_bits = {3, 4};
  o.lanes = {4, 16};
  o.clock_periods_ns = {2, 4};
  o.most_theta_code = 2;
  o.start_epochs = 2;
  o.first_epochs = 1;
  o.halving_factor = 2;
  o.teacher_hidden = "40";
  o.teacher_epochs = 3;
  o.final_maps = 2;
  o.most_error_percent = 80;
  return o;
}

FineTuneOptions small_tuning() {
  FineTuneOptions o;
  o.epochs = 4;
  o.fault_rate = 0.03;
  return o;
}

training::TrainingOptions small_training() {
  training::TrainingOptions o;
  o.batch_size = 50;
  o.regularization.dropout_fraction = 0;
  o.augmentation.rotate_degrees = 5;
  return o;
}

SearchSetup setup_with(training::TrainingStore& store, int threads,
                       const CodesignOptions& options = small_search(),
                       const FineTuneOptions& tuning = small_tuning()) {
  SearchSetup setup{digits(), public40(), store, {}, small_training(), tuning, options};
  setup.threads = threads;
  return setup;
}

SearchResult search_with(training::TrainingStore& store, int threads,
                         const CodesignOptions& options = small_search(),
                         const FineTuneOptions& tuning = small_tuning()) {
  return search(setup_with(store, threads, options, tuning));
}

void expect_same(const SearchResult& a, const SearchResult& b) {
  ASSERT_EQ(a.points.size(), b.points.size());
  for (std::size_t i = 0; i < a.points.size(); ++i) {
    EXPECT_EQ(a.points[i].design, b.points[i].design) << i;
    EXPECT_EQ(a.points[i].validation_wrong, b.points[i].validation_wrong);
    EXPECT_EQ(a.points[i].test_wrong, b.points[i].test_wrong);
    EXPECT_EQ(a.points[i].cost.energy_nj, b.points[i].cost.energy_nj);
  }
  ASSERT_EQ(a.rounds.size(), b.rounds.size());
  for (std::size_t i = 0; i < a.rounds.size(); ++i) {
    EXPECT_EQ(a.rounds[i].candidate, b.rounds[i].candidate);
    EXPECT_EQ(a.rounds[i].wrong, b.rounds[i].wrong);
    EXPECT_EQ(a.rounds[i].energy_nj, b.rounds[i].energy_nj);
    EXPECT_EQ(a.rounds[i].goes_on, b.rounds[i].goes_on);
  }
}

TEST(CodesignSearch, FrontierIsOfDesignsThatTheEngineAndTheCostModelConfirm) {
  training::MemoryStore store;
  const SearchResult result = search_with(store, 2);
  ASSERT_GE(result.points.size(), 3U);
  EXPECT_EQ(result.candidates.size(), 8U);
  std::set<int> rounds;
  for (const RoundRow& row : result.rounds) rounds.insert(row.round);
  EXPECT_EQ(rounds, (std::set<int>{1, 2, 3}));  // 1, 2 and 4 epochs
  double error = 1e9;
  double energy = -1;
  for (const FrontierPoint& point : result.points) {
    const Dataset data = with_selected_inputs(
        digits(), parse_input_selection(result.candidates[point.candidate].inputs, "k"), "k");
    Design clean = point.design;
    clean.mitigation = {};
    clean.supply.fault_rate = 0;
    EXPECT_EQ(evaluate(clean, data.validation).wrong, point.validation_clean);
    EXPECT_EQ(evaluate(clean, data.test).wrong, point.test_clean);
    if (point.design.supply.fault_rate == 0) {
      EXPECT_EQ(point.validation_wrong, static_cast<double>(point.validation_clean));
      const PpaEstimate ppa =
          estimate(point.design, evaluate(point.design, data.validation).activity, public40());
      EXPECT_NEAR(ppa.energy_per_prediction_nj, point.cost.energy_nj, 1e-9 * point.cost.energy_nj);
    }
    EXPECT_LE(point.validation_wrong, error);
    EXPECT_GE(point.cost.energy_nj, energy);
    error = point.validation_wrong;
    energy = point.cost.energy_nj;
  }
}

TEST(CodesignSearch, GivesTheSameAtAnyNumberOfThreadsAndWhateverIsStored) {
  training::MemoryStore store;
  const SearchResult one = search_with(store, 1);
  EXPECT_GT(one.epochs_trained, 0);
  training::MemoryStore other;
  expect_same(search_with(other, 3), one);
  // All trainings are stored, further than the rounds saw them.
  const SearchResult again = search_with(store, 2);
  EXPECT_EQ(again.epochs_trained, 0);
  expect_same(again, one);
}

TEST(CodesignSearch, GoesOnAfterAShorterSearch) {
  training::MemoryStore whole;
  const SearchResult expected = search_with(whole, 1);
  // A search of one candidate leaves its trainings at their end, and no networks of rounds.
  CodesignOptions one = small_search();
  one.topologies = "12";
  one.inputs = "all";
  one.activation_bits = {3};
  FineTuneOptions tuning = small_tuning();
  training::MemoryStore store;
  one.first_epochs = tuning.epochs;
  search_with(store, 1, one, tuning);
  expect_same(search_with(store, 1), expected);
}

std::string message_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(CodesignSearch, EveryPointEqualsSystemCAndItsPartsAddUp) {
  training::MemoryStore store;
  SearchSetup setup = setup_with(store, 1);
  setup.verified_samples = 2;
  const SearchResult result = search(setup);
  for (const FrontierPoint& point : result.points) {
    EXPECT_EQ(point.differences, std::vector<std::string>{});
    double sum = 0;
    for (const NamedNumber& part : point.parts_nj) sum += part.value;
    EXPECT_NEAR(sum, point.cost.energy_nj, 1e-9 * point.cost.energy_nj);
  }
}

TEST(CodesignSearch, ARandomSearchSpendsWhatItMayAndTrainsToTheEnd) {
  training::MemoryStore store;
  const SearchResult halving = search_with(store, 1);
  CodesignOptions o = small_search();
  o.method = SearchMethod::random;
  o.most_training_gmacs = halving.training_gmacs;
  const SearchResult random = search_with(store, 1, o);
  EXPECT_LE(random.training_gmacs, halving.training_gmacs);
  EXPECT_GT(random.training_gmacs, 0);
  ASSERT_FALSE(random.rounds.empty());
  EXPECT_LT(random.rounds.size(), random.candidates.size());  // fewer, each to its end
  for (const RoundRow& row : random.rounds) EXPECT_EQ(row.epochs, small_tuning().epochs);
  o.most_training_gmacs = 1e-9;
  EXPECT_NE(message_of([&] { search_with(store, 1, o); }).find("codesign.most_training_gmacs"),
            std::string::npos);
}

TEST(CodesignSearch, LearnedInputsAreNamedInTheResult) {
  training::MemoryStore store;
  CodesignOptions o = small_search();
  o.topologies = "12";
  o.inputs = "learned:60";
  const SearchResult result = search_with(store, 1, o);
  const std::vector<std::int32_t>& learned = result.learned_inputs.at("learned:60");
  ASSERT_EQ(learned.size(), 60U);
  EXPECT_TRUE(std::is_sorted(learned.begin(), learned.end()));
  EXPECT_LT(learned.back(), digits().inputs());
  for (const FrontierPoint& point : result.points) {
    EXPECT_EQ(point.design.network->graph.inputs(), 60);
  }
  o.teacher_hidden.clear();
  EXPECT_NE(message_of([&] { search_with(store, 1, o); }).find("codesign.teacher_hidden"),
            std::string::npos);
}

TEST(CodesignSearch, FurtherSeedsAreOtherTrainingsOfTheChosenDesign) {
  training::MemoryStore store;
  CodesignOptions o = small_search();
  o.topologies = "12";
  o.inputs = "grid:2";
  o.activation_bits = {3};
  o.confirming_seeds = 2;
  const SearchResult result = search_with(store, 1, o);
  ASSERT_TRUE(result.chosen);
  EXPECT_EQ(*result.chosen, result.points.size() - 1);  // without a bound: the least error
  ASSERT_EQ(result.seeds.size(), 2U);
  EXPECT_EQ(result.seeds[0].seed, 2U);
  EXPECT_EQ(result.seeds[1].seed, 3U);
  EXPECT_NE(result.seeds[0].validation_wrong, result.seeds[1].validation_wrong);
}

TEST(Ablation, EachRowLacksOneMechanismAndTheFirstLacksNone) {
  training::MemoryStore store;
  CodesignOptions o = small_search();
  o.ablation = "all";
  SearchSetup setup = setup_with(store, 1, o);
  setup.most_wrong = digits().validation.size();  // every point is within it
  const SearchResult result = search(setup);
  ASSERT_TRUE(result.chosen);
  const std::vector<AblationRow> rows = ablate(setup, result);
  ASSERT_EQ(rows.size(), 1 + enum_names(Mechanism{}).size());
  EXPECT_FALSE(rows.front().without);
  ASSERT_TRUE(rows.front().within);
  // With every mechanism the candidate has what the search has found of it.
  const FrontierPoint& chosen = result.points[*result.chosen];
  EXPECT_EQ(rows.front().within->cost.energy_nj, chosen.cost.energy_nj);
  EXPECT_EQ(rows.front().within->design, chosen.design);
  for (const AblationRow& row : rows) {
    if (!row.without) continue;
    const Design& design = row.least_error.design;
    if (*row.without == Mechanism::low_voltage) {
      EXPECT_EQ(design.supply.fault_rate, 0);
    }
    if (*row.without == Mechanism::machine) {
      EXPECT_EQ(design.point.lanes, DesignPoint{}.lanes);
      ASSERT_TRUE(row.within);
      EXPECT_EQ(row.within->cost.energy_nj, row.within->energy_on_given_machine_nj);
    }
    if (*row.without == Mechanism::narrow_words) {
      EXPECT_EQ(design.plan.layers.front().weight.bits(), kWideBits);
    }
    if (*row.without == Mechanism::left_out) {
      EXPECT_EQ(design.network->graph.inputs(), digits().inputs());
    }
    if (*row.without == Mechanism::skipping) {
      EXPECT_TRUE(design.thresholds.theta.empty());
    }
  }
  EXPECT_NE(
      message_of([] { parse_mechanisms("teacher, teacher", "codesign.ablation"); }).find("once"),
      std::string::npos);
}

TEST(CodesignSearch, RefusesASearchWithoutAFreeParameter) {
  CodesignOptions o;
  o.most_fault_rate = 0;
  EXPECT_NE(message_of([&] { check_free_parameters(o); }).find("free parameter"),
            std::string::npos);
  o.lanes = {8, 16};
  EXPECT_EQ(message_of([&] { check_free_parameters(o); }), "");
}

TEST(CodesignSearch, RefusesTextsThatItCannotRead) {
  CodesignOptions o;
  o.topologies = "160-x";
  EXPECT_NE(message_of([&] { candidates_of(o); }).find("codesign.topologies"), std::string::npos);
  o.topologies = "160, 160";
  EXPECT_NE(message_of([&] { candidates_of(o); }).find("once"), std::string::npos);
  EXPECT_NE(
      message_of([&] { parse_objectives("error", "codesign.objectives"); }).find("two or more"),
      std::string::npos);
  EXPECT_NE(message_of([&] {
              parse_objectives("error, yield", "codesign.objectives");
            }).find("codesign.objectives"),
            std::string::npos);
}

TEST(CodesignSearch, SaysWhyNothingCanBeBuilt) {
  CodesignOptions o = small_search();
  o.clock_periods_ns = {0.01};
  training::MemoryStore store;
  EXPECT_NE(message_of([&] { search_with(store, 1, o); }).find("no candidate can be"),
            std::string::npos);
}

TEST(CalibratedPlan, FitsAndLosesLittleInWideFormats) {
  training::TrainingOptions options = small_training();
  options.hidden = {24, 16};
  options.epochs = 4;
  const GraphNetwork network = training::train(digits(), options).network;
  const std::int64_t in_float = count_wrong(network, digits().validation);
  for (const SignalWidths& widths :
       {SignalWidths{3, 3, 0}, SignalWidths{8, 8, 0}, SignalWidths{8, 8, 12}}) {
    Design design;
    design.network = std::make_shared<const GraphNetwork>(network);
    design.plan = calibrated_plan(network, digits().train, widths);
    for (const LayerFormats& f : design.plan.layers) {
      EXPECT_EQ(f.weight.bits(), widths.weight_bits);
      EXPECT_EQ(f.activation.bits(), widths.activation_bits);
      EXPECT_EQ(f.product.bits(),
                widths.product_bits > 0
                    ? widths.product_bits
                    : whole_product_bits(widths.weight_bits, widths.activation_bits, true));
      check_formats(f, "plan");
    }
    const std::int64_t wrong = evaluate(design, digits().validation).wrong;
    if (widths == SignalWidths{8, 8, 0}) {
      EXPECT_LE(std::abs(wrong - in_float), 10);
    }
  }
  EXPECT_NE(message_of([&] {
              calibrated_plan(network, digits().train, {8, 8, 2});
            }).find("finetune.product_bits"),
            std::string::npos);
}

}  // namespace
}  // namespace minerva::codesign
