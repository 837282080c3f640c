#pragma once

namespace minerva {

/// The row of a power's interval that no technology has: what the sampling of fault maps does to
/// the supply, and so to the power.
inline constexpr const char* kSamplingOfFaultMaps = "sampling of fault maps";

}  // namespace minerva
