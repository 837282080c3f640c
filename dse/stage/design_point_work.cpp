#include "design_point_work.hpp"

#include <sstream>

#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/flow/print_run.hpp"

namespace minerva::dse {
namespace {

constexpr const char* kRows = "rows.csv";
constexpr const char* kRange = "range.txt";

/// docs/performance.md: the closed form with power and area.
constexpr double kMachinesPerCpuSecond = 2.8e6;

std::string range_text(const ExploredRange& range) {
  std::string text = "combinations " + std::to_string(range.first) + " " +
                     std::to_string(range.end) + "\nlegal " + std::to_string(range.legal) +
                     "\nwithin_constraints " + std::to_string(range.within_constraints) +
                     "\nfrontier " + std::to_string(range.frontier.size());
  for (const std::uint64_t combination : range.frontier) text += " " + std::to_string(combination);
  return text + "\n";
}

ExploredRange range_of(const std::string& text, const std::string& where) {
  std::istringstream in(text);
  ExploredRange range;
  std::string names[4];
  std::uint64_t points = 0;
  in >> names[0] >> range.first >> range.end >> names[1] >> range.legal >> names[2] >>
      range.within_constraints >> names[3] >> points;
  for (std::uint64_t i = 0; in && i < points; ++i) {
    std::uint64_t combination = 0;
    in >> combination;
    range.frontier.push_back(combination);
  }
  if (!in || range_text(range) != text) throw UserError(where, "", "is no range of designs");
  return range;
}

}  // namespace

DesignPointWork::DesignPointWork(flow::WorkSetup& setup) : StageWork(setup, kDseStage) {
  const SearchMethod method = setup.config.state<DseStage>().search.method;
  if (method == SearchMethod::exhaustive) return;
  throw UserError(
      "dse.search", to_string(method),
      "cannot be cut into shards: needs exhaustive (a search of a few thousand machines "
      "takes less than a second on one)");
}

double DesignPointWork::estimated_seconds() {
  return static_cast<double>(units()) / kMachinesPerCpuSecond;
}

void DesignPointWork::compute(const Share& share, const std::string&, ShardWriter& result) {
  expects(share.size() == 1, "a share of a design space is one range");
  result.begin_part(kRows);
  const ExploredRange range = explore_range(run(), share.front().first, share.front().end,
                                            [&](const std::string& rows) { result.append(rows); });
  result.add(kRange, range_text(range));
}

void DesignPointWork::check(ShardReader& shard, const Share& share) {
  Sha256 digest;
  std::uint64_t bytes = 0;
  const ExploredRange range =
      explore_range(run(), share.front().first, share.front().end, [&](const std::string& rows) {
        digest.add(rows.data(), rows.size());
        bytes += rows.size();
      });
  if (shard.read(kRange) != range_text(range)) {
    throw UserError(shard.path(), kRange,
                    "holds other counts or another frontier than its combinations have");
  }
  for (const ShardPart& part : shard.parts()) {
    if (part.name == kRange) continue;
    if (part.name != kRows) throw UserError(shard.path(), part.name, "is no part of this work");
    if (part.size != bytes || part.sha256 != digest.finish()) {
      throw UserError(shard.path(), kRows, "holds other rows than its combinations have");
    }
  }
  if (shard.find(kRows) == nullptr) throw UserError(shard.path(), kRows, "is missing");
}

int DesignPointWork::merge(const PlanFolder& folder) {
  ExploredElsewhere explored;
  for (std::size_t k = 0; k < folder.shards(); ++k) {
    ShardReader shard = *folder.open(k);
    explored.ranges.push_back(range_of(shard.read(kRange), shard.path()));
    const ExploredRange& range = explored.ranges.back();
    if (!(folder.plan().shares[k] == Share{{range.first, range.end}})) {
      throw UserError(shard.path(), "", "holds other combinations than its share of the plan");
    }
    check(shard, folder.plan().shares[k]);
  }
  explored.rows = [&folder](const std::function<void(const std::string&)>& take) {
    for (std::size_t k = 0; k < folder.shards(); ++k) {
      ShardReader shard = *folder.open(k);
      if (const ShardPart* rows = shard.find(kRows)) shard.read(*rows, take);
    }
  };
  return merge_by(
      [&](flow::RunContext& run) { run.state<DseStage>().explored = std::move(explored); },
      [](flow::Pipeline& pipeline) { flow::run_stage_and_print(pipeline, kDseStage); });
}

}  // namespace minerva::dse
