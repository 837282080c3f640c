#include "prune_settings.hpp"

#include "minerva/config/settings.hpp"

namespace minerva::prune {

void add_prune_settings(Settings& settings, PruneOptions& o, std::string& thresholds_file) {
  settings.add("prune.goal_percent", &o.goal_percent, Range<double>{0, 100}, "% of MACs",
               "thresholds stop rising once so many MACs are skipped",
               "book, Sec. 4.4.2: about 75 % for MNIST");
  settings.add(
      "prune.threshold_curve", &o.curve, Range<double>{0, 32768}, {0, 1000}, "activation value",
      "thresholds, the same in every layer, of the figure error against theta", "book, Fig. 4.7");
  settings.add("prune.thresholds_file", &thresholds_file,
               "search, or the thresholds in the run directory",
               "thresholds to use instead of searching (--thresholds)");
}

}  // namespace minerva::prune
