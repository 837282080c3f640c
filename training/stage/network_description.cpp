#include "network_description.hpp"

#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/interchange/network_file.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/report/summary_report.hpp"
#include "minerva/run/logging.hpp"
#include "minerva/training/given_network.hpp"

namespace minerva::training {

using flow::RunContext;

void describe_network(RunContext& run, const std::string& origin) {
  const Dataset& set = run.data();
  const LayerGraph& graph = run.network().graph;
  const std::string bytes = serialize_network(run.network());
  NetworkSummary& s = run.part().network.emplace();
  s.topology = graph;
  s.weights = graph.weight_count();
  s.origin = origin;
  s.sha256 = sha256(bytes.data(), bytes.size());
  s.validation_samples = set.validation.size();
  s.validation_wrong = run.validation().wrong_float;
  s.test_samples = set.test.size();
  s.test_wrong = run.test().wrong_float;
  if (!run.options().network_file.empty()) {
    log_info(float_error_text(s));
    const std::string doubt = doubt_about_validation(s.validation_wrong, s.validation_samples,
                                                     s.test_wrong, s.test_samples);
    if (!doubt.empty()) run.note(doubt);
    if (!doubt.empty()) log_warning(doubt);
  }
  run.add_row(network_text(graph), static_cast<double>(s.validation_wrong),
              static_cast<double>(s.test_wrong), nullptr);
}

void note_given_network(RunContext& run) {
  for (const std::string& note : run.data().notes) run.note(note);
  const std::string warning = run.warning_of_held_out({true, true});
  if (warning.empty()) return;
  log_warning(warning);
  run.note(warning);
  const NetworkSummary& s = *run.part().network;
  // With errors on test alone, describe_network has said how unlikely that is.
  if (s.validation_wrong > 0 || s.test_wrong > 0 || !run.data().validation_held_out) return;
  const std::string sign = "0 of " + std::to_string(s.validation_samples) +
                           " validation samples are wrong: a sign that the network was trained on "
                           "them, so that an error budget counted on them confirms nothing";
  log_warning(sign);
  run.note(sign);
}

void check_noise_of_given_network(const TrainingStage& stage, RunContext& run,
                                  const TrainingNoise& noise) {
  if (run.options().network_file.empty() || stage.noise_of_other_recipe) return;
  const bool on_test = run.tunes_on_test();
  const GivenNetworkNoise judged = judge_given_network(
      noise, on_test, on_test ? run.test().wrong_float : run.validation().wrong_float);
  if (judged.of_the_recipe) return;
  throw UserError("network.file", run.options().network_file,
                  judged.text +
                      ": the noise is that of another recipe than the network's; needs its own "
                      "sigma (budget.sigma_percent or noise.file), keys of [training] that make "
                      "such networks, or "
                      "noise.other_recipe = true");
}

}  // namespace minerva::training
