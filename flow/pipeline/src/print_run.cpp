#include "minerva/flow/print_run.hpp"

#include "minerva/report/summary_report.hpp"
#include "minerva/run/output.hpp"

namespace minerva::flow {

void run_stage_and_print(Pipeline& pipeline, const std::string& id) {
  pipeline.run_stage(id);
  const RunConfig& config = pipeline.context().config();
  const StageDefinition& stage = config.stages()[config.index_of(id)];
  if (stage.command_text) print_text(stage.command_text(pipeline.summary(), config.options()));
}

void print_run(const Pipeline& pipeline, const RunDirectory& directory) {
  const RunSummary& summary = pipeline.summary();
  const NetworkSummary& network = summary.network;
  if (!pipeline.context().options().network_file.empty() && network.test_samples > 0) {
    print_text(float_error_text(network) + "\n\n");
  }
  if (!summary.stages.empty()) print_text(stage_table_text(summary) + "\n");
  print_text("report  " + directory.path_of("report.html") + "\nsummary " +
             directory.path_of("summary.json") + "\n");
  print_json(summary_to_json(summary));
}

}  // namespace minerva::flow
