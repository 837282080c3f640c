#include "sharing_settings.hpp"

#include "minerva/config/settings.hpp"

namespace minerva::sharing {

void add_sharing_settings(Settings& settings, SharingStageOptions& o) {
  const KeyRows keys = settings.read_by({"sharing"});
  keys.add_choice(
      "sharing.weights", &o.sharing.weights,
      {SharedWeights::none, SharedWeights::shared, SharedWeights::ternary, SharedWeights::binary},
      "The weights of a layer are any codes of W (none, and the stage is left out), those of a "
      "codebook of the layer, of which the weight memory holds indices (shared), or -s, 0 and s "
      "(ternary), or -s and s (binary), with a power of two s of the layer.",
      "the book leaves weight compression and binary networks to its reader, ch. 4");
  keys.add("sharing.entries", &o.sharing.entries, ranges::kEntries, {1, 15}, "entries",
           "The stage tries shared weights with codebooks of these sizes and takes the one with "
           "the narrowest indices within its share of the error budget.",
           "assumption: sizes that use all of their indices");
  keys.add("sharing.zero_entry", &o.sharing.zero_entry,
           "Index 0 of shared weights is the weight 0, so that a masked word reads as 0; without "
           "it, it is the least weight that is not negative.",
           "docs/arithmetic.md");
  keys.add("sharing.codebooks_file", &o.codebooks_file, "made from the weights",
           "The codebooks are read from this file instead of being made.");
  settings.by_content().add(
      "budget.share_sharing", &o.share, kShareRange, "1",
      "This share of the error budget may be used by the end of weight sharing, where a run has "
      "it; what stages 3 and 4 did not use is available to it.",
      "assumption: half of what stage 4 leaves");
}

}  // namespace minerva::sharing
