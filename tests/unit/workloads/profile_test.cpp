#include "minerva/workloads/profile.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "minerva/base/errors.hpp"
#include "minerva/workloads/comparison.hpp"
#include "minerva/workloads/published_profile.hpp"

namespace minerva::workloads {
namespace {

WorkloadProfile small_profile(const std::string& name = "autoenc", Mode mode = Mode::train,
                              int threads = 1) {
  WorkloadProfile profile;
  profile.workload = name;
  profile.variant = "paper";
  profile.mode = mode;
  profile.shape = "784-200-784";
  profile.batch = 128;
  profile.threads = threads;
  profile.seed = 1;
  profile.peak_mb = 178;
  profile.date = "2016-09-25";
  profile.cpu = "a CPU";
  profile.library = "LibTorch 1.13.1";
  profile.step_us = {110, 100, 105, 95};
  profile.operations = {
      {"aten::addmm", "MatMul", Phase::forward, 3, {40, 42, 38, 40}},
      {"aten::mm", "MatMul", Phase::backward, 4, {20, 20, 20, 20}},
      {"aten::relu", "Relu", Phase::forward, 1, {10, 10, 10, 30}},
      {"aten::strange", "", Phase::forward, 1, {5, 5, 5, 5}},
  };
  return profile;
}

TEST(OperationTypes, AreTheColumnsOfFig3AndMore) {
  const std::vector<OperationType>& types = operation_types();
  std::set<std::string> names;
  for (const OperationType& each : types) names.insert(each.name);
  EXPECT_EQ(names.size(), types.size()) << "a type is listed twice";
  EXPECT_STREQ(types[0].name, "Add");
  EXPECT_STREQ(types[kFigureTypes - 1].name, "Shape");
  EXPECT_EQ(class_letter(types[type_number("Conv2DBackInput")].operation_class), 'D');
}

TEST(OperationTypes, AreFoundByTheLibrarysNames) {
  EXPECT_EQ(type_of_operation("aten::addmm"), type_number("MatMul"));
  EXPECT_EQ(type_of_operation("op:ApplyAdam"), type_number("ApplyAdam"));
  EXPECT_EQ(type_of_operation("aten::no_such_operation"), kUnknownOperation);
  EXPECT_EQ(type_of_operation("op:NoSuchType"), kUnknownOperation);
  EXPECT_EQ(type_of_operation("AddmmBackward0"), kNotAnOperation);
}

TEST(Profile, SharesAreOfMediansOfTypes) {
  const WorkloadProfile profile = small_profile();
  const std::vector<double> medians = median_type_times_us(profile);
  EXPECT_DOUBLE_EQ(medians[type_number("MatMul")], 60);  // of 60, 62, 58, 60
  EXPECT_DOUBLE_EQ(medians[type_number("Relu")], 10);    // of 10, 10, 10, 30
  const std::vector<double> shares = type_shares(profile);
  EXPECT_DOUBLE_EQ(shares[type_number("MatMul")], 60.0 / 70);
  EXPECT_EQ(figure_shares(profile).size(), kFigureTypes);
  const std::vector<double> classes = class_shares(shares);
  EXPECT_DOUBLE_EQ(classes[0], 10.0 / 70);
  EXPECT_DOUBLE_EQ(classes[1], 60.0 / 70);
  EXPECT_DOUBLE_EQ(median_step_us(profile), 102.5);
  EXPECT_DOUBLE_EQ(share_inside_operations(profile), 70 / 102.5);
  EXPECT_EQ(unknown_operations(profile), std::vector<std::string>{"aten::strange"});
}

TEST(Profile, CumulativeSharesBeginWithTheHeaviest) {
  const std::vector<CumulativeShare> rows = cumulative_shares(small_profile());
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].type, type_number("MatMul"));
  EXPECT_DOUBLE_EQ(rows[0].cumulative, 60.0 / 70);
  EXPECT_DOUBLE_EQ(rows[1].cumulative, 1);
}

TEST(Profile, StationarityIsDeviationAndDriftOverSteps) {
  const std::vector<Stationarity> rows = stationarity(small_profile());
  ASSERT_EQ(rows.size(), 2u);
  // 60, 62, 58, 60: squared deviations 0, 4, 4, 0.
  EXPECT_DOUBLE_EQ(rows[0].deviation_percent, 100 * std::sqrt(8.0 / 3) / 60);
  EXPECT_NEAR(rows[0].drift_percent, 100 * (59.0 - 61.0) / 60, 1e-12);
  EXPECT_NEAR(rows[1].drift_percent, 100 * (20.0 - 10.0) / 15, 1e-12);
}

TEST(Profile, IsReadBackAsItWasWritten) {
  const WorkloadProfile profile = small_profile();
  const std::string text = profile_json(profile);
  EXPECT_EQ(profile_json(profile_from_json(text, "p")), text);
}

void expect_refused(const std::string& from, const std::string& to, const std::string& message) {
  std::string text = profile_json(small_profile());
  const std::size_t at = text.find(from);
  ASSERT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  try {
    profile_from_json(text, "p.json");
    FAIL() << from << " -> " << to;
  } catch (const UserError& error) {
    EXPECT_NE(std::string(error.what()).find(message), std::string::npos) << error.what();
  }
}

TEST(Profile, RefusesWhatNoProfileHas) {
  expect_refused("minerva-fathom-profile-2", "minerva-fathom-profile-9", "schema");
  expect_refused("\"MatMul\"", "\"MatMull\"", "operations[0].type");
  expect_refused("\"batch\": 128", "\"batch\": 0", "batch");
  expect_refused("\"mode\": \"train\"", "\"mode\": \"play\"", "needs one of train, infer");
  expect_refused("110.0", "-1.0", "step_us");
}

TEST(Trace, IsJsonOfCompleteEvents) {
  const nlohmann::json trace =
      nlohmann::json::parse(chrome_trace("deepq", {{"aten::addmm", Phase::backward, 1.5, 20}}));
  ASSERT_EQ(trace["traceEvents"].size(), 2u);
  EXPECT_EQ(trace["traceEvents"][1]["ph"], "X");
  EXPECT_EQ(trace["traceEvents"][1]["cat"], "backward");
  EXPECT_EQ(trace["traceEvents"][1]["dur"], 20.0);
}

/// Profiles whose shares are the published rows themselves.
std::vector<WorkloadProfile> published_as_measured() {
  std::vector<WorkloadProfile> profiles;
  for (const PublishedProfile& row : published_profiles()) {
    WorkloadProfile profile = small_profile(row.workload);
    profile.operations.clear();
    for (std::size_t i = 0; i < kFigureTypes; ++i) {
      const double us = row.percent[i];
      profile.operations.push_back(
          {"op:x", operation_types()[i].name, Phase::forward, 1, {us, us, us, us}});
    }
    profiles.push_back(profile);
  }
  return profiles;
}

TEST(Comparison, OfThePublishedRowsWithThemselvesIsZero) {
  std::vector<WorkloadProfile> profiles = published_as_measured();
  std::swap(profiles[0], profiles[7]);
  const WorkloadComparison comparison(profiles);
  EXPECT_EQ(comparison.training().front()->workload, "seq2seq") << "the order of Fig. 3";
  for (const PublishedDistance& each : comparison.published_distances()) {
    EXPECT_NEAR(each.by_class, 0, 1e-12) << each.workload;
    EXPECT_NEAR(each.by_type, 0, 1e-12) << each.workload;
  }
  const std::vector<Join> ours = comparison.tree_by_type().joins;
  // Measured rows sum to 1, printed ones to 0.9 and more, and a centroid weighs its rows by their
  // lengths.
  std::vector<std::vector<double>> rows = published_tree(false).rows;
  for (std::vector<double>& row : rows) {
    double sum = 0;
    for (const double share : row) sum += share;
    for (double& share : row) share /= sum;
  }
  const std::vector<Join> theirs = centroid_linkage(rows);
  ASSERT_EQ(ours.size(), theirs.size());
  for (std::size_t k = 0; k < ours.size(); ++k) {
    EXPECT_NEAR(ours[k].distance, theirs[k].distance, 1e-12);
  }
}

TEST(Comparison, HasSixFiguresWhereEverythingWasMeasured) {
  std::vector<WorkloadProfile> profiles = published_as_measured();
  WorkloadProfile inference = small_profile("autoenc", Mode::infer);
  inference.step_us = {50, 50, 50, 50};
  profiles.push_back(inference);
  WorkloadProfile two = profiles[3];
  two.threads = 2;
  profiles.push_back(two);
  const WorkloadComparison comparison(profiles);
  const std::vector<Figure> figures = comparison_figures(comparison);
  std::vector<std::string> ids;
  for (const Figure& each : figures) {
    ids.push_back(each.id);
    const nlohmann::json option = nlohmann::json::parse(each.option);
    EXPECT_FALSE(option["series"].empty()) << each.id;
    EXPECT_GT(std::count(each.csv.begin(), each.csv.end(), '\n'), 1) << each.id;
    EXPECT_FALSE(each.alternative.empty()) << each.id;
  }
  EXPECT_EQ(ids,
            (std::vector<std::string>{"stationarity", "cumulative-shares", "operation-types",
                                      "similarity", "training-and-inference", "threads-autoenc"}));
  const std::string page = comparison_page(comparison);
  for (const std::string& id : ids) EXPECT_NE(page.find(id), std::string::npos) << id;
  EXPECT_NE(comparison_text(comparison).find("0.436"), std::string::npos);
}

TEST(Comparison, RefusesTwoProfilesOfOneKind) {
  EXPECT_THROW(WorkloadComparison({small_profile(), small_profile()}), UserError);
  EXPECT_THROW(WorkloadComparison({small_profile("autoenc", Mode::infer)}), UserError);
}

}  // namespace
}  // namespace minerva::workloads
