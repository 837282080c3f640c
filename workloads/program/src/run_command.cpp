#include <chrono>
#include <nlohmann/json.hpp>

#include "command_line.hpp"
#include "commands.hpp"
#include "machine_facts.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/report/text_table.hpp"
#include "minerva/run/logging.hpp"
#include "minerva/run/output.hpp"

namespace minerva::workloads {
namespace {

namespace po = boost::program_options;
using Json = nlohmann::ordered_json;

std::string score_text(const Score& score, std::int64_t steps) {
  return "after " + count_text(steps) + " steps: " + score.measure + ": " +
         readable_number(score.value, 4) + " (" + score.reference_name + ": " +
         readable_number(score.reference, 4) + "; " + count_text(score.examples) + " examples)\n";
}

Json score_json(const Score& score, std::int64_t steps) {
  return {{"steps", steps},
          {"measure", score.measure},
          {"value", score.value},
          {"reference", score.reference},
          {"reference_name", score.reference_name},
          {"examples", score.examples}};
}

}  // namespace

int run_command(const std::vector<std::string>& arguments) {
  po::options_description description;
  add_workload_options(description);
  description.add_options()("steps", po::value<int>(), "steps (10)")(
      "infer", po::bool_switch(), "the forward-only twin instead of training")(
      "one-batch", po::bool_switch(), "the same examples in every step")(
      "score", po::bool_switch(), "measure the task on held-out examples at the end")(
      "score-every", po::value<int>(), "the same after every so many steps")(
      "score-examples", po::value<int>(), "most examples of a score (all)")(
      "json", po::bool_switch(), "one JSON document")("quiet", po::bool_switch(), "no progress");
  const CommandLine line = parse_command_line("run", description, arguments);
  if (line.words.size() != 1) {
    throw UserError("fathom run", std::to_string(line.words.size()) + " workloads",
                    "needs the name of one workload");
  }
  WorkloadOptions options = workload_options(line);
  options.threads = thread_count(line);
  const int steps = positive(line, "steps", 10);
  const bool infer = line.flag("infer");
  const int score_every = line.has("score-every") ? positive(line, "score-every", 1) : 0;
  const int score_examples = line.has("score-examples") ? positive(line, "score-examples", 1) : 0;
  set_output_form(line.flag("json") ? OutputForm::json : OutputForm::text);
  if (line.flag("quiet")) set_log_level(LogLevel::quiet);

  const std::string& name = line.words.front();
  const std::unique_ptr<Workload> workload = make_workload(name, options);
  check_memory(name, options, available_memory_mb());
  workload->setup();
  workload->next_batch();
  double first_loss = 0;
  double last_loss = 0;
  double seconds = 0;
  Json scores = Json::array();
  std::string score_lines;
  const auto add_score = [&](std::int64_t done) {
    const Score score = workload->score(score_examples);
    scores.push_back(score_json(score, done));
    score_lines += score_text(score, done);
  };
  {
    Progress progress(name, steps, "steps");
    for (int step = 0; step < steps; ++step) {
      throw_if_interrupted();
      const auto begin = std::chrono::steady_clock::now();
      if (infer) {
        workload->infer_step();
      } else {
        last_loss = workload->train_step();
        if (step == 0) first_loss = last_loss;
        progress.set_note("loss " + readable_number(last_loss, 4));
      }
      seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
      if (score_every > 0 && (step + 1) % score_every == 0) add_score(step + 1);
      if (step + 1 < steps && !line.flag("one-batch")) workload->next_batch();
      progress.advance();
    }
  }
  if (line.flag("score") && (score_every == 0 || steps % score_every != 0)) add_score(steps);

  const double step_ms = 1000 * seconds / steps;
  TextTable table({"workload", "variant", "shape", "batch", "threads", "parameters", "steps",
                   "step, ms", "examples/s", "memory, MB"});
  table.add({name, to_string(options.variant), workload->shape_text(),
             std::to_string(workload->batch()), std::to_string(options.threads),
             count_text(workload->parameter_count()), count_text(steps), readable_number(step_ms),
             readable_number(1000 * workload->batch() / step_ms),
             readable_number(peak_memory_mb())});
  std::string text = table.text();
  if (!infer) {
    text += "loss: " + readable_number(first_loss, 4) + " in the first step, " +
            readable_number(last_loss, 4) + " in the last\n";
  }
  print_text(text + score_lines);
  Json document = {{"schema", "minerva-fathom-run-1"},
                   {"workload", name},
                   {"variant", to_string(options.variant)},
                   {"mode", infer ? "infer" : "train"},
                   {"shape", workload->shape_text()},
                   {"batch", workload->batch()},
                   {"threads", options.threads},
                   {"seed", options.seed},
                   {"parameters", workload->parameter_count()},
                   {"steps", steps},
                   {"step_ms", step_ms},
                   {"peak_mb", peak_memory_mb()}};
  if (!infer) {
    document["first_loss"] = first_loss;
    document["last_loss"] = last_loss;
  }
  document["scores"] = scores;
  print_json(document.dump(2) + "\n");
  return 0;
}

}  // namespace minerva::workloads
