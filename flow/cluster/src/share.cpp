#include "minerva/cluster/share.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <numeric>
#include <queue>
#include <utility>

#include "minerva/base/errors.hpp"

namespace minerva {

Share share_of(std::vector<std::uint64_t> units) {
  std::sort(units.begin(), units.end());
  Share share;
  for (const std::uint64_t unit : units) {
    if (!share.empty() && share.back().end == unit) {
      ++share.back().end;
    } else {
      expects(share.empty() || share.back().end < unit, "a share holds each unit once");
      share.push_back({unit, unit + 1});
    }
  }
  return share;
}

std::uint64_t size_of(const Share& share) {
  std::uint64_t size = 0;
  for (const UnitRange& range : share) size += range.end - range.first;
  return size;
}

std::vector<std::uint64_t> units_of(const Share& share) {
  std::vector<std::uint64_t> units;
  units.reserve(size_of(share));
  for (const UnitRange& range : share) {
    for (std::uint64_t unit = range.first; unit < range.end; ++unit) units.push_back(unit);
  }
  return units;
}

std::string to_string(const Share& share) {
  std::string text;
  for (const UnitRange& range : share) {
    if (!text.empty()) text += ',';
    text += std::to_string(range.first);
    if (range.end - range.first > 1) text += '-' + std::to_string(range.end - 1);
  }
  return text;
}

Share parse_share(const std::string& text, const std::string& where) {
  const auto refuse = [&] {
    throw UserError(where, text, "needs units such as 0-99,105, rising and apart");
  };
  Share share;
  const char* at = text.data();
  const char* const end = at + text.size();
  // Below 2^62, so that no sum of units overflows.
  constexpr std::uint64_t kMostUnits = std::uint64_t{1} << 62;
  const auto number = [&] {
    std::uint64_t value = 0;
    const auto [stopped, error] = std::from_chars(at, end, value);
    if (error != std::errc() || value >= kMostUnits) refuse();
    at = stopped;
    return value;
  };
  while (true) {
    UnitRange range;
    range.first = number();
    range.end = range.first + 1;
    if (at != end && *at == '-') {
      ++at;
      range.end = number() + 1;
    }
    if (range.end <= range.first || (!share.empty() && range.first <= share.back().end)) refuse();
    share.push_back(range);
    if (at == end) break;
    if (*at != ',') refuse();
    ++at;
  }
  if (to_string(share) != text) refuse();  // leading zeros, "5-5"
  return share;
}

std::vector<Share> even_shares(std::uint64_t units, std::size_t shards) {
  expects(shards >= 1 && shards <= units, "even_shares: needs 1 to as many shards as units");
  const std::uint64_t smaller = units / shards;
  const std::uint64_t larger = units % shards;  // shares with one unit more
  std::vector<Share> shares;
  std::uint64_t first = 0;
  for (std::size_t k = 0; k < shards; ++k) {
    const std::uint64_t end = first + smaller + (k < larger ? 1 : 0);
    shares.push_back({{first, end}});
    first = end;
  }
  return shares;
}

std::vector<Share> balanced_shares(const std::vector<double>& costs, std::size_t shards) {
  expects(shards >= 1 && shards <= costs.size(),
          "balanced_shares: needs 1 to as many shards as units");
  std::vector<std::uint64_t> order(costs.size());
  std::iota(order.begin(), order.end(), std::uint64_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint64_t a, std::uint64_t b) { return costs[a] > costs[b]; });
  using Load = std::pair<double, std::size_t>;  // cost so far, shard
  std::priority_queue<Load, std::vector<Load>, std::greater<>> least;
  std::vector<std::vector<std::uint64_t>> dealt(shards);
  for (std::size_t i = 0; i < order.size(); ++i) {
    // The first ones go one to each, so that none is left empty where units cost nothing.
    Load load{0, i};
    if (i >= shards) {
      load = least.top();
      least.pop();
    }
    load.first += costs[order[i]];
    dealt[load.second].push_back(order[i]);
    least.push(load);
  }
  std::vector<Share> shares;
  for (std::vector<std::uint64_t>& units : dealt) shares.push_back(share_of(std::move(units)));
  return shares;
}

}  // namespace minerva
