#pragma once
#include "minerva/base/range.hpp"

namespace minerva {

/// What each member of DesignPoint may be. The keys of sections [design] and [dse],
/// check_design_point() and the grid of the explorer take it here; or_zero() where 0 stands for a
/// value that follows from others.
namespace design_ranges {
inline constexpr Range<int> kLanes{1, 1024};
inline constexpr Range<int> kMacsPerLane{1, 64};
inline constexpr Range<int> kBandwidth{1, 64};  ///< of weights and of activations
inline constexpr Range<int> kWritePorts{1, 1024};
inline constexpr Range<int> kMultiplierStages{1, 16};
inline constexpr Range<double> kClockPeriodNs{0, 1000, true};
inline constexpr Range<int> kBanks{1, 1024};               ///< of weights and of activations; or 0
inline constexpr Range<int> kWeightBankWords{1, 1 << 24};  ///< or 0
}  // namespace design_ranges

}  // namespace minerva
