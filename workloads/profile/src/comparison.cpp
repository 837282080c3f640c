#include "minerva/workloads/comparison.hpp"

#include <algorithm>

#include "minerva/base/errors.hpp"
#include "minerva/json/fields.hpp"
#include "minerva/workloads/published_profile.hpp"

namespace minerva::workloads {
namespace {

/// Place of a workload in Fig. 3; behind all of them for others.
std::size_t place_of(const std::string& workload) {
  const auto& rows = published_profiles();
  return static_cast<std::size_t>(
      std::find_if(rows.begin(), rows.end(),
                   [&](const PublishedProfile& row) { return workload == row.workload; }) -
      rows.begin());
}

SimilarityTree tree_of(std::vector<std::string> names, std::vector<std::vector<double>> rows) {
  SimilarityTree tree{std::move(names), std::move(rows), {}};
  if (tree.rows.size() >= 2) tree.joins = centroid_linkage(tree.rows);
  return tree;
}

json::Json tree_json(const SimilarityTree& tree) {
  json::Json joins = json::Json::array();
  for (std::size_t i = 0; i < tree.joins.size(); ++i) {
    joins.push_back({{"distance", tree.joins[i].distance},
                     {"workloads", names_below(tree.joins, tree.names, i)}});
  }
  return joins;
}

}  // namespace

WorkloadComparison::WorkloadComparison(std::vector<WorkloadProfile> profiles)
    : profiles_(std::move(profiles)) {
  std::stable_sort(profiles_.begin(), profiles_.end(), [](const auto& a, const auto& b) {
    const std::size_t place_a = place_of(a.workload);
    const std::size_t place_b = place_of(b.workload);
    if (place_a != place_b) return place_a < place_b;
    if (a.mode != b.mode) return a.mode < b.mode;
    return a.threads < b.threads;
  });
  for (std::size_t i = 0; i + 1 < profiles_.size(); ++i) {
    const WorkloadProfile& a = profiles_[i];
    const WorkloadProfile& b = profiles_[i + 1];
    if (a.workload == b.workload && a.mode == b.mode && a.threads == b.threads) {
      throw UserError("profiles", a.workload,
                      std::string("needs one profile of each workload; there are two of ") +
                          to_string(a.mode) + " on " + std::to_string(a.threads) + " threads");
    }
  }
  for (const WorkloadProfile& each : profiles_) {
    if (each.mode != Mode::train) continue;
    if (!training_.empty() && training_.back()->workload == each.workload) continue;
    training_.push_back(&each);
  }
  if (training_.empty()) throw UserError("profiles", "", "needs at least one profile of training");
}

const WorkloadProfile* WorkloadComparison::find(const std::string& workload, Mode mode,
                                                int threads) const {
  for (const WorkloadProfile& each : profiles_) {
    if (each.workload == workload && each.mode == mode && each.threads == threads) return &each;
  }
  return nullptr;
}

SimilarityTree WorkloadComparison::tree_by_class() const {
  std::vector<std::string> names;
  std::vector<std::vector<double>> rows;
  for (const WorkloadProfile* each : training_) {
    names.push_back(each->workload);
    rows.push_back(class_shares(type_shares(*each)));
  }
  return tree_of(std::move(names), std::move(rows));
}

SimilarityTree WorkloadComparison::tree_by_type() const {
  std::vector<std::string> names;
  std::vector<std::vector<double>> rows;
  for (const WorkloadProfile* each : training_) {
    names.push_back(each->workload);
    rows.push_back(type_shares(*each));
  }
  return tree_of(std::move(names), std::move(rows));
}

std::vector<PublishedDistance> WorkloadComparison::published_distances() const {
  std::vector<PublishedDistance> distances;
  for (const WorkloadProfile* each : training_) {
    const std::size_t place = place_of(each->workload);
    if (place == published_profiles().size()) continue;
    std::vector<double> published = published_shares(published_profiles()[place]);
    const std::vector<double> measured = type_shares(*each);
    PublishedDistance distance;
    distance.workload = each->workload;
    distance.by_class = cosine_distance(class_shares(published), class_shares(measured));
    published.resize(measured.size(), 0.0);
    distance.by_type = cosine_distance(published, measured);
    distances.push_back(distance);
  }
  return distances;
}

SimilarityTree published_tree(bool by_class) {
  std::vector<std::string> names;
  std::vector<std::vector<double>> rows;
  for (const PublishedProfile& each : published_profiles()) {
    names.emplace_back(each.workload);
    const std::vector<double> shares = published_shares(each);
    rows.push_back(by_class ? class_shares(shares) : shares);
  }
  return tree_of(std::move(names), std::move(rows));
}

std::string comparison_json(const WorkloadComparison& comparison) {
  json::Json workloads = json::Json::array();
  for (const WorkloadProfile& each : comparison.profiles()) {
    json::Json types = json::Json::object();
    const std::vector<double> shares = type_shares(each);
    for (std::size_t i = 0; i < shares.size(); ++i) {
      if (shares[i] > 0) types[operation_types()[i].name] = shares[i];
    }
    json::Json classes = json::Json::object();
    const std::vector<double> by_class = class_shares(shares);
    for (std::size_t i = 0; i < by_class.size(); ++i) {
      classes[std::string(1, class_letter(static_cast<OperationClass>(i)))] = by_class[i];
    }
    workloads.push_back({{"workload", each.workload},
                         {"variant", each.variant},
                         {"mode", to_string(each.mode)},
                         {"batch", each.batch},
                         {"threads", each.threads},
                         {"step_us", median_step_us(each)},
                         {"share_inside_operations", share_inside_operations(each)},
                         {"share_by_class", classes},
                         {"share_by_type", types}});
  }
  json::Json distances = json::Json::array();
  for (const PublishedDistance& each : comparison.published_distances()) {
    distances.push_back(
        {{"workload", each.workload}, {"by_class", each.by_class}, {"by_type", each.by_type}});
  }
  const json::Json document = {{"schema", "minerva-fathom-comparison-1"},
                               {"profiles", workloads},
                               {"distance_from_published", distances},
                               {"joins_by_class", tree_json(comparison.tree_by_class())},
                               {"joins_by_type", tree_json(comparison.tree_by_type())},
                               {"published_joins_by_class", tree_json(published_tree(true))},
                               {"published_joins_by_type", tree_json(published_tree(false))}};
  return json::dump(document);
}

}  // namespace minerva::workloads
