#include "minerva/accelsim/waveform_view.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace minerva {
namespace {

// Flags of a trace in GTKWave's analyzer.h: how its value is written, from the right.
constexpr const char* kBinary = "@28";
constexpr const char* kSignedDecimal = "@420";
constexpr const char* kGroupBegins = "@800200";
constexpr const char* kGroupEnds = "@1000200";

constexpr double kCyclesOnScreen = 20;
// Of a window of 1400 pixels, beside names and values, in frames of 200 pixels.
constexpr double kFramesOfWaves = 5;

const char* flags_of(WaveformRadix radix) {
  switch (radix) {
    case WaveformRadix::bits:
      return kBinary;
    case WaveformRadix::signed_decimal:
      return kSignedDecimal;
  }
  return kBinary;
}

std::string full_name(const WaveformSignal& signal) {
  std::string name = std::string(kWaveformScope) + "." + signal.name;
  if (signal.bits > 1) name += "[" + std::to_string(signal.bits - 1) + ":0]";
  return name;
}

/// Stages in the order in which their first signal comes.
std::vector<std::string> stages_of(const std::vector<WaveformSignal>& signals) {
  std::vector<std::string> stages;
  for (const WaveformSignal& signal : signals) {
    bool known = false;
    for (const std::string& stage : stages) known = known || stage == signal.stage;
    if (!known) stages.push_back(signal.stage);
  }
  return stages;
}

}  // namespace

std::string gtkwave_save_file(const WaveformView& view) {
  // A frame is 2^-zoom units of time.
  const double zoom =
      -std::log2(static_cast<double>(view.cycle_ps) * kCyclesOnScreen / kFramesOfWaves);
  char screen[64];
  std::snprintf(screen, sizeof screen, "*%.6f %lld", zoom, static_cast<long long>(view.begin_ps));
  // With both names GTKWave looks for the one beside the other, from whatever folder it is started.
  std::string text = std::string(kSaveFileMark) + "[dumpfile] \"" + view.file +
                     "\"\n[savefile] \"" + view.save_file + "\"\n[timestart] " +
                     std::to_string(view.begin_ps) + "\n[size] 1400 900\n[pos] -1 -1\n" + screen;
  for (int marker = 'A'; marker <= 'Z'; ++marker) text += " -1";
  text += "\n[signals_width] 260\n[sst_expanded] 0\n";
  for (const std::string& stage : stages_of(view.signals)) {
    text += std::string(kGroupBegins) + "\n-" + stage + "\n";
    for (const WaveformSignal& signal : view.signals) {
      if (signal.stage != stage) continue;
      // GTKWave shows the end of a path alone, so that the lane or the stage is a part of the
      // alias.
      std::string alias = signal.name;
      std::replace(alias.begin(), alias.end(), '.', ' ');
      text +=
          std::string(flags_of(signal.radix)) + "\n+{" + alias + "} " + full_name(signal) + "\n";
    }
    text += std::string(kGroupEnds) + "\n-" + stage + "\n";
  }
  return text;
}

}  // namespace minerva
