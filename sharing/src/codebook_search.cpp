#include "minerva/sharing/codebook_search.hpp"

#include <algorithm>
#include <string>

#include "minerva/base/errors.hpp"
#include "minerva/network/quantized_graph.hpp"
#include "minerva/sharing/codebooks.hpp"

namespace minerva::sharing {
namespace {

constexpr int kTernaryEntries = 3;
constexpr int kBinaryEntries = 2;

/// Sizes to try, by falling size.
std::vector<int> sizes_of(const SharingOptions& options) {
  if (options.weights == SharedWeights::ternary) return {kTernaryEntries};
  if (options.weights == SharedWeights::binary) return {kBinaryEntries};
  std::vector<int> sizes = options.entries;
  std::sort(sizes.rbegin(), sizes.rend());
  return sizes;
}

}  // namespace

void check_options(const SharingOptions& options) {
  if (options.entries.empty()) {
    throw UserError("sharing.entries", "(empty)", "needs a size of codebook, 2 to 16 entries");
  }
  for (std::size_t k = 0; k < options.entries.size(); ++k) {
    const int entries = options.entries[k];
    check_in_range("sharing.entries", entries, ranges::kEntries);
    const auto end = options.entries.begin() + static_cast<std::ptrdiff_t>(k);
    if (std::find(options.entries.begin(), end, entries) != end) {
      throw UserError("sharing.entries", std::to_string(entries), "needs each size once");
    }
  }
}

QuantizationPlan plan_with_codebooks(const GraphNetwork& network, const QuantizationPlan& plan,
                                     const SharingOptions& options, int entries) {
  QuantizationPlan shared = plan;
  for (int k = 0; k < network.graph.layers(); ++k) {
    if (!network.graph.layer(k).has_weights()) continue;
    LayerFormats& formats = shared.layers[static_cast<std::size_t>(k)];
    expects(formats.codebook.empty(), "codebooks are made for a plan without any");
    const std::vector<std::int16_t> weights = quantize_graph_layer(network, plan, k).weights;
    formats.codebook =
        options.weights == SharedWeights::shared
            ? least_squares_codebook(weights, entries, options.zero_entry)
            : sign_codebook(weights, formats.weight, options.weights == SharedWeights::ternary);
  }
  return shared;
}

SharingResult search_codebooks(const GraphNetwork& network, const QuantizationPlan& plan,
                               const PruningThresholds& thresholds, FixedEvaluator& evaluator,
                               std::int64_t most_wrong, const SharingOptions& options,
                               const std::function<void(std::int64_t done)>& between) {
  check_options(options);
  expects(options.weights != SharedWeights::none, "a search of codebooks that are not wanted");
  SharingResult result;
  for (const int entries : sizes_of(options)) {
    if (between) between(static_cast<std::int64_t>(result.candidates.size()));
    SharingCandidate candidate;
    candidate.entries = entries;
    candidate.plan = plan_with_codebooks(network, plan, options, entries);
    candidate.index_bits = graph_datapath_widths(network.graph, candidate.plan).index_bits;
    candidate.evaluation = evaluator.evaluate(quantize_graph(network, candidate.plan, thresholds));
    candidate.within = candidate.evaluation.wrong <= most_wrong;
    result.candidates.push_back(std::move(candidate));
  }
  const auto better = [](const SharingCandidate& a, const SharingCandidate& b) {
    if (a.index_bits != b.index_bits) return a.index_bits < b.index_bits;
    return a.evaluation.divergence < b.evaluation.divergence;
  };
  for (std::size_t k = 0; k < result.candidates.size(); ++k) {
    const SharingCandidate& candidate = result.candidates[k];
    if (!candidate.within) continue;
    if (!result.chosen || better(candidate, result.candidates[*result.chosen])) result.chosen = k;
  }
  return result;
}

}  // namespace minerva::sharing
