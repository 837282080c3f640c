#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "minerva/engine/fixed_engine.hpp"
#include "minerva/network/graph_network.hpp"
#include "minerva/sharing/options.hpp"

namespace minerva::sharing {

/// The plan with a codebook for every layer with weights, made from the layer's codes of W: of
/// `entries` entries for shared weights; ternary and binary ones have a size of their own. The plan
/// must have none.
QuantizationPlan plan_with_codebooks(const GraphNetwork& network, const QuantizationPlan& plan,
                                     const SharingOptions& options, int entries);

/// One size of codebook, on the set that is tuned on.
struct SharingCandidate {
  int entries = 0;
  int index_bits = 0;
  QuantizationPlan plan;
  FixedEvaluation evaluation;
  bool within = false;  ///< at most `most_wrong` samples are wrong
};

struct SharingResult {
  std::vector<SharingCandidate> candidates;  ///< by falling size
  std::optional<std::size_t> chosen;         ///< of them; nothing: none is within
};

/// Evaluates every size of options.entries and chooses the one with the narrowest indices among
/// those with at most `most_wrong` wrong samples; of equally narrow ones the least divergence.
/// `between` is called before each evaluation with the number of those done.
SharingResult search_codebooks(const GraphNetwork& network, const QuantizationPlan& plan,
                               const PruningThresholds& thresholds, FixedEvaluator& evaluator,
                               std::int64_t most_wrong, const SharingOptions& options,
                               const std::function<void(std::int64_t done)>& between = {});

}  // namespace minerva::sharing
