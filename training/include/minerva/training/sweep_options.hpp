#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/base/enum_names.hpp"
#include "minerva/base/range.hpp"
#include "minerva/network/layer_graph.hpp"
#include "minerva/network/topology.hpp"
#include "minerva/training/options.hpp"

namespace minerva::training {

/// grid: every combination. random: some of them, drawn without repetition. halving: all of them
/// (or `samples` drawn ones) for a few epochs, the best part for more, and so on; survivors go on
/// from their checkpoints (successive halving: Jamieson and Talwalkar, 2016). none: no sweep.
enum class SweepSearch { none, grid, random, halving };
constexpr EnumNames<SweepSearch, 4> enum_names(SweepSearch) {
  return {{{SweepSearch::none, "none"},
           {SweepSearch::grid, "grid"},
           {SweepSearch::random, "random"},
           {SweepSearch::halving, "halving"}}};
}

/// The space and how it is searched. An empty list stands for the one value of the training
/// options. (Book, Fig. 4.3: 3 to 5 hidden layers of 32 to 512 neurons.)
struct SweepOptions {
  std::vector<std::vector<int>> hidden;
  std::vector<LayerGraph> networks;  ///< of any layers; they come behind `hidden`
  std::vector<double> l1;
  std::vector<double> l2;
  std::vector<double> dropout_fractions;
  std::vector<double> input_dropout_fractions;
  std::vector<double> activation_l1;
  std::vector<double> learning_rates;
  std::vector<int> batch_sizes;
  SweepSearch search = SweepSearch::grid;
  int samples = 0;         ///< random, halving: points to draw; 0: all, of halving alone
  std::uint64_t seed = 1;  ///< of the draw
  int seeds = 1;           ///< trainings a point; it is judged by their mean
  int halving_factor = 3;  ///< one of so many points goes on
  int halving_epochs = 1;  ///< of the first round; each later one has halving_factor times as many
  /// The choice is the network with the fewest weights whose validation error is at most this much
  /// above the lowest.
  double tolerance_percent =
      0.05;  ///< points; book, Sec. 4.3.1: 0.05 was not worth 2.8x the storage

  /// Whether any list asks for more than the training options.
  bool varies() const;
};

/// What each option of the search may be; the values of the lists have the ranges of the training
/// options.
namespace ranges {
inline constexpr Range<int> kSweepSamples{0, 100000};
inline constexpr Range<int> kSweepSeeds{1, 100000};
inline constexpr Range<int> kHalvingFactor{2, 1000};
inline constexpr Range<double> kTolerancePercent{0, 100};
}  // namespace ranges

/// The hidden layers of a sweep: topologies one by one, and layers x nodes of equal width.
struct SweepTopologies {
  std::vector<Topology> topologies;
  std::vector<int> hidden_layers;
  std::vector<int> nodes;

  /// Hidden widths of each, the topologies first; a repetition counts once. Throws UserError for a
  /// topology that does not fit `inputs` and `classes` of the data set `data_name`, and for layers
  /// without nodes or the reverse.
  std::vector<std::vector<int>> hidden(int inputs, int classes, const std::string& data_name) const;
};

/// Throws UserError naming "sweep.xxx", or "training.xxx" for a value of a list.
void check(const SweepOptions& sweep, const TrainingOptions& base);
/// Number of combinations.
std::int64_t grid_size(const SweepOptions& sweep);
/// The points to train: hidden and networks slowest, then l1, l2, dropout, input dropout,
/// activation_l1, learning rate, batch size fastest; drawn ones in the same order.
std::vector<TrainingOptions> sweep_points(const SweepOptions& sweep, const TrainingOptions& base);

}  // namespace minerva::training
