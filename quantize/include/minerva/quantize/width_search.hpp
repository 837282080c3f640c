#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "minerva/base/enum_names.hpp"
#include "minerva/engine/fixed_engine.hpp"
#include "minerva/quantize/options.hpp"
#include "minerva/quantize/range_profile.hpp"

namespace minerva::quantize {

/// What a plan costs; the search minimises it. The flow gives the energy of a prediction in nJ.
using PlanCost = std::function<double(const QuantizationPlan&)>;
/// The widest bits of W, X and P over the layers, times what a bit of each costs.
double weighted_bits(const QuantizationPlan& plan, const BitCosts& costs);
/// Called after each evaluation with the number so far and a word about what is searched.
using SearchProgress = std::function<void(std::int64_t evaluations, const std::string& what)>;

/// Words of one width for every signal, as uniform_bits asks for.
LayerFormats uniform_words(int bits);
/// Words of options.uniform_bits for every signal, one binary point each, where the widest layer's
/// range does not saturate, or as near as the machine can run it. Throws UserError naming
/// quantize.uniform_bits where added tensors are exact with no points.
QuantizationPlan plan_by_ranges(const LayerGraph& graph, const std::vector<LayerRange>& ranges,
                                const QuantizeOptions& options);

struct EvaluatedPlan {
  QuantizationPlan plan;
  FixedEvaluation evaluation;
};

struct QuantizeResult {
  std::vector<LayerRange> ranges;
  /// Narrowest format of each signal while all others stay at the start format (book, Fig. 4.6).
  /// These minima do not hold together; `minima` says what happens when they are joined.
  EvaluatedPlan minima;
  /// Narrowest formats of each layer that hold together; reported, the datapath has `hardware`.
  EvaluatedPlan per_layer;
  /// What the one datapath runs, by the reading asked for.
  EvaluatedPlan hardware;
  /// The per-layer plan's widest under both readings, for the report. The reading that was not
  /// asked for holds no layer when it exceeds a signal's limit.
  EvaluatedPlan one_binary_point;
  EvaluatedPlan per_layer_point;
  std::int64_t evaluations = 0;  ///< plans asked about, each once
};

/// Bits of the three signals together, the widest layer of each.
int datapath_bits(const QuantizationPlan& plan);

/// One plan near another: a signal with bits more or fewer in every layer.
struct NeighbourPlan {
  std::string signal;  ///< "W", "X", "P"; empty: the plan itself
  int integer_bits_added = 0;
  int fraction_bits_added = 0;
  QuantizationPlan plan;
};
/// The plan itself, then each signal with one and two bits fewer and more in m and in n; formats
/// that the machine does not have, plans that are not answered and plans that it cannot run are
/// left out.
std::vector<NeighbourPlan> neighbour_plans(const LayerGraph& graph, const QuantizationPlan& plan,
                                           const QuantizeOptions& options);

/// Searches formats whose count of wrong samples stays at or below `most_wrong`.
///
/// 1. Each signal of each layer alone, from the start format down, integer bits and then fraction.
/// 2. The datapath's formats: the widest of those minima, repaired bit by bit (most divergence
///    saved per cost) until the bound holds, then narrowed and traded bit by bit as long as the
///    cost falls; of the candidates within the bound the least cost wins, then the least
///    divergence. With a goal: bit by bit the one whose loss adds least divergence, down to the
///    goal (or up to it, where the joined minima are narrower), and there trades as long as the
///    divergence falls; of the plans seen within the bound the fewest bits win, then the least
///    divergence. Cost is not asked.
/// 3. Each layer's joint minima inside those formats.
///
/// Only plans that the machine can run are tried (check_graph_plan): layers that read one tensor
/// and maxima share an X, pools have no W and P, and added words are exact.
///
/// With LayerScaling::power_of_two the layers' scales are chosen from their ranges before, and each
/// move of 2 may be one of scales; those cost no bits and are ranked by divergence. With
/// `uniform_bits` 2 is the search of binary points, and 1 and 3 are left out.
///
/// No plan is tried for the datapath that options.answered refuses, and no layer gets words below
/// least_bits().
///
/// The evaluator needs float reference outputs. Throws UserError when even the start format, or
/// the best of the uniform ones, is outside the bound.
QuantizeResult search_widths(const GraphNetwork& network, FixedEvaluator& evaluator,
                             std::int64_t most_wrong, const QuantizeOptions& options,
                             const PlanCost& cost, const SearchProgress& progress = {});

}  // namespace minerva::quantize
