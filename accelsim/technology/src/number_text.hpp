#pragma once
#include "minerva/base/text.hpp"

namespace minerva {

/// Two table indices closer than this are the same row: ns or V, finer than any step of a table.
constexpr double kSameIndex = 1e-6;

}  // namespace minerva
