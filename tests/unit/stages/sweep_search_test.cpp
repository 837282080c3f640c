#include <gtest/gtest.h>

#include <set>

#include "minerva/base/errors.hpp"
#include "minerva/engine/float_engine.hpp"
#include "minerva/statistics/statistics.hpp"
#include "minerva/training/noise.hpp"
#include "minerva/training/sweep.hpp"
#include "training_problem.hpp"

namespace minerva::training {
namespace {

/// Twelve points: networks that differ much in error, and penalties that differ little.
SweepOptions twelve_points() {
  SweepOptions space;
  space.hidden = {{3}, {12}, {30, 20}};
  space.l2 = {0, 1e-4};
  space.learning_rates = {3e-4, 4e-3};
  return space;
}

TEST(SweepPoints, GridIsEveryCombinationInOrder) {
  SweepOptions space;
  space.hidden = {{3}, {5, 6}};
  space.l1 = {0, 1};
  space.dropout_fractions = {0.1, 0.2, 0.3};
  space.input_dropout_fractions = {0, 0.5};
  space.activation_l1 = {0, 1e-3};
  space.batch_sizes = {10, 20};
  EXPECT_EQ(grid_size(space), 2 * 2 * 3 * 2 * 2 * 2);
  const std::vector<TrainingOptions> points = sweep_points(space, TrainingOptions{});
  ASSERT_EQ(points.size(), 96U);
  EXPECT_EQ(points[1].batch_size, 20);
  EXPECT_EQ(points[2].regularization.activation_l1, 1e-3);
  EXPECT_EQ(points[4].regularization.input_dropout_fraction, 0.5);
  EXPECT_EQ(points[8].regularization.dropout_fraction, 0.2);
  EXPECT_EQ(points[24].regularization.l1, 1);
  EXPECT_EQ(points[48].hidden, (std::vector<int>{5, 6}));
  std::set<std::string> different;
  for (const TrainingOptions& o : points) different.insert(option_text(o));
  EXPECT_EQ(different.size(), 96U);
  EXPECT_EQ(points[7].learning_rate, TrainingOptions{}.learning_rate);
}

TEST(SweepPoints, RandomOnesArePointsOfTheGridDrawnOnce) {
  SweepOptions space = twelve_points();
  std::set<std::string> grid;
  for (const TrainingOptions& o : sweep_points(space, small_options())) {
    grid.insert(option_text(o));
  }
  space.search = SweepSearch::random;
  std::vector<int> drawn(12);
  for (std::uint64_t seed = 1; seed <= 600; ++seed) {
    space.samples = 5;
    space.seed = seed;
    std::set<std::string> points;
    for (const TrainingOptions& o : sweep_points(space, small_options())) {
      points.insert(option_text(o));
    }
    ASSERT_EQ(points.size(), 5U);
    for (const std::string& point : points) {
      const auto at = grid.find(point);
      ASSERT_NE(at, grid.end());
      ++drawn[static_cast<std::size_t>(std::distance(grid.begin(), at))];
    }
  }
  for (const int count : drawn) {  // each of 600 draws takes 5 of 12: five sigma
    EXPECT_NEAR(count, 250, 5 * std::sqrt(600 * 5 / 12.0 * 7 / 12));
  }
  space.samples = 100;
  EXPECT_EQ(sweep_points(space, small_options()).size(), 12U);
}

TEST(SweepPoints, LayersTimesNodesJoinTheTopologies) {
  SweepTopologies t;
  t.topologies = {Topology{{20, 8, 9, 4}}, Topology{{20, 16, 16, 4}}};
  t.hidden_layers = {1, 2};
  t.nodes = {16, 32};
  const std::vector<std::vector<int>> expected = {{8, 9}, {16, 16}, {16}, {32}, {32, 32}};
  EXPECT_EQ(t.hidden(20, 4, "set"), expected);
  EXPECT_THROW(t.hidden(21, 4, "set"), UserError);
  EXPECT_THROW(t.hidden(20, 5, "set"), UserError);
  t.nodes.clear();
  EXPECT_THROW(t.hidden(20, 4, "set"), UserError);
  t.nodes = {16};
  t.hidden_layers.clear();
  EXPECT_THROW(t.hidden(20, 4, "set"), UserError);
}

void expect_equal(const SweepPoint& a, const SweepPoint& b) {
  EXPECT_EQ(option_text(a.options), option_text(b.options));
  EXPECT_EQ(a.validation_wrong, b.validation_wrong);
  EXPECT_EQ(a.epochs, b.epochs);
  EXPECT_EQ(a.finished, b.finished);
}

TEST(Sweep, HalvingGivesSurvivorsTheNumbersOfTheGridForFewerEpochs) {
  const Dataset data = small_digits();
  TrainingOptions base = small_options();
  base.epochs = 9;
  SweepOptions space = twelve_points();
  const SweepResult grid = sweep(data, base, space, 2);
  EXPECT_EQ(grid.epochs, 12 * 9);
  space.search = SweepSearch::halving;
  const SweepResult halving = sweep(data, base, space, 2);
  // 12 points for 1 epoch, 4 for 3, 2 for 9, each going on from where it was.
  EXPECT_EQ(halving.epochs, 12 * 1 + 4 * 2 + 2 * 6);
  EXPECT_EQ(halving.epochs_of_all, 12 * 9);
  EXPECT_EQ(sweep_epochs(space, base), halving.epochs);
  space.search = SweepSearch::grid;
  EXPECT_EQ(sweep_epochs(space, base), 12 * 9);
  ASSERT_EQ(halving.points.size(), 12U);
  int finished = 0;
  for (std::size_t i = 0; i < 12; ++i) {
    if (!halving.points[i].finished) {
      EXPECT_FALSE(halving.points[i].on_frontier);
      EXPECT_LT(halving.points[i].epochs, 9);
      continue;
    }
    ++finished;
    expect_equal(halving.points[i], grid.points[i]);
  }
  EXPECT_EQ(finished, 2);
  EXPECT_TRUE(halving.points[halving.chosen].finished);
  // The first round drops the worst after one epoch: every survivor was as good as any dropped.
  TrainingOptions first_epoch = base;
  double worst_kept = 0;
  double best_dropped = 1e9;
  for (std::size_t i = 0; i < 12; ++i) {
    const SweepPoint& point = halving.points[i];
    Trainer trainer(data, point.options);
    while (trainer.state().epochs_done() < 1) trainer.step();
    const auto wrong = static_cast<double>(trainer.state().history[0].validation_wrong);
    if (point.epochs == 1) {
      best_dropped = std::min(best_dropped, wrong);
      EXPECT_EQ(point.validation_wrong, wrong);
    } else {
      worst_kept = std::max(worst_kept, wrong);
    }
  }
  EXPECT_LE(worst_kept, best_dropped);
}

TEST(Sweep, HalvingDoesNotDependOnThreadsOrOnWhatIsThere) {
  const Dataset data = small_digits();
  TrainingOptions base = small_options();
  SweepOptions space = twelve_points();
  space.seeds = 2;
  MemoryStore full;
  TrainingCache warm(data, full, {});
  sweep(warm, base, space, 2);  // the grid: every training of the halving is there
  space.search = SweepSearch::halving;
  MemoryStore empty;
  TrainingCache cold(data, empty, {});
  const SweepResult a = sweep(cold, base, space, 1);
  const SweepResult b = sweep(warm, base, space, 2);
  const SweepResult c = sweep(cold, base, space, 2);
  EXPECT_EQ(a.trainings, 24);
  EXPECT_EQ(a.trainings_reused, 0);
  EXPECT_EQ(b.trainings_reused, 24);
  EXPECT_EQ(c.trainings_reused, 24);
  for (const SweepResult* other : {&b, &c}) {
    EXPECT_EQ(a.chosen, other->chosen);
    EXPECT_EQ(a.epochs, other->epochs);
    for (std::size_t i = 0; i < 12; ++i) expect_equal(a.points[i], other->points[i]);
  }
}

TEST(Sweep, ProgressCountsEpochsAndThoseThatWereThere) {
  const Dataset data = small_digits();
  TrainingOptions base = small_options();
  base.epochs = 4;
  SweepOptions space = twelve_points();
  space.search = SweepSearch::halving;
  MemoryStore store;
  TrainingCache cache(data, store, {});
  std::vector<EpochsDone> calls;
  const auto record = [&](const EpochsDone& epochs) { calls.push_back(epochs); };
  const std::int64_t total = sweep_epochs(space, base);
  EXPECT_EQ(total, 12 * 1 + 4 * 2 + 2 * 1);  // rounds of 1, 3 and 4 epochs
  sweep(cache, base, space, 2, record);
  ASSERT_EQ(calls.size(), static_cast<std::size_t>(total));  // a call an epoch
  for (std::size_t i = 0; i < calls.size(); ++i) {
    EXPECT_EQ(calls[i].done, static_cast<std::int64_t>(i) + 1);
    EXPECT_EQ(calls[i].total, total);
    EXPECT_EQ(calls[i].reused, 0);
  }
  calls.clear();
  sweep(cache, base, space, 2, record);
  EXPECT_EQ(calls.back().done, total);
  EXPECT_EQ(calls.back().reused, total);
  // Noise: three seeds, then five, of which three were there.
  calls.clear();
  measure_noise(cache, base, 3, 100, 2, record);
  EXPECT_EQ(calls.size(), 12U);
  EXPECT_EQ(calls.back().done, 3 * 4);
  EXPECT_EQ(calls.back().reused, 0);
  measure_noise(cache, base, 5, 100, 2, record);
  EXPECT_EQ(calls.back().done, 5 * 4);
  EXPECT_EQ(calls.back().reused, 3 * 4);
}

TEST(Sweep, AWiderSweepReusesWhatIsThere) {
  const Dataset data = small_digits();
  MemoryStore store;
  TrainingCache cache(data, store, {});
  SweepOptions space = twelve_points();
  const SweepResult narrow = sweep(cache, small_options(), space, 2);
  EXPECT_EQ(narrow.trainings_reused, 0);
  space.hidden.push_back({6, 6});
  space.l2.push_back(1e-2);
  const SweepResult wide = sweep(cache, small_options(), space, 2);
  EXPECT_EQ(wide.trainings, 24);
  EXPECT_EQ(wide.trainings_reused, 12);
  const SweepResult fresh = sweep(data, small_options(), space, 2);
  EXPECT_EQ(wide.chosen, fresh.chosen);
  for (std::size_t i = 0; i < 24; ++i) expect_equal(wide.points[i], fresh.points[i]);
}

TEST(Sweep, SeedsAreJudgedByTheirMean) {
  const Dataset data = small_digits();
  SweepOptions space;
  space.hidden = {{12}, {20}};
  space.seeds = 3;
  const SweepResult result = sweep(data, small_options(), space, 2);
  EXPECT_EQ(result.epochs, 2 * 3 * 4);
  for (const SweepPoint& point : result.points) {
    std::vector<double> wrong;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      TrainingOptions options = point.options;
      options.seed = seed;
      const GraphNetwork network = train(data, options).network;
      wrong.push_back(static_cast<double>(count_wrong(network, data.validation)));
    }
    EXPECT_DOUBLE_EQ(point.validation_wrong, mean(wrong));
    EXPECT_DOUBLE_EQ(point.validation_error_percent, mean(wrong) / 3);  // 300 samples
    EXPECT_DOUBLE_EQ(point.validation_sigma_percent, sample_deviation(wrong) / 3);
  }
}

TEST(Sweep, ADivergingPointIsAResultAndAllOfThemAnError) {
  const Dataset data = small_digits();
  TrainingOptions base = diverging_options();
  SweepOptions space;
  space.learning_rates = {0.001, 90};
  base.regularization.l2 = 1;
  for (const SweepSearch search : {SweepSearch::grid, SweepSearch::halving}) {
    space.search = search;
    const SweepResult result = sweep(data, base, space, 2);
    EXPECT_FALSE(result.points[0].diverged);
    EXPECT_TRUE(result.points[1].diverged);
    EXPECT_FALSE(result.points[1].finished);
    EXPECT_EQ(result.points[1].validation_error_percent, 100);
    EXPECT_EQ(result.chosen, 0U);
    EXPECT_FALSE(result.points[1].on_frontier);
  }
  space.learning_rates = {80, 90};
  EXPECT_THROW(sweep(data, base, space, 2), TrainingDiverged);
}

TEST(Sweep, RefusesWhatCannotBeSearched) {
  const auto refused = [](const std::string& key, auto change) {
    SweepOptions space;
    change(space);
    try {
      check(space, small_options());
      ADD_FAILURE() << key << " was accepted";
    } catch (const UserError& error) {
      EXPECT_NE(std::string(error.what()).find(key), std::string::npos) << error.what();
    }
  };
  refused("sweep.samples", [](auto& s) { s.search = SweepSearch::random; });
  refused("sweep.seeds", [](auto& s) { s.seeds = 0; });
  refused("sweep.halving_factor", [](auto& s) { s.halving_factor = 1; });
  refused("sweep.halving_epochs", [](auto& s) { s.halving_epochs = 0; });
  refused("sweep.halving_epochs", [](auto& s) {
    s.search = SweepSearch::halving;
    s.halving_epochs = 4;
  });
  refused("training.batch_size", [](auto& s) { s.batch_sizes = {0}; });
  refused("sweep.samples",
          [](auto& s) { s.l1 = s.l2 = s.dropout_fractions = std::vector<double>(100, 0.1); });
}

}  // namespace
}  // namespace minerva::training
