#pragma once
#include <string>

#include "minerva/arithmetic/fault_word.hpp"
#include "minerva/faultsim/options.hpp"

namespace minerva::faultsim {

/// Options of stage 5, and of a single evaluation under faults. Keys of section [faults].
struct FaultStageOptions {
  FaultOptions faults;
  Mitigation mitigation{Masking::bit, SignPolicy::zero, Detector::razor};
  /// Counts of fault maps are also looked for in the run folders in this folder; empty: nowhere.
  std::string counts_folder;
  double fault_rate = 0;    ///< of eval and simulate
  int fault_map = 0;        ///< of eval and simulate
  std::string faults_file;  ///< of eval and simulate; empty: the two above
  std::string map_file;     ///< the fault map of a chip; empty: maps are drawn
  double voltage_v = 0;     ///< of eval and simulate with a chip's map; 0: not given
  std::string write_map;    ///< eval writes the map that it draws to this file; empty: none
};

}  // namespace minerva::faultsim
