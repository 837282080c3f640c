#include <algorithm>

#include "minerva/base/errors.hpp"
#include "onnx/graph/graph_reader.hpp"

// Windows of convolutions and pools: their sizes, strides and padding.
namespace minerva {
namespace {

/// Windows along an axis, rounded down or up.
std::int64_t windows(std::int64_t room, std::int64_t stride, bool up) {
  return (room + (up ? stride - 1 : 0)) / stride + 1;
}

std::string text_attribute(const onnx::NodeProto& node, const char* name) {
  const onnx::AttributeProto* given = attribute(node, name);
  return given == nullptr ? "" : given->s();
}

}  // namespace

/// A list of `count` integers of a node, or as many of `otherwise`.
std::vector<std::int64_t> OnnxGraphReader::integers_of(const onnx::NodeProto& node,
                                                       const char* name, std::size_t count,
                                                       std::int64_t otherwise) const {
  const onnx::AttributeProto* given = attribute(node, name);
  if (given == nullptr) return std::vector<std::int64_t>(count, otherwise);
  std::vector<std::int64_t> list(given->ints().begin(), given->ints().end());
  if (list.size() != count) {
    refuse(full_text(node) + ", has " + std::to_string(list.size()) + " " + name + ": needs " +
           std::to_string(count) + ", for windows of rows and columns");
  }
  for (const std::int64_t each : list) {
    if (each < 0 || each > kMaxWindowExtent) {
      refuse(full_text(node) + ", has " + name + " of " + std::to_string(each) + ": needs 0 to " +
             std::to_string(kMaxWindowExtent));
    }
  }
  return list;
}

/// The shape of a tensor whose dimensions are channels, rows and columns. The first layer that
/// reads the model's input says how that lies.
TensorShape OnnxGraphReader::image(const onnx::NodeProto& node, const GraphTensor& tensor) {
  const std::vector<int> roles = {kChannel, kRow, kColumn};
  if (tensor.dimensions.size() != 3) {
    refuse(full_text(node) + ", takes samples of " + sizes_of_tensor(tensor) +
           ": needs channels x rows x columns");
  }
  for (const GraphDimension& each : tensor.dimensions) {
    if (each.step == 1) continue;
    refuse(full_text(node) +
           ", reads every other pixel of a tensor (Slice): the machine adds such a tensor, and "
           "computes on whole ones");
  }
  if (tensor.dimensions[0].before + tensor.dimensions[0].after > 0) {
    refuse(full_text(node) + ", reads a tensor with zero channels (Pad), which may be added alone");
  }
  const bool good = tensor.tensor == 0 ? resolve_input(roles, tensor) : roles_of(tensor) == roles;
  if (!good) {
    refuse(full_text(node) +
           ", reads a tensor whose dimensions are not channels, rows and columns: needs a "
           "Transpose before it");
  }
  const auto size = [&](int d) {
    return static_cast<int>(tensor.dimensions[static_cast<std::size_t>(d)].words());
  };
  return {size(1), size(2), size(0)};
}

/// Stride and padding of a node, with the padding of a Pad before it.
Window OnnxGraphReader::window_of(const onnx::NodeProto& node, const TensorShape& shape, int rows,
                                  int columns, const GraphTensor& tensor) {
  const std::string what = full_text(node);
  Window w;
  w.height = rows;
  w.width = columns;
  const auto strides = integers_of(node, "strides", 2, 1);
  const auto dilations = integers_of(node, "dilations", 2, 1);
  auto pads = integers_of(node, "pads", 4, 0);
  if (strides[0] < 1 || strides[1] < 1) refuse(what + ", has a stride of 0: needs 1 or more");
  if ((dilations[0] != 1 && rows > 1) || (dilations[1] != 1 && columns > 1)) {
    refuse(what + ", has dilations of " + std::to_string(dilations[0]) + " x " +
           std::to_string(dilations[1]) +
           ": the machine has windows of words that lie beside each other (dilation 1)");
  }
  w.stride_y = static_cast<int>(strides[0]);
  w.stride_x = static_cast<int>(strides[1]);
  const std::string automatic = text_attribute(node, "auto_pad");
  const GraphDimension& across_rows = tensor.dimensions[1];
  const GraphDimension& across_columns = tensor.dimensions[2];
  const std::int64_t extents[2] = {across_rows.size(), across_columns.size()};
  const std::int64_t kernel[2] = {rows, columns};
  if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER") {
    for (std::size_t d = 0; d < 2; ++d) {
      const std::int64_t outputs = (extents[d] + strides[d] - 1) / strides[d];
      const std::int64_t both =
          std::max<std::int64_t>(0, (outputs - 1) * strides[d] + kernel[d] - extents[d]);
      pads[d] = automatic == "SAME_UPPER" ? both / 2 : both - both / 2;
      pads[d + 2] = both - pads[d];
    }
  } else if (automatic == "VALID") {
    pads = {0, 0, 0, 0};
  } else if (!automatic.empty() && automatic != "NOTSET") {
    refuse(what + ", has auto_pad " + printable(automatic) +
           ": needs NOTSET, VALID, SAME_UPPER or SAME_LOWER");
  }
  if (integer_attribute(node, "ceil_mode", 0) != 0) {
    for (std::size_t d = 0; d < 2; ++d) {
      const std::int64_t room = extents[d] + pads[d] + pads[d + 2] - kernel[d];
      if (room >= 0 && windows(room, strides[d], true) != windows(room, strides[d], false)) {
        refuse(what +
               ", has ceil_mode 1, which counts a window that is not whole: the machine has "
               "whole ones (ceil_mode 0)");
      }
    }
  }
  const auto side = [&](std::int64_t own, std::int64_t before) {
    return static_cast<int>(std::min<std::int64_t>(own + before, kMaxWindowExtent + 1));
  };
  w.top = side(pads[0], across_rows.before);
  w.left = side(pads[1], across_columns.before);
  w.bottom = side(pads[2], across_rows.after);
  w.right = side(pads[3], across_columns.after);
  expects(shape.height > 0 && shape.width > 0, "a tensor without words");
  return w;
}

/// Shapes of a layer on the tensor that it reads. Throws the UserError of LayerGraph::add, naming
/// the node.
void OnnxGraphReader::check_layer(const onnx::NodeProto& node, GraphLayer& layer,
                                  const TensorShape& reads) {
  LayerGraph alone(reads);
  GraphLayer first = layer;
  first.reads = 0;
  first.added = {};
  alone.add(first, file_ + ": " + full_text(node));
  layer.channels = alone.layer(0).channels;
  layer.output = alone.layer(0).output;
  layer.input = reads;
}

}  // namespace minerva
