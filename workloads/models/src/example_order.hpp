#pragma once
#include <cstdint>
#include <vector>

#include "minerva/workloads/workload.hpp"

namespace minerva::workloads {

/// Numbers of the held-out examples of a part, of workloads whose data have no validation set:
/// every second one is for searches, and the others confirm.
std::vector<std::size_t> examples_of_part(HeldOutPart part, std::size_t held_out);
/// `most` of `count` things, evenly spread over them; all of them where they are fewer.
std::vector<std::size_t> spread(std::size_t count, std::int64_t most);

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
