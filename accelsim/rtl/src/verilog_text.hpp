#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/accelsim/machine_structure.hpp"
#include "minerva/design/design_point.hpp"
#include "minerva/network/quantized_network.hpp"

// Pieces of the texts that are written for one machine.
namespace minerva {

/// The lines of machine_parameters.vh.
class Parameters {
 public:
  /// "  // text".
  void heading(const std::string& text) { text_ += "  // " + text + "\n"; }
  /// "  localparam NAME = VALUE;  // comment".
  void add(const std::string& name, std::int64_t value, const std::string& comment = "");
  void add_line(const std::string& line) { text_ += "  " + line + "\n"; }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

/// How the layers round to one signal: to the right by shift - align[k] each (round_saturate.v).
struct RoundingSettings {
  int shift = 0;                   ///< of the layer that goes furthest to the right, 0 or more
  int align_most = 0;              ///< largest of align
  std::vector<int> align;          ///< [layer]
  std::vector<std::int64_t> most;  ///< [layer]: largest code of the format
};
/// Sets shift and align from the shifts to the right that the layers ask for, which may be
/// negative.
void settle_shifts(const std::vector<int>& shifts, RoundingSettings& settings);

/// Largest word that a layer's weight memory holds: an index, or a code of W.
std::int64_t largest_stored(const LayerFormats& formats);
/// The value of all layers, or 0.
std::int64_t the_same(const std::vector<std::int64_t>& values);
std::vector<std::int64_t> widened(const std::vector<int>& values);

/// Numbers of the options in the parameters of the modules.
int number_of_rounding(Rounding rounding);
int number_of_masking(Masking masking);
int number_of_detector(Detector detector);

/// Shift and alignment of SIGNAL.
void add_rounding(Parameters& p, const std::string& signal, const RoundingSettings& settings);
void add_memory(Parameters& p, const std::string& name, const MemoryArray& memory);

/// A module's output as a constant, or as a choice by the layer, of which `values` has one each.
std::string choice(const std::string& name, int bits, const std::vector<std::int64_t>& values);

}  // namespace minerva
