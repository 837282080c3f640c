#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "minerva/accelsim/technology.hpp"
#include "minerva/codesign/options.hpp"
#include "minerva/data/dataset.hpp"
#include "minerva/design/counts.hpp"
#include "minerva/design/design.hpp"
#include "minerva/engine/fixed_engine.hpp"

namespace minerva::codesign {

/// Wrong samples and activity of a design at its supply, over fault maps.
struct SampledError {
  std::int64_t samples = 0;
  double wrong = 0;          ///< mean over the maps
  double deviation = 0;      ///< sample deviation over the maps, in samples; 0 of one map
  ActivityProfile activity;  ///< summed over the maps, in the chunks of the design's machine
};

/// What a design costs.
struct DesignCost {
  double energy_nj = 0;  ///< of a prediction
  double area_mm2 = 0;
  double latency_us = 0;
  double power_mw = 0;
  std::int64_t cycles = 0;
};

/// A design with what it is judged by.
struct ScoredDesign {
  Design design;
  double wrong = 0;  ///< validation samples, mean over the maps of its supply
  DesignCost cost;
};

/// Judges designs of trained networks on one set of samples: by the bit-true engine with fault maps
/// keyed (fault seed, map), and by the cost model of one technology. Results do not depend on
/// `threads`.
class DesignScores {
 public:
  /// `samples` and `technology` must outlive it. @param machines with multiplier stages 0
  DesignScores(const Samples& samples, const Technology& technology,
               std::vector<DesignPoint> machines, std::uint64_t fault_seed, int threads);

  /// At its supply's fault rate, over `maps` maps where that is above 0.
  SampledError error_of(const Design& design, int maps);
  /// The cost of the design on a machine; nothing where the technology cannot build it, with the
  /// reason in `why`.
  std::optional<DesignCost> cost_on(const Design& design, const DesignPoint& machine,
                                    const ActivityProfile& activity, std::string& why) const;
  /// The design on the machine of least energy, with its error over `maps` maps; nothing where no
  /// machine can run it.
  std::optional<ScoredDesign> best_machine(Design design, int maps, std::string& why);
  /// The design on every machine that can run it.
  std::vector<ScoredDesign> all_machines(Design design, int maps, std::string& why);

  /// Supplies that a search tries, by falling voltage: the nominal one without faults, and those at
  /// which the rate is at most `most_fault_rate` and at least kLeastFaultRate, below which no
  /// voltage costs an error.
  std::vector<SramPoint> supplies(double most_fault_rate) const;
  static constexpr double kLeastFaultRate = 1e-4;

 private:
  const Samples& samples_;
  const Technology& technology_;
  std::vector<DesignPoint> machines_;
  std::uint64_t fault_seed_;
  int threads_;
  std::unique_ptr<FixedEvaluator> evaluator_;
};

/// A design at a supply: faults are masked where there are some.
Design at_supply(Design design, const SramPoint& supply, const Mitigation& mitigation);

}  // namespace minerva::codesign
