#include "rtl_command.hpp"

#include "evaluation_setup.hpp"
#include "faults_of_run.hpp"
#include "flow_command.hpp"
#include "json_output.hpp"
#include "minerva/accelsim/cycle_model.hpp"
#include "minerva/accelsim/rtl_files.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/config/setting_text.hpp"
#include "written_folder.hpp"

namespace minerva::flow {
namespace {

constexpr Range<int> kSamples{1, 10000};

void write_rtl(const CommandCall& call, RunContext& run) {
  const std::string to = call.value("to");
  const int samples = parse_number(call.value("samples"), "--samples", kSamples);
  EvaluationSetup setup = set_up_evaluation(run, samples, "--samples");
  const std::string faults_from = take_faults_of_run(run, setup);
  const MachineConfiguration machine = run.machine_configuration(run.design(), setup.network);
  RtlOptions options;
  options.clock_gates = call.value("registers") == "gated";
  std::vector<ExportedFile> files =
      rtl_files(setup.network, machine, codes_of_each(setup), options);
  const std::size_t count = files.size();
  write_folder(to, "rtl", std::move(files), "Makefile");

  const std::string network = to_string(machine.network);
  const std::int64_t cycles = total_cycles(machine.network, machine.point);
  const std::string mitigation = std::string(to_string(setup.network.mitigation.masking)) +
                                 " masking, detector " +
                                 to_string(setup.network.mitigation.detector);
  print_text("network  " + network + "\n" + "machine  " + to_string(machine.point) + "\n" +
             "faults   " + (faults_from.empty() ? "none" : mitigation + ", of " + faults_from) +
             "\n" + "bench    " + std::to_string(samples) + " predictions of " +
             std::to_string(cycles) + " cycles\n" + "written  " + to + ", " +
             std::to_string(count) + " files\n");
  print_document({{"schema", "minerva-rtl-1"},
                  {"network", network},
                  {"machine", to_string(machine.point)},
                  {"masking", to_string(setup.network.mitigation.masking)},
                  {"detector", to_string(setup.network.mitigation.detector)},
                  {"faults_from", faults_from},
                  {"samples", samples},
                  {"cycles_per_prediction", cycles},
                  {"registers", call.value("registers")},
                  {"written", to},
                  {"files", count}});
}

}  // namespace

int rtl_command(const CommandCall& call) {
  if (call.value("to").empty()) {
    throw UserError("rtl", "", "needs --to (minerva rtl --help)");
  }
  return flow_command(call, Keeps::a_run_if_asked,
                      [&](Pipeline& pipeline) { write_rtl(call, pipeline.context()); });
}

}  // namespace minerva::flow
