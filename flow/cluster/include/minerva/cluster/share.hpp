#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace minerva {

/// Units first to end - 1 of a plan's work.
struct UnitRange {
  std::uint64_t first = 0;
  std::uint64_t end = 0;

  bool operator==(const UnitRange& other) const { return first == other.first && end == other.end; }
};

/// The units of one shard: ranges that rise, are not empty and do not touch.
using Share = std::vector<UnitRange>;

/// The share of these units, which need not be in order; each at most once.
Share share_of(std::vector<std::uint64_t> units);
std::uint64_t size_of(const Share& share);
/// The units one by one.
std::vector<std::uint64_t> units_of(const Share& share);

/// "0-99,105", last units included.
std::string to_string(const Share& share);
/// Throws UserError naming `where` for anything that to_string does not write.
Share parse_share(const std::string& text, const std::string& where);

/// Consecutive ranges whose sizes differ by one at most, for work whose units cost the same. Needs
/// 1 to `units` shards.
std::vector<Share> even_shares(std::uint64_t units, std::size_t shards);
/// For units of different cost: each, the costliest first, to the share with the least cost so far
/// (Graham's rule of longest processing time); of equal ones the lower number counts first. Needs 1
/// to costs.size() shards.
std::vector<Share> balanced_shares(const std::vector<double>& costs, std::size_t shards);

}  // namespace minerva
