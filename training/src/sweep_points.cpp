#include <algorithm>
#include <limits>
#include <set>

#include "minerva/arithmetic/random.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/training/sweep_options.hpp"
#include "minerva/training/trained_topology.hpp"

namespace minerva::training {
namespace {

/// Most points of a sweep. Assumption: more would train for months.
constexpr std::int64_t kMostPoints = 100000;

template <class Value>
std::int64_t choices(const std::vector<Value>& list) {
  return list.empty() ? 1 : static_cast<std::int64_t>(list.size());
}

/// Takes the number of one list's value off the fast end of a combination's number.
template <class Value>
void take(const std::vector<Value>& list, std::int64_t& combination, Value& to) {
  if (list.empty()) return;
  const auto size = static_cast<std::int64_t>(list.size());
  to = list[static_cast<std::size_t>(combination % size)];
  combination /= size;
}

TrainingOptions point_at(const SweepOptions& s, const TrainingOptions& base,
                         std::int64_t combination) {
  TrainingOptions o = base;
  take(s.batch_sizes, combination, o.batch_size);
  take(s.learning_rates, combination, o.learning_rate);
  take(s.activation_l1, combination, o.regularization.activation_l1);
  take(s.input_dropout_fractions, combination, o.regularization.input_dropout_fraction);
  take(s.dropout_fractions, combination, o.regularization.dropout_fraction);
  take(s.l2, combination, o.regularization.l2);
  take(s.l1, combination, o.regularization.l1);
  const auto hidden = static_cast<std::int64_t>(s.hidden.size());
  if (combination < hidden) {
    o.hidden = s.hidden[static_cast<std::size_t>(combination)];
    o.network = {};
  } else if (!s.networks.empty()) {
    o.network = s.networks[static_cast<std::size_t>(combination - hidden)];
  }
  return o;
}

/// Networks of either kind.
std::int64_t network_choices(const SweepOptions& s) {
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(s.hidden.size() + s.networks.size()));
}

std::int64_t points_asked(const SweepOptions& sweep) {
  const std::int64_t all = grid_size(sweep);
  return sweep.samples == 0 || sweep.search == SweepSearch::grid
             ? all
             : std::min<std::int64_t>(all, sweep.samples);
}

void refuse(const char* name, std::int64_t value, const std::string& allowed) {
  throw UserError(std::string("sweep.") + name, std::to_string(value), allowed);
}

}  // namespace

bool SweepOptions::varies() const {
  return !(hidden.empty() && networks.empty() && l1.empty() && l2.empty() &&
           dropout_fractions.empty() && input_dropout_fractions.empty() && activation_l1.empty() &&
           learning_rates.empty() && batch_sizes.empty());
}

std::int64_t grid_size(const SweepOptions& s) {
  std::int64_t size = 1;
  for (const std::int64_t count :
       {network_choices(s), choices(s.l1), choices(s.l2), choices(s.dropout_fractions),
        choices(s.input_dropout_fractions), choices(s.activation_l1), choices(s.learning_rates),
        choices(s.batch_sizes)}) {
    if (size > std::numeric_limits<std::int64_t>::max() / count) {
      throw UserError("sweep", "", "has more combinations than can be numbered");
    }
    size *= count;
  }
  return size;
}

void check(const SweepOptions& s, const TrainingOptions& base) {
  check_in_range("sweep.tolerance_percent", s.tolerance_percent, ranges::kTolerancePercent);
  check_in_range("sweep.seeds", s.seeds, ranges::kSweepSeeds);
  check_in_range("sweep.samples", s.samples, ranges::kSweepSamples);
  if (s.search == SweepSearch::random && s.samples < 1) {
    refuse("samples", s.samples, "needs 1 or more points for sweep.search = random");
  }
  check_in_range("sweep.halving_factor", s.halving_factor, ranges::kHalvingFactor);
  check_in_range("sweep.halving_epochs", s.halving_epochs, ranges::kEpochs);
  if (s.search == SweepSearch::halving && s.halving_epochs >= base.epochs) {
    refuse("halving_epochs", s.halving_epochs,
           "needs fewer than the " + std::to_string(base.epochs) +
               " epochs of a training (sweep.epochs, training.epochs): the first round must be a "
               "part of it");
  }
  if (points_asked(s) > kMostPoints) {
    refuse("samples", s.samples,
           "the sweep has " + std::to_string(points_asked(s)) + " points; needs at most " +
               std::to_string(kMostPoints) + " (sweep.search = random)");
  }
  for (const TrainingOptions& options : sweep_points(s, base)) check(options);
}

std::vector<TrainingOptions> sweep_points(const SweepOptions& s, const TrainingOptions& base) {
  const std::int64_t all = grid_size(s);
  const std::int64_t asked = points_asked(s);
  std::vector<TrainingOptions> points;
  if (asked == all) {
    for (std::int64_t i = 0; i < all; ++i) points.push_back(point_at(s, base, i));
    return points;
  }
  // Floyd's draw without repetition: each subset is as likely as any other.
  std::set<std::int64_t> drawn;
  KeyedRandom random(s.seed, Stream::sweep);
  for (std::int64_t last = all - asked; last < all; ++last) {
    const auto i = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(last) + 1));
    drawn.insert(drawn.count(i) == 0 ? i : last);
  }
  for (const std::int64_t i : drawn) points.push_back(point_at(s, base, i));
  return points;
}

std::vector<std::vector<int>> SweepTopologies::hidden(int inputs, int classes,
                                                      const std::string& data_name) const {
  std::vector<std::vector<int>> all;
  const auto add = [&](std::vector<int> widths) {
    if (std::find(all.begin(), all.end(), widths) == all.end()) all.push_back(std::move(widths));
  };
  for (const Topology& topology : topologies) {
    if (topology.inputs() != inputs || topology.outputs() != classes) {
      throw UserError("sweep.topologies", to_string(topology),
                      "data set " + data_name + " needs " + std::to_string(inputs) +
                          " inputs and " + std::to_string(classes) + " outputs");
    }
    add(hidden_of(topology));
  }
  if (hidden_layers.empty() != nodes.empty()) {
    const bool layers_missing = hidden_layers.empty();
    throw UserError(layers_missing ? "sweep.hidden_layers" : "sweep.nodes", "(empty)",
                    std::string("needs values: ") +
                        (layers_missing ? "sweep.nodes" : "sweep.hidden_layers") +
                        " has some, and together they have no point");
  }
  for (const int layers : hidden_layers) {
    for (const int width : nodes) add(std::vector<int>(static_cast<std::size_t>(layers), width));
  }
  return all;
}

}  // namespace minerva::training
