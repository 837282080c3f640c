#include "prefix_cache.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "minerva/arithmetic/random.hpp"

namespace minerva {
namespace {

constexpr std::size_t kMostSeen = 256;

/// A key of what a layer computes. Two layers with one key are taken for the same only in what is
/// worth keeping, never in results.
std::uint64_t key_of(const PreparedLayer& layer) {
  std::uint64_t sums[4] = {1, 2, 3, 4};
  const std::size_t words = layer.weights.size() / 4;
  for (std::size_t w = 0; w < words; ++w) {  // rows are padded to whole words
    std::uint64_t value = 0;
    std::memcpy(&value, layer.weights.data() + 4 * w, sizeof value);
    sums[w % 4] = (sums[w % 4] ^ value) * 0x9E3779B97F4A7C15ULL;
    sums[w % 4] ^= sums[w % 4] >> 29;
  }
  std::uint64_t key = 0;
  for (const std::uint64_t sum : sums) key = mix_keys(key, sum);
  for (const std::int32_t b : layer.biases) key = mix_keys(key, static_cast<std::uint32_t>(b));
  const LayerFormats& f = layer.formats;
  for (const int v :
       {f.weight.integer_bits, f.weight.fraction_bits, f.activation.integer_bits,
        f.activation.fraction_bits, f.product.integer_bits, f.product.fraction_bits,
        layer.theta_code, static_cast<int>(layer.rounding.mode), layer.n_in, layer.n_out}) {
    key = mix_keys(key, static_cast<std::uint64_t>(v));
  }
  return key;
}

}  // namespace

const PrefixCache::Prefix* PrefixCache::find(const PreparedNetwork& network, int chunk) {
  auto best = prefixes_.end();
  for (auto p = prefixes_.begin(); p != prefixes_.end(); ++p) {
    if (p->chunk != chunk || p->layers.size() >= network.size()) continue;
    if (best != prefixes_.end() && p->layers.size() <= best->layers.size()) continue;
    if (std::equal(p->layers.begin(), p->layers.end(), network.begin(),
                   [](const PreparedLayer& a, const PreparedLayer& b) { return equal(a, b); })) {
      best = p;
    }
  }
  if (best == prefixes_.end()) return nullptr;
  prefixes_.splice(prefixes_.begin(), prefixes_, best);
  return &prefixes_.front();
}

std::size_t PrefixCache::note(const PreparedNetwork& network, int chunk) {
  std::size_t longest = 0;
  std::uint64_t key = static_cast<std::uint64_t>(chunk);
  for (std::size_t k = 0; k + 1 < network.size() && !network[k].sums_in_64; ++k) {
    key = mix_keys(key, key_of(network[k]));
    if (std::find(seen_.begin(), seen_.end(), key) != seen_.end()) {
      longest = k + 1;
    } else {
      seen_.push_back(key);
      if (seen_.size() > kMostSeen) seen_.pop_front();
    }
  }
  return longest;
}

void PrefixCache::keep(Prefix prefix) {
  prefixes_.push_front(std::move(prefix));
  if (prefixes_.size() > kMostPrefixes) prefixes_.pop_back();
}

}  // namespace minerva
