#include "dse_stage.hpp"
#include "faultsim_stage.hpp"
#include "minerva/flow/run_config.hpp"
#include "prune_stage.hpp"
#include "quantize_stage.hpp"
#include "sample_count_stage.hpp"
#include "training_stage.hpp"

namespace minerva::flow {

// The list of flow/stages/stages.cpp and one line more.
std::vector<StageDefinition> pipeline_stages() {
  std::vector<StageDefinition> stages = training::training_stages();
  stages.push_back(dse::dse_stage());
  stages.push_back(quantize::quantize_stage());
  stages.push_back(prune::prune_stage());
  stages.push_back(faultsim::fault_stage());
  stages.push_back(sample_count::sample_count_stage());
  return stages;
}

}  // namespace minerva::flow
