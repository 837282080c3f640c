#pragma once
#include <string>
#include <vector>

#include "minerva/base/enum_names.hpp"
#include "minerva/dse/options.hpp"
#include "minerva/network/layer_graph.hpp"

namespace minerva::dse {

/// How the accelerator before optimization is chosen: by the explorer's rule, or [design] as given.
enum class BaselineChoice { rule, named };
constexpr EnumNames<BaselineChoice, 2> enum_names(BaselineChoice) {
  return {{{BaselineChoice::rule, "rule"}, {BaselineChoice::named, "named"}}};
}

/// Options of stage 2. Keys of section [dse].
struct DseStageOptions {
  Space space;
  BaselineRule baseline_rule;
  SearchOptions search;
  bool compare_exhaustive = false;
  std::string objectives_text = "time_us,power_mw";
  std::vector<Objective> objectives;  ///< those of the text, once it has been read
  std::string constraints_text;
  std::vector<Constraint> constraints;  ///< those of the text, once it has been read
  std::string explored_topology_text;
  LayerGraph explored_topology;    ///< explored without data or network; no layers: the network's
  double zero_inputs_percent = 0;  ///< assumed of explored_topology
  BaselineChoice baseline = BaselineChoice::rule;
  bool after_stages = false;  ///< a run explores again with what the stages have made
};

}  // namespace minerva::dse
