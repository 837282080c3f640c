#include "onnx/graph/graph_tensor.hpp"

#include <algorithm>

namespace minerva {

std::int64_t GraphDimension::words() const {
  std::int64_t words = 1;
  for (const GraphAxis& axis : axes) words *= axis.size;
  return words;
}

std::int64_t GraphTensor::words() const {
  std::int64_t words = 1;
  for (const GraphDimension& each : dimensions) words *= each.size();
  return words;
}

bool GraphTensor::is_plain() const {
  return std::all_of(dimensions.begin(), dimensions.end(),
                     [](const GraphDimension& each) { return each.is_plain(); });
}

std::vector<GraphAxis> GraphTensor::order() const {
  std::vector<GraphAxis> order;
  for (const GraphDimension& each : dimensions) {
    order.insert(order.end(), each.axes.begin(), each.axes.end());
  }
  return order;
}

std::vector<std::int64_t> GraphTensor::sizes() const {
  std::vector<std::int64_t> sizes;
  for (const GraphDimension& each : dimensions) sizes.push_back(each.size());
  return sizes;
}

std::optional<std::vector<GraphDimension>> regrouped(const std::vector<GraphAxis>& order,
                                                     const std::vector<std::int64_t>& sizes) {
  std::vector<GraphDimension> dimensions;
  std::size_t at = 0;
  for (const std::int64_t size : sizes) {
    GraphDimension dimension;
    while (at < order.size() && dimension.words() < size) dimension.axes.push_back(order[at++]);
    if (dimension.words() != size) return std::nullopt;
    // A dimension of one takes an axis of one.
    if (dimension.axes.empty() && at < order.size() && order[at].size == 1) {
      dimension.axes.push_back(order[at++]);
    }
    dimensions.push_back(std::move(dimension));
  }
  for (; at < order.size(); ++at) {
    if (order[at].size != 1 || dimensions.empty()) return std::nullopt;
    dimensions.back().axes.push_back(order[at]);
  }
  return dimensions;
}

}  // namespace minerva
