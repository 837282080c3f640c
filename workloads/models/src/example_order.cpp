#include "example_order.hpp"

#include <numeric>
#include <utility>

#include "minerva/base/errors.hpp"
#include "minerva/workloads/streams.hpp"

namespace minerva::workloads {

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
