#include "design_point_work.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>

#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/flow/print_run.hpp"

namespace minerva::dse {
namespace {

constexpr const char* kRows = "rows.csv";
constexpr const char* kRange = "range.txt";

/// Combinations of a shard that a merge computes again: two seconds of one core.
constexpr std::uint64_t kMostComputedAgain = std::uint64_t{1} << 22;

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

/// Walks over the rows of a shard: a digest of their begin, and whether each is of a later machine
/// than the one before.
class RowWalk {
 public:
  static constexpr std::size_t kLongestRow = 640;  // 20 numbers

  RowWalk(const ExploredRange& range, std::uint64_t begin_bytes)
      : next_(range.first), end_(range.end), begin_left_(begin_bytes) {}

  void take(const std::string& block) {
    const auto of_begin =
        static_cast<std::size_t>(std::min<std::uint64_t>(begin_left_, block.size()));
    begin_.add(block.data(), of_begin);
    begin_left_ -= of_begin;
    std::size_t at = 0;
    while (at < block.size()) {
      const std::size_t line_end = block.find('\n', at);
      line_.append(block, at, line_end - at);
      if (line_.size() > kLongestRow) in_order_ = false;
      if (!in_order_) line_.clear();
      if (line_end == std::string::npos) return;
      take_line();
      at = line_end + 1;
    }
  }
  /// Of the first bytes; of fewer, when there are fewer.
  std::string begin_sha256() { return begin_.finish(); }
  bool is_in_order() const { return in_order_ && line_.empty(); }
  std::uint64_t rows() const { return rows_; }

 private:
  void take_line() {
    std::uint64_t combination = 0;
    const char* const stop = line_.data() + line_.size();
    const auto [at, error] = std::from_chars(line_.data(), stop, combination);
    in_order_ = in_order_ && error == std::errc() && at != stop && *at == ',' &&
                combination >= next_ && combination < end_;
    next_ = combination + 1;
    ++rows_;
    line_.clear();
  }

  std::uint64_t next_;
  std::uint64_t end_;
  std::uint64_t begin_left_;
  Sha256 begin_;
  std::string line_;
  std::uint64_t rows_ = 0;
  bool in_order_ = true;
};

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

void DesignPointWork::check(ShardReader& shard, const ExploredRange& said) {
  for (const ShardPart& part : shard.parts()) {
    if (part.name == kRange || part.name == kRows) continue;
    throw UserError(shard.path(), part.name, "is no part of this work");
  }
  const ShardPart* rows = shard.find(kRows);
  if (rows == nullptr) throw UserError(shard.path(), kRows, "is missing");
  const std::uint64_t end = std::min(said.end, said.first + kMostComputedAgain);
  Sha256 digest;
  std::uint64_t bytes = 0;
  const ExploredRange computed =
      explore_range(run(), said.first, end, [&](const std::string& block) {
        digest.add(block.data(), block.size());
        bytes += block.size();
      });
  RowWalk walk(said, bytes);
  shard.read(*rows, [&](const std::string& block) { walk.take(block); });
  if (walk.begin_sha256() != digest.finish()) {
    throw UserError(shard.path(), kRows, "holds other rows than its combinations have");
  }
  if (!walk.is_in_order() || walk.rows() != said.legal) {
    throw UserError(shard.path(), kRows, "does not hold each of its machines once and in order");
  }
  if (end == said.end && range_text(computed) != range_text(said)) {
    throw UserError(shard.path(), kRange,
                    "holds other counts or another frontier than its combinations have");
  }
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
    check(shard, range);
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
