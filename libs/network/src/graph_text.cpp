#include "minerva/network/graph_text.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <sstream>
#include <vector>

#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

constexpr std::size_t kMaxNumberDigits = 8;

std::string pair_text(int a, int b) {
  return a == b ? std::to_string(a) : std::to_string(a) + "x" + std::to_string(b);
}

std::string padding_text(const Window& w) {
  if (w.top == w.bottom && w.left == w.right) return pair_text(w.top, w.left);
  std::string text;
  for (const int side : {w.top, w.left, w.bottom, w.right}) {
    text += (text.empty() ? "" : "x") + std::to_string(side);
  }
  return text;
}

bool is_padded(const Window& w) { return w.top + w.left + w.bottom + w.right > 0; }

std::string pool_text(const GraphLayer& layer) {
  const Window& w = layer.window;
  std::string text = layer.kind == GraphLayerKind::max_pool ? "m" : layer.divisor > 1 ? "a" : "s";
  // The window that is the whole tensor is the default.
  const bool global = w.height == layer.input.height && w.width == layer.input.width &&
                      w.stride_y == w.height && w.stride_x == w.width && !is_padded(w);
  // An average over one word divides by 1, as a sum does: it is written as one.
  if (global) return text;
  text += pair_text(w.height, w.width);
  if (w.stride_y != w.height || w.stride_x != w.width) {
    text += "s" + pair_text(w.stride_y, w.stride_x);
  }
  return is_padded(w) ? text + "p" + padding_text(w) : text;
}

/// One word of the description, read from left to right.
class Word {
 public:
  Word(const std::string& text, const std::string& key, int layer)
      : text_(text), key_(key), layer_(layer) {}

  [[noreturn]] void fail(const std::string& cause) const {
    throw UserError(key_, "layer " + std::to_string(layer_) + " (" + text_ + ")", cause);
  }
  bool done() const { return at_ == text_.size(); }
  /// Whether the next character is `c`, which is then behind us.
  bool take(char c) {
    if (done() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool at_digit() const {
    return !done() && std::isdigit(static_cast<unsigned char>(text_[at_])) != 0;
  }
  int number(const char* of) {
    std::string digits;
    while (at_digit()) digits += text_[at_++];
    if (digits.empty() || digits.size() > kMaxNumberDigits)
      fail(std::string("needs a number of ") + of);
    return std::stoi(digits);
  }
  /// One number, or several joined by x.
  std::vector<int> numbers(const char* of) {
    std::vector<int> all = {number(of)};
    while (take('x')) all.push_back(number(of));
    return all;
  }
  void pair(const char* of, int* first, int* second) {
    const std::vector<int> all = numbers(of);
    if (all.size() > 2) fail(std::string("needs one or two numbers of ") + of);
    *first = all.front();
    *second = all.back();
  }

 private:
  std::string text_;
  std::string key_;
  int layer_;
  std::size_t at_ = 0;
};

void read_stride_and_padding(Word& word, Window& w) {
  if (word.take('s')) word.pair("a stride", &w.stride_y, &w.stride_x);
  if (!word.take('p')) return;
  const std::vector<int> sides = word.numbers("padding");
  if (sides.size() == 4) {
    w.top = sides[0];
    w.left = sides[1];
    w.bottom = sides[2];
    w.right = sides[3];
  } else if (sides.size() <= 2) {
    w.top = w.bottom = sides.front();
    w.left = w.right = sides.back();
  } else {
    word.fail("needs padding of all sides, of rows x columns, or of top x left x bottom x right");
  }
}

/// n, @tensor and +tensor/stride:offset, as they follow a layer.
void read_wiring(Word& word, GraphLayer& layer) {
  if (layer.has_weights() && word.take('n')) layer.relu = false;
  if (word.take('@')) layer.reads = word.number("a tensor");
  if (!layer.has_weights() || !word.take('+')) return;
  layer.added.tensor = word.number("a tensor");
  if (word.take('/')) word.pair("a stride", &layer.added.stride_y, &layer.added.stride_x);
  if (word.take(':')) layer.added.channel_offset = word.number("channels");
}

GraphLayer convolution(int channels, int kernel, int stride, int padding) {
  GraphLayer layer;
  layer.kind = GraphLayerKind::conv2d;
  layer.channels = channels;
  layer.window = {kernel, kernel, stride, stride, padding, padding, padding, padding};
  return layer;
}

/// A residual block: two 3x3 convolutions of `channels` filters and a shortcut round them, the
/// first one with the stride. The shortcut is the block's input itself, every stride-th pixel of it
/// with as many zero channels on either side; with `projection` it is a 1x1 convolution.
struct Block {
  int channels = 0;
  int stride = 1;
  bool projection = false;
};

/// Appends a block. Throws as LayerGraph::add.
void add_block(LayerGraph& graph, const Block& block, const std::string& key) {
  const int from = graph.layers();
  const TensorShape in = graph.tensor(from);
  graph.add(convolution(block.channels, 3, block.stride, 1), key);
  GraphLayer second = convolution(block.channels, 3, 1, 1);
  second.reads = from + 1;
  if (block.projection) {
    GraphLayer shortcut = convolution(block.channels, 1, block.stride, 0);
    shortcut.reads = from;
    shortcut.relu = false;
    graph.add(shortcut, key);
    second.added = {from + 2, 1, 1, 0};
  } else {
    second.added = {from, block.stride, block.stride,
                    std::max(block.channels - in.channels, 0) / 2};
  }
  graph.add(second, key);
}

std::string block_text(const Block& block) {
  return "r" + std::to_string(block.channels) +
         (block.stride > 1 ? "s" + std::to_string(block.stride) : "") +
         (block.projection ? "b" : "");
}

/// The block that layers k and on of the graph are, given a graph of those before; none: nothing.
std::optional<Block> block_at(const LayerGraph& graph, int k, const LayerGraph& before) {
  const GraphLayer& first = graph.layer(k);
  if (first.kind != GraphLayerKind::conv2d || first.window.height != 3) return std::nullopt;
  for (const bool projection : {false, true}) {
    const Block block{first.channels, first.window.stride_y, projection};
    LayerGraph with = before;
    try {
      add_block(with, block, "");
    } catch (const UserError&) {
      continue;  // such a block would not fit here, so these layers are none
    }
    bool same = with.layers() <= graph.layers();
    for (int i = k; same && i < with.layers(); ++i) same = with.layer(i) == graph.layer(i);
    if (same) return block;
  }
  return std::nullopt;
}

void read_layer(const std::string& text, const std::string& key, LayerGraph& graph) {
  Word word(text, key, graph.layers() + 1);
  const TensorShape& last = graph.tensor(graph.layers());
  GraphLayer layer;
  const auto pool = [&](GraphLayerKind kind) {
    layer.kind = kind;
    layer.relu = false;
    Window& w = layer.window;
    w.height = last.height;
    w.width = last.width;
    const bool global = !word.at_digit();
    if (!global) word.pair("a window", &w.height, &w.width);
    w.stride_y = w.height;
    w.stride_x = w.width;
    if (!global) read_stride_and_padding(word, w);
    return global;
  };
  bool global = false;
  bool average = false;
  if (word.take('r')) {
    Block block;
    block.channels = word.number("channels");
    if (word.take('s')) block.stride = word.number("a stride");
    block.projection = word.take('b');
    if (!word.done()) word.fail("needs a residual block such as r32, r32s2 or r32s2b");
    return add_block(graph, block, key);
  }
  const bool depthwise = word.take('d');
  if (depthwise || word.take('c')) {
    layer.kind = GraphLayerKind::conv2d;
    layer.channels = word.number("channels");
    if (!word.take('k')) word.fail("needs a kernel behind its channels, such as c6k5");
    word.pair("a kernel", &layer.window.height, &layer.window.width);
    read_stride_and_padding(word, layer.window);
  } else if (word.take('m')) {
    global = pool(GraphLayerKind::max_pool);
  } else if ((average = word.take('a')) || word.take('s')) {
    global = pool(GraphLayerKind::sum_pool);
  } else if (word.at_digit()) {
    layer.channels = word.number("neurons");
  } else {
    word.fail(
        "needs c or d (convolutions), m, a or s (pools), r (a residual block) or a number of "
        "neurons");
  }
  read_wiring(word, layer);
  if (!word.done()) word.fail("has letters that its kind does not, or not in this order");
  const int reads = layer.reads < 0 ? graph.layers() : layer.reads;
  if (reads < graph.tensors()) {
    const TensorShape& in = graph.tensor(reads);
    if (depthwise) layer.groups = in.channels;
    if (global) {
      layer.window.height = layer.window.stride_y = in.height;
      layer.window.width = layer.window.stride_x = in.width;
    }
  }
  if (average) layer.divisor = layer.window.words();
  graph.add(layer, key);
}

bool is_hyphenated(const std::string& text) {
  return text.find('-') != std::string::npos && std::all_of(text.begin(), text.end(), [](char c) {
           return c == '-' || std::isdigit(static_cast<unsigned char>(c)) != 0;
         });
}

}  // namespace

std::string network_text(const LayerGraph& graph) {
  return graph.is_dense_chain() ? to_string(graph.topology()) : to_string(graph);
}

std::string layer_text(const GraphLayer& layer, int k) {
  std::string text;
  switch (layer.kind) {
    case GraphLayerKind::dense:
      text = std::to_string(layer.channels);
      break;
    case GraphLayerKind::conv2d: {
      const Window& w = layer.window;
      text = (layer.groups > 1 ? "d" : "c") + std::to_string(layer.channels) + "k" +
             pair_text(w.height, w.width);
      if (w.stride_y != 1 || w.stride_x != 1) text += "s" + pair_text(w.stride_y, w.stride_x);
      if (is_padded(w)) text += "p" + padding_text(w);
      break;
    }
    case GraphLayerKind::max_pool:
    case GraphLayerKind::sum_pool:
      text = pool_text(layer);
      break;
  }
  if (layer.has_weights() && !layer.relu) text += "n";
  if (layer.reads >= 0 && layer.reads != k) text += "@" + std::to_string(layer.reads);
  if (layer.added) {
    text += "+" + std::to_string(layer.added.tensor);
    if (layer.added.stride_y != 1 || layer.added.stride_x != 1) {
      text += "/" + pair_text(layer.added.stride_y, layer.added.stride_x);
    }
    if (layer.added.channel_offset > 0) text += ":" + std::to_string(layer.added.channel_offset);
  }
  return text;
}

std::string to_string(const LayerGraph& graph) {
  if (graph.is_dense_chain() && graph.input().is_vector()) return to_string(graph.topology());
  std::string text = to_string(graph.input());
  LayerGraph before(graph.input());
  for (int k = 0; k < graph.layers();) {
    const std::optional<Block> block = block_at(graph, k, before);
    if (block) {
      text += " " + block_text(*block);
      add_block(before, *block, "");
    } else {
      GraphLayer layer = graph.layer(k);
      before.add(layer, "");
      // The last layer has no ReLU in any case.
      if (k + 1 == graph.layers()) layer.relu = true;
      text += " " + layer_text(layer, k);
    }
    k = before.layers();
  }
  return text;
}

LayerGraph parse_layer_graph(const std::string& text, const std::string& key) {
  if (is_hyphenated(text)) return LayerGraph(parse_topology(text, key));
  std::istringstream words(text);
  std::string word;
  if (!(words >> word)) {
    throw UserError(key, text, "needs a network such as 28x28x1 c6k5p2 m2 120 10, or 784-256-10");
  }
  LayerGraph graph(parse_tensor_shape(word, key));
  while (words >> word) read_layer(word, key, graph);
  check_graph(graph, key);
  return graph;
}

}  // namespace minerva
