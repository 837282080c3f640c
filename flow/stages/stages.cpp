#include "dse_stage.hpp"
#include "faultsim_stage.hpp"
#include "minerva/flow/run_config.hpp"
#include "prune_stage.hpp"
#include "quantize_stage.hpp"
#include "redesign_stage.hpp"
#include "sharing_stage.hpp"
#include "training_stage.hpp"

namespace minerva::flow {

// The pipeline: one line a stage, in the order in which they are done.
std::vector<StageDefinition> pipeline_stages() {
  std::vector<StageDefinition> stages = training::training_stages();
  stages.push_back(dse::dse_stage());
  stages.push_back(quantize::quantize_stage());
  stages.push_back(prune::prune_stage());
  stages.push_back(sharing::sharing_stage());
  stages.push_back(faultsim::fault_stage());
  stages.push_back(redesign::redesign_stage());
  return stages;
}

}  // namespace minerva::flow
