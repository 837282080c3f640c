#pragma once
#include "minerva/arithmetic/random.hpp"

namespace minerva::workloads {

// The uses of randomness of the workloads. Their numbers begin at 256, so that they meet none of
// the list in minerva/arithmetic/random.hpp.
inline constexpr Stream kArcadeStream = static_cast<Stream>(256);
inline constexpr Stream kReplayStream = static_cast<Stream>(257);
inline constexpr Stream kExplorationStream = static_cast<Stream>(258);
inline constexpr Stream kSampledWordsStream = static_cast<Stream>(259);
inline constexpr Stream kBatchStream = static_cast<Stream>(260);
inline constexpr Stream kSyntheticStream = static_cast<Stream>(261);
inline constexpr Stream kAugmentationStream = static_cast<Stream>(262);

}  // namespace minerva::workloads
