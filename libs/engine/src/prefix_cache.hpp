#pragma once
#include <cstdint>
#include <deque>
#include <list>
#include <vector>

#include "sample_pass.hpp"

namespace minerva {

/// Sums behind the first layers of networks that came before. A prefix is kept the second time that
/// it is seen; the least recently used one goes when there are more than kMostPrefixes, each of
/// 4 bytes a neuron (of its last layer) and sample. Found by content, never by address.
class PrefixCache {
 public:
  static constexpr std::size_t kMostPrefixes = 6;

  struct Prefix {
    PreparedNetwork layers;
    int chunk = 1;
    std::vector<LayerActivity> activity;  ///< of `layers`
    LayerSums sums;                       ///< of the last of `layers`
  };

  /// The longest kept prefix of `network`, shorter than it; null: none.
  const Prefix* find(const PreparedNetwork& network, int chunk);
  /// How many first layers of `network` (fewer than all) were seen before and are worth keeping;
  /// 0: none. Remembers all of them as seen.
  std::size_t note(const PreparedNetwork& network, int chunk);
  void keep(Prefix prefix);

 private:
  std::list<Prefix> prefixes_;      // most recently used first
  std::deque<std::uint64_t> seen_;  // keys of prefixes
};

}  // namespace minerva
