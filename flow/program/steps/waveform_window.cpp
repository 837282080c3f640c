#include "waveform_window.hpp"

#include <string>
#include <vector>

#include "minerva/base/errors.hpp"

namespace minerva::flow {
namespace {

/// The cycles of a layer, 1-based, in the first prediction.
WaveformWindow window_of_layer(int layer, const std::vector<LayerCycles>& cycles) {
  const std::string text = std::to_string(layer);
  const std::size_t depth = cycles.size();
  if (static_cast<std::size_t>(layer) > depth) {
    throw UserError("simulate.vcd_layer", text,
                    "needs 0 (all) to " + std::to_string(depth) + ", the layers of the network");
  }
  const auto index = static_cast<std::size_t>(layer - 1);
  WaveformWindow window;
  for (std::size_t k = 0; k < index; ++k) window.first_cycle += cycles[k].total();
  window.end_cycle = window.first_cycle + cycles[index].total();
  if (window.end_cycle == window.first_cycle) {
    throw UserError("simulate.vcd_layer", text,
                    "needs a layer with cycles of its own; this pool runs within layer " +
                        std::to_string(index));
  }
  return window;
}

}  // namespace

WaveformWindow waveform_window(const EvaluationOptions& options,
                               const std::vector<std::vector<LayerCycles>>& cycles) {
  WaveformWindow whole;
  for (const std::vector<LayerCycles>& sample : cycles) {
    for (const LayerCycles& layer : sample) whole.end_cycle += layer.total();
  }
  if (options.vcd_layer > 0) whole = window_of_layer(options.vcd_layer, cycles.front());
  const std::string what =
      options.vcd_layer > 0 ? "layer " + std::to_string(options.vcd_layer) : "the simulation";
  const std::int64_t length = whole.end_cycle - whole.first_cycle;
  if (options.vcd_from >= length) {
    throw UserError("simulate.vcd_from", std::to_string(options.vcd_from),
                    "needs 0 to " + std::to_string(length - 1) + ", the last cycle of " + what);
  }
  const std::int64_t left = length - options.vcd_from;
  if (options.vcd_cycles > left) {
    throw UserError("simulate.vcd_cycles", std::to_string(options.vcd_cycles),
                    "needs 0 (all) to " + std::to_string(left) + ", the cycles of " + what +
                        " from cycle " + std::to_string(options.vcd_from) + " on");
  }
  WaveformWindow window;
  window.first_cycle = whole.first_cycle + options.vcd_from;
  window.end_cycle =
      options.vcd_cycles > 0 ? window.first_cycle + options.vcd_cycles : whole.end_cycle;
  return window;
}

}  // namespace minerva::flow
