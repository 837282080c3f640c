#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "minerva/design/counts.hpp"
#include "minerva/design/machine_description.hpp"

namespace minerva {

/// Power of one part of the accelerator, averaged over a prediction.
struct PowerPart {
  std::string name;
  double dynamic_mw = 0;
  double leakage_mw = 0;
};

struct AreaPart {
  std::string name;
  double area_mm2 = 0;
};

/// Power of a design with one row of its technology lower and higher by the row's residual.
struct RowEffect {
  std::string row;
  double lower_mw = 0;
  double higher_mw = 0;
};

/// Between which powers a design is, as far as the residuals of the technology's rows say: one
/// standard deviation of each, independent of each other.
struct PowerInterval {
  double low_mw = 0;
  double high_mw = 0;
  std::string deciding_row;     ///< whose residual moves the power most
  double deciding_percent = 0;  ///< of the power, that its residual moves it by
  std::vector<RowEffect> rows;  ///< that move it, so that powers of one technology can be compared
};

struct NamedNumber {
  std::string name;
  double value = 0;
};

/// What one layer takes of a prediction. A fused pool takes no cycles.
struct LayerEstimate {
  std::string name;      ///< its word in the text of the network
  std::string formats;   ///< of its words; empty: not known here
  double threshold = 0;  ///< inputs below it are skipped
  LayerCycles cycles;
  std::vector<NamedNumber> events;  ///< mean counts, in the order of graph_event_names()
  double time_us = 0;
  double dynamic_nj = 0;
  double leakage_nj = 0;              ///< of the whole accelerator while the layer runs
  std::vector<NamedNumber> parts_nj;  ///< the dynamic energy by part

  double energy_nj() const { return dynamic_nj + leakage_nj; }
};

/// Power, performance and area of a design with one technology.
struct PpaEstimate {
  std::vector<PowerPart> power;
  std::vector<AreaPart> area;
  std::int64_t cycles = 0;  ///< of one prediction
  double predictions_per_s = 0;
  double latency_us = 0;  ///< from inputs to outputs: of a prediction, or a batch of them
  double energy_per_prediction_nj = 0;
  double power_mw = 0;                    ///< sum over `power`
  double area_mm2 = 0;                    ///< sum over `area`
  std::string technology;                 ///< name of the technology file
  std::optional<PowerInterval> interval;  ///< nothing: no row has a residual
  MachineDescription machine;             ///< that it is the cost of
  std::vector<LayerEstimate> layers;      ///< their energies add up to that of a prediction
};

}  // namespace minerva
