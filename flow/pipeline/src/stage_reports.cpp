#include "stage_reports.hpp"

#include "dse_report.hpp"
#include "fault_report.hpp"
#include "prune_report.hpp"
#include "quantize_report.hpp"
#include "training_report.hpp"

namespace minerva::flow {

const std::vector<StageReport>& stage_reports() {
  static const std::vector<StageReport> reports = {
      training::train_report(),    training::noise_report(), dse::dse_report(),
      quantize::quantize_report(), prune::prune_report(),    faultsim::faults_report()};
  return reports;
}

}  // namespace minerva::flow
