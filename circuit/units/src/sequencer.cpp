#include "sequencer.hpp"

#include <algorithm>

#include "minerva/base/errors.hpp"
#include "verilog_text.hpp"

// The result has, from bit 0: first, last, last of its layer, writing, lane, chunk, group, layer.
namespace minerva::circuit {
namespace {

struct Counters {
  std::int64_t layer = 0;
  std::int64_t group = 0;
  std::int64_t chunk = 0;
  std::int64_t lane = 0;
  bool writing = false;
};

constexpr int kFlags = 4;

Counters unpacked(const SequencerLayout& layout, std::int64_t shown) {
  Counters counters;
  counters.writing = (shown >> 3 & 1) != 0;
  std::int64_t rest = shown >> kFlags;
  const auto take = [&rest](int bits) {
    const std::int64_t value = rest & ((std::int64_t{1} << bits) - 1);
    rest >>= bits;
    return value;
  };
  counters.lane = take(layout.lane_bits);
  counters.chunk = take(layout.chunk_bits);
  counters.group = take(layout.group_bits);
  counters.layer = take(layout.layer_bits);
  return counters;
}

const SequencerLayout::Layer& layer_of(const SequencerLayout& layout, const Counters& counters) {
  return layout.layers[static_cast<std::size_t>(counters.layer)];
}

bool is_last(const SequencerLayout& layout, const Counters& counters) {
  return counters.chunk == layer_of(layout, counters).chunks - 1;
}

bool is_last_of_layer(const SequencerLayout& layout, const Counters& counters) {
  return is_last(layout, counters) && counters.group == layer_of(layout, counters).groups - 1;
}

std::int64_t packed(const SequencerLayout& layout, const Counters& counters) {
  std::int64_t shown = counters.layer;
  shown = shown << layout.group_bits | counters.group;
  shown = shown << layout.chunk_bits | counters.chunk;
  shown = shown << layout.lane_bits | counters.lane;
  shown = shown << 1 | (counters.writing ? 1 : 0);
  shown = shown << 1 | (is_last_of_layer(layout, counters) ? 1 : 0);
  shown = shown << 1 | (is_last(layout, counters) ? 1 : 0);
  return shown << 1 | (counters.chunk == 0 ? 1 : 0);
}

}  // namespace

void check_sequencer(const SequencerLayout& layout, const std::string& name) {
  const auto fits = [](int most, int bits) { return most < (std::int64_t{1} << bits); };
  bool fit = !layout.layers.empty() && layout.bits() <= 60 && layout.write_ports >= 1 &&
             layout.lanes >= 1 &&
             fits(static_cast<int>(layout.layers.size()) - 1, layout.layer_bits) &&
             fits(layout.lanes - 1, layout.lane_bits);
  for (const SequencerLayout::Layer& layer : layout.layers) {
    fit = fit && layer.chunks >= 1 && layer.groups >= 1 &&
          fits(layer.chunks - 1, layout.chunk_bits) && fits(layer.groups - 1, layout.group_bits);
  }
  if (!fit) {
    throw UserError("unit", name,
                    "needs layers of 1 chunk and 1 group or more, and counters that hold them");
  }
}

std::int64_t sequencer_next(const SequencerLayout& layout, std::int64_t shown, bool hold) {
  Counters now = unpacked(layout, shown);
  if (hold) return shown;
  const bool last = is_last(layout, now);
  const bool last_of_layer = is_last_of_layer(layout, now);
  Counters next = now;
  next.chunk = last ? 0 : now.chunk + 1;
  if (last) next.group = last_of_layer ? 0 : now.group + 1;
  if (last_of_layer) {
    next.layer =
        now.layer + 1 == static_cast<std::int64_t>(layout.layers.size()) ? 0 : now.layer + 1;
  }
  if (last) {
    next.lane = 0;
    next.writing = true;
  } else if (now.writing) {
    const bool all = now.lane + layout.write_ports >= layout.lanes;
    next.lane = all ? 0 : now.lane + layout.write_ports;
    next.writing = !all;
  }
  return packed(layout, next);
}

std::int64_t sequencer_begin(const SequencerLayout& layout) { return packed(layout, {}); }

std::string sequencer_body(const SequencerLayout& layout) {
  const auto counter = [](const char* name, int bits) {
    return "  reg [" + number(bits - 1) + ":0] " + name + ";\n";
  };
  const auto constant = [](int bits, std::int64_t value) {
    return number(bits) + "'d" + std::to_string(value);
  };
  std::string text = counter("layer", layout.layer_bits) + counter("group", layout.group_bits) +
                     counter("chunk", layout.chunk_bits) + counter("lane", layout.lane_bits) +
                     "  reg writing;\n" + counter("last_chunk", layout.chunk_bits) +
                     counter("last_group", layout.group_bits);
  // The sizes of the layers are a table in gates.
  text += "  always @* begin\n    case (layer)\n";
  for (std::size_t k = 0; k < layout.layers.size(); ++k) {
    const SequencerLayout::Layer& layer = layout.layers[k];
    const bool others = k + 1 == layout.layers.size();
    text += "      " + (others ? "default" : constant(layout.layer_bits, static_cast<int>(k))) +
            ": begin last_chunk = " + constant(layout.chunk_bits, layer.chunks - 1) +
            "; last_group = " + constant(layout.group_bits, layer.groups - 1) + "; end\n";
  }
  text += "    endcase\n  end\n";
  const int last_layer = static_cast<int>(layout.layers.size()) - 1;
  text +=
      "  wire last = chunk == last_chunk;\n"
      "  wire last_of_layer = last & group == last_group;\n"
      // The last lanes that are written: with this test a counter of lane_bits suffices.
      "  wire all_written = lane >= " +
      constant(layout.lane_bits, std::max(0, layout.lanes - layout.write_ports)) +
      ";\n"
      "  always @(posedge clk) if (!b) begin\n"
      "    chunk <= last ? 0 : chunk + 1'b1;\n"
      "    if (last) group <= last_of_layer ? 0 : group + 1'b1;\n"
      "    if (last_of_layer) layer <= layer == " +
      constant(layout.layer_bits, last_layer) +
      " ? 0 : layer + 1'b1;\n"
      "    if (last) begin lane <= 0; writing <= 1'b1; end\n"
      "    else if (writing) begin\n"
      "      lane <= all_written ? 0 : lane + " +
      std::to_string(layout.write_ports) +
      ";\n"
      "      writing <= ~all_written;\n"
      "    end\n"
      "  end\n"
      "  assign out = {layer, group, chunk, lane, writing, last_of_layer, last, chunk == 0};\n";
  return text;
}

}  // namespace minerva::circuit
