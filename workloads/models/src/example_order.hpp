#pragma once
#include <cstdint>
#include <vector>

namespace minerva::workloads {

/// The order in which the examples of an epoch are seen: every example once, shuffled anew for each
/// epoch by (seed, epoch).
class ExampleOrder {
 public:
  ExampleOrder(std::uint64_t seed, std::size_t examples);
  /// The next `count` examples; an epoch may end within them.
  std::vector<std::size_t> next(std::size_t count);

 private:
  void shuffle();

  std::uint64_t seed_;
  std::uint64_t epoch_ = 0;
  std::vector<std::size_t> order_;
  std::size_t at_ = 0;
};

}  // namespace minerva::workloads
