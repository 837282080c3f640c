#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace minerva::circuit {

/// A priority queue for keys that are never below the last one taken (a radix heap). A key lies in
/// the bucket of the highest bit in which it differs from the last key, so that a push is one store
/// and a key moves to another bucket at most once for each bit.
class EventQueue {
 public:
  void push(std::uint64_t key) {
    buckets_[bucket_of(key)].push_back(key);
    ++size_;
  }
  /// Takes the smallest key, if there is one below `limit`. A key that is pushed later may be below
  /// those that stay, never below the last one taken.
  bool take_below(std::uint64_t limit, std::uint64_t& key) {
    if (buckets_[0].empty()) {
      if (size_ == 0 || !spread_below(limit)) return false;
    } else if (last_ >= limit) {
      return false;
    }
    key = last_;
    buckets_[0].pop_back();
    --size_;
    return true;
  }

 private:
  static constexpr std::size_t kBuckets = 65;

  /// 0 for the last key itself, else 1 + the highest bit that differs.
  std::size_t bucket_of(std::uint64_t key) const {
    return key == last_ ? 0 : 64 - static_cast<std::size_t>(__builtin_clzll(key ^ last_));
  }
  /// Makes the smallest key the last one and spreads its bucket over those below.
  bool spread_below(std::uint64_t limit) {
    std::size_t b = 1;
    while (buckets_[b].empty()) ++b;
    std::vector<std::uint64_t>& bucket = buckets_[b];
    const std::uint64_t smallest = *std::min_element(bucket.begin(), bucket.end());
    if (smallest >= limit) return false;
    last_ = smallest;
    // Every key of the bucket agrees with the smallest in one bit more than before.
    for (const std::uint64_t key : bucket) buckets_[bucket_of(key)].push_back(key);
    bucket.clear();
    return true;
  }

  std::array<std::vector<std::uint64_t>, kBuckets> buckets_;
  std::size_t size_ = 0;
  std::uint64_t last_ = 0;
};

}  // namespace minerva::circuit
