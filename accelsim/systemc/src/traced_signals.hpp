#pragma once
#include <functional>
#include <string>
#include <systemc>
#include <utility>
#include <vector>

#include "minerva/accelsim/waveform_view.hpp"

namespace minerva {

/// The values that a waveform shows, gathered before there is a file, so that the file may begin at
/// any cycle. The values must outlive this object, at the same place.
class TracedSignals {
 public:
  /// The heading of the signals that are added from here on.
  void begin_stage(const std::string& stage) { stage_ = stage; }

  void add_flag(const bool& value, const std::string& name) {
    signals_.push_back({name, 1, WaveformRadix::bits, stage_});
    tracers_.emplace_back(
        [&value, name](sc_core::sc_trace_file* file) { sc_core::sc_trace(file, value, name); });
  }
  template <typename Word>
  void add(const Word& value, const std::string& name, int bits, WaveformRadix radix) {
    signals_.push_back({name, bits, radix, stage_});
    tracers_.emplace_back([&value, name, bits](sc_core::sc_trace_file* file) {
      sc_core::sc_trace(file, value, name, bits);
    });
  }

  const std::vector<WaveformSignal>& signals() const { return signals_; }
  void write_to(sc_core::sc_trace_file* file) const {
    for (const auto& tracer : tracers_) tracer(file);
  }

 private:
  std::string stage_;
  std::vector<WaveformSignal> signals_;
  std::vector<std::function<void(sc_core::sc_trace_file*)>> tracers_;
};

/// Headings of the registers between two stages; docs/machine.md, "Stages".
namespace stage_heading {
inline const std::string kClock = "clock and layer";
inline const std::string kFetched = "F1 | F2: words of the layer's inputs";
/// Before multiplier stage k, 1-based: behind F2, or behind stage k - 1.
inline std::string multiply(std::size_t k) {
  return k == 1 ? "F2 | M1: words and weights"
                : "M" + std::to_string(k - 1) + " | M" + std::to_string(k) + ": sums of products";
}
inline const std::string kAccumulator = "M | A: accumulators";
inline const std::string kResult = "A | WB: results";
inline const std::string kControl = "write control";
}  // namespace stage_heading

}  // namespace minerva
