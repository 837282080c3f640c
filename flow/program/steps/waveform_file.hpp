#pragma once
#include <cstdint>
#include <string>

#include "minerva/accelsim/waveform_view.hpp"

namespace minerva::flow {

/// A VCD file that stands under its name whole or not at all: it is written under a temporary name
/// in the same folder and renamed in the end. Removed unless it is published. Beside it stands a
/// save file of GTKWave, whose name has .gtkw in the place of .vcd; one that was not written by
/// this program stays.
class WaveformFile {
 public:
  /// Throws UserError when the folder cannot be written, and for a name that is the save file's.
  explicit WaveformFile(const std::string& path);
  ~WaveformFile();
  WaveformFile(const WaveformFile&) = delete;
  WaveformFile& operator=(const WaveformFile&) = delete;

  /// Where to write; ends in ".vcd".
  const std::string& temporary_path() const { return temporary_; }
  /// Blanks the date, so that equal runs give equal bytes, writes the save file for `view`, whose
  /// names of files are set here, and gives the VCD file its name. Throws UserError when the VCD
  /// file does not end with the time `end_ps`: it was cut short.
  void publish(std::int64_t end_ps, WaveformView view);

 private:
  std::string path_;
  std::string temporary_;
};

}  // namespace minerva::flow
