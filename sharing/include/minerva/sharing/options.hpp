#pragma once
#include <vector>

#include "minerva/arithmetic/codebook.hpp"
#include "minerva/base/enum_names.hpp"
#include "minerva/base/range.hpp"

namespace minerva::sharing {

/// Which weights the layers of a network may have. none: every code of W; shared: those of a
/// codebook; ternary: -s, 0 and s; binary: -s and s, with a power of two s of each layer, so that
/// no multiplier is needed.
enum class SharedWeights { none, shared, ternary, binary };
constexpr EnumNames<SharedWeights, 4> enum_names(SharedWeights) {
  return {{{SharedWeights::none, "none"},
           {SharedWeights::shared, "shared"},
           {SharedWeights::ternary, "ternary"},
           {SharedWeights::binary, "binary"}}};
}

struct SharingOptions {
  SharedWeights weights = SharedWeights::none;
  std::vector<int> entries = {16, 8, 4};  ///< candidates for the entries of every codebook
  bool zero_entry = true;                 ///< index 0 is the weight 0, as which a masked word reads
};

/// What each option may be. The keys of section [sharing] and check_options() take it here.
namespace ranges {
inline constexpr Range<int> kEntries{2, kMostCodebookEntries};
}  // namespace ranges

/// Throws UserError naming the key in section [sharing].
void check_options(const SharingOptions& options);

}  // namespace minerva::sharing
