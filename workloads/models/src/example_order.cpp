#include "example_order.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "minerva/base/errors.hpp"
#include "minerva/workloads/streams.hpp"

namespace minerva::workloads {

std::vector<std::size_t> examples_of_part(HeldOutPart part, std::size_t held_out) {
  std::vector<std::size_t> chosen;
  for (std::size_t i = part == HeldOutPart::tuning ? 0 : 1; i < held_out; i += 2) {
    chosen.push_back(i);
  }
  return chosen;
}

std::vector<std::size_t> spread(std::size_t count, std::int64_t most) {
  const std::size_t wanted = std::min(count, static_cast<std::size_t>(most));
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < wanted; ++i) chosen.push_back(i * count / wanted);
  return chosen;
}

ExampleOrder::ExampleOrder(std::uint64_t seed, std::size_t examples)
    : seed_(seed), order_(examples) {
  expects(examples > 0, "at least one example");
  shuffle();
}

void ExampleOrder::shuffle() {
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  KeyedRandom random(seed_, kBatchStream, epoch_++);
  for (std::size_t i = order_.size(); i > 1; --i) {
    std::swap(order_[i - 1], order_[random.below(i)]);
  }
  at_ = 0;
}

std::vector<std::size_t> ExampleOrder::next(std::size_t count) {
  std::vector<std::size_t> chosen;
  chosen.reserve(count);
  while (chosen.size() < count) {
    if (at_ == order_.size()) shuffle();
    chosen.push_back(order_[at_++]);
  }
  return chosen;
}

}  // namespace minerva::workloads
