#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace minerva {

enum class WaveformRadix { bits, signed_decimal };

/// A signal of a waveform file, and how a viewer shows it.
struct WaveformSignal {
  std::string name;  ///< scopes and name, joined by dots, below the scope kWaveformScope
  int bits = 1;
  WaveformRadix radix = WaveformRadix::bits;
  std::string stage;  ///< heading under which it stands: the registers between which stages
};

/// The outermost scope of every waveform file of the SystemC model.
inline constexpr const char* kWaveformScope = "SystemC";

struct WaveformView {
  std::string file;       ///< name of the VCD file
  std::string save_file;  ///< name of the save file, in the same folder
  std::vector<WaveformSignal> signals;
  std::int64_t begin_ps = 0;  ///< first time on the screen
  std::int64_t cycle_ps = 1;  ///< clock period
};

/// The first line of a save file of this program. GTKWave writes another one, so that a file that a
/// user has saved from it can be told apart.
inline constexpr const char* kSaveFileMark = "[*] minerva simulate\n";

/// A save file of GTKWave: `gtkwave NAME.gtkw` opens the VCD file with its signals grouped by stage
/// and their radixes set, some twenty cycles wide. Format: GTKWave 3.3 User's Guide, "Save Files".
std::string gtkwave_save_file(const WaveformView& view);

}  // namespace minerva
