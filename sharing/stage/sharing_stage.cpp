#include "sharing_stage.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/config/settings.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/network/quantized_graph.hpp"
#include "minerva/run/logging.hpp"
#include "minerva/sharing/codebook_search.hpp"
#include "minerva/sharing/codebooks.hpp"
#include "minerva/sharing/codebooks_file.hpp"
#include "sharing_page.hpp"

// Weight sharing, between the stages 4 and 5.
namespace minerva::sharing {

using flow::RunContext;

namespace {

constexpr const char* kCodebooksFile = "codebooks.json";
constexpr const char* kCandidatesCsv = "sharing.csv";
constexpr const char* kEntriesCsv = "codebooks.csv";
constexpr const char* kFileKey = "sharing.codebooks_file";

/// Codebooks come from this stage alone: a plan that has some leaves nothing to share.
void refuse_codebooks(const QuantizationPlan& plan) {
  const bool has = std::any_of(plan.layers.begin(), plan.layers.end(),
                               [](const LayerFormats& f) { return !f.codebook.empty(); });
  if (has) throw UserError("sharing.weights", "", "needs none for a plan that has codebooks");
}

struct Measured {
  CandidateRow row;
  FixedEvaluation validation, test;
  PpaEstimate ppa;
  QuantizedGraph network;
};

/// Errors and cost of a design with the codebooks of its plan.
Measured measure(RunContext& run, const Design& design, int entries) {
  Measured measured;
  measured.network = quantize_graph(run.network(), design.plan, design.thresholds);
  const LayerGraph& graph = run.network().graph;
  const DatapathWidths widths = graph_datapath_widths(graph, design.plan);
  const DesignPoint point = run.machine_point(widths);
  run.technology().check_widths(widths, point.macs_per_lane, true, "sharing.weights");
  const ActivityCounting counting = counting_for(graph, point);
  measured.validation = run.validation().evaluator.evaluate(measured.network, counting);
  measured.test = run.test().evaluator.evaluate(measured.network, counting);
  measured.ppa = run.estimate_ppa(design, measured.network, measured.test.activity);
  CandidateRow& row = measured.row;
  row.entries = entries;
  row.index_bits = widths.stored_weight_bits();
  row.validation_wrong = measured.validation.wrong;
  row.test_wrong = measured.test.wrong;
  row.power_mw = measured.ppa.power_mw;
  row.energy_per_prediction_nj = measured.ppa.energy_per_prediction_nj;
  row.area_mm2 = measured.ppa.area_mm2;
  row.weight_memory_kibibytes = measured.ppa.machine.memories.front().kibibytes();
  const bool on_test = run.tunes_on_test();
  row.divergence = on_test ? measured.test.divergence : measured.validation.divergence;
  return measured;
}

CodebookRow codebook_row(RunContext& run, const QuantizationPlan& before,
                         const QuantizedLayer& layer, int k) {
  CodebookRow row;
  row.layer = k + 1;
  const QFormat w = layer.formats.weight;
  row.format = "W " + to_string(w);
  const std::vector<std::int16_t> weights = quantize_graph_layer(run.network(), before, k).weights;
  const Codebook& codebook = layer.formats.codebook;
  row.rms_error = w.step() * std::sqrt(static_cast<double>(squared_error(weights, codebook)) /
                                       static_cast<double>(weights.size()));
  const int end = codebook.lowest_index() + static_cast<int>(codebook.entries.size());
  for (int index = codebook.lowest_index(); index < end; ++index) {
    const int code = codebook.entry(index);
    row.entries.push_back({index, code, code * w.step(), 0});
  }
  for (const std::int16_t weight : layer.weights) {
    const int at = codebook.index_of(weight) - codebook.lowest_index();
    ++row.entries[static_cast<std::size_t>(at)].weights;
  }
  return row;
}

int entries_of(const QuantizationPlan& plan) {
  std::size_t most = 0;
  for (const LayerFormats& f : plan.layers) most = std::max(most, f.codebook.entries.size());
  return static_cast<int>(most);
}

/// The plan that the stage chooses; that of `design` where nothing is within the bound.
QuantizationPlan chosen_plan(const SharingStage& stage, RunContext& run, const Design& design,
                             SharingSection& section) {
  const std::int64_t bound = run.most_wrong(stage.share);
  section.bound_wrong = static_cast<double>(bound);
  section.candidates.push_back(measure(run, design, 0).row);
  CandidateRow& whole = section.candidates.front();
  whole.within = (run.tunes_on_test() ? whole.test_wrong : whole.validation_wrong) <= bound;
  Design shared = design;
  if (!stage.codebooks_file.empty()) {
    add_codebooks(read_file(stage.codebooks_file), stage.codebooks_file, run.network().graph,
                  shared.plan);
    run.refuse_over_budget(stage.codebooks_file,
                           quantize_graph(run.network(), shared.plan, shared.thresholds));
    section.candidates.push_back(measure(run, shared, entries_of(shared.plan)).row);
    section.candidates.back().within = section.candidates.back().chosen = true;
    run.note("The codebooks of " + stage.codebooks_file + " were used; none were made.");
    return shared.plan;
  }
  log_info("sharing weights: at most " + std::to_string(bound) + " of " +
           std::to_string(run.tuned().samples.size()) + " wrong");
  const SharingResult found =
      search_codebooks(run.network(), design.plan, design.thresholds, run.tuned().evaluator, bound,
                       stage.sharing, [](std::int64_t) { throw_if_interrupted(); });
  for (std::size_t k = 0; k < found.candidates.size(); ++k) {
    const SharingCandidate& candidate = found.candidates[k];
    shared.plan = candidate.plan;
    CandidateRow row = measure(run, shared, candidate.entries).row;
    row.within = candidate.within;
    row.chosen = found.chosen == k;
    section.candidates.push_back(row);
  }
  if (found.chosen) return found.candidates[*found.chosen].plan;
  section.candidates.front().chosen = true;
  return design.plan;
}

std::string detail_of(const SharingSection& section) {
  const auto chosen = std::find_if(section.candidates.begin(), section.candidates.end(),
                                   [](const CandidateRow& row) { return row.chosen; });
  if (chosen->entries == 0) return "no codebook within the share of the budget";
  char text[120];
  std::snprintf(text, sizeof text, "%s, %d entries a layer, indices of %d bits",
                section.weights.c_str(), chosen->entries, chosen->index_bits);
  return text;
}

Design run_sharing(const SharingStage& stage, RunContext& run, Design design) {
  refuse_codebooks(design.plan);
  SharingSection section;
  section.weights = to_string(stage.sharing.weights);
  const QuantizationPlan before = design.plan;
  design.plan = chosen_plan(stage, run, design, section);
  const Measured finished = measure(run, design, entries_of(design.plan));
  for (int k = 0; k < run.network().graph.layers(); ++k) {
    const QuantizedLayer& layer = finished.network.layer(k);
    if (layer.formats.codebook.empty()) continue;
    section.codebooks.push_back(codebook_row(run, before, layer, k));
  }
  run.write(kCodebooksFile, codebooks_to_json(design.plan));
  run.write(kCandidatesCsv, sharing_csv(section));
  run.write(kEntriesCsv, codebooks_csv(section));
  run.part().section = to_json(section);
  const std::string detail = detail_of(section);
  run.add_row(detail, static_cast<double>(finished.validation.wrong),
              static_cast<double>(finished.test.wrong), &finished.ppa, &finished.network);
  log_info("weight sharing: " + detail);
  return design;
}

bool load_codebooks(const SharingStage& stage, RunContext& run, Design& design) {
  std::string where;
  const std::string given = run.is_done(kSharingStage) ? "" : stage.codebooks_file;
  const auto text = run.given_or_result(given, kSharingStage, kCodebooksFile, where);
  if (!text) return false;
  add_codebooks(*text, where, run.network().graph, design.plan);
  return true;
}

}  // namespace

flow::StageDefinition sharing_stage() {
  const auto stage = std::make_shared<SharingStage>();
  flow::StageDefinition definition;
  definition.id = kSharingStage;
  definition.number = 4;
  definition.title = "4 weight sharing";
  definition.help = {
      "Weight sharing gives every layer a codebook of few weights, of which the weight memory "
      "holds "
      "indices.",
      "It stands between the stages 4 and 5, so that faults hit the indices. A run does it with "
      "sharing.weights = shared, ternary or binary.",
      flow::sections_of_a_stage({"quantize", "prune", "sharing"}),
      {},
      {{"minerva sharing --out runs/mnist --sharing.weights=shared",
        "The run directory holds the results of stage 4."}}};
  definition.files = {kCodebooksFile, kCandidatesCsv, kEntriesCsv};
  definition.needs = {"train", "noise", "dse", "quantize", "prune"};
  definition.state = stage;
  definition.add_keys = [stage](Settings& settings) { add_sharing_settings(settings, *stage); };
  definition.check = [stage](const flow::RunConfig&) {
    check_options(stage->sharing);
    if (stage->codebooks_file.empty() || stage->sharing.weights != SharedWeights::none) return;
    throw UserError(kFileKey, stage->codebooks_file,
                    "needs sharing.weights = shared, ternary or binary");
  };
  definition.share = [stage]() -> std::optional<double> {
    if (stage->sharing.weights == SharedWeights::none) return std::nullopt;
    return stage->share;
  };
  definition.load = [stage](RunContext& run, Design& design) {
    return load_codebooks(*stage, run, design);
  };
  definition.depends_on = [stage](RunContext& run, StageQuestion& question) {
    run.ask_accelerator(question);
    run.ask_design_point(question);
    run.require("quantize");
    run.ask_plan(question);
    run.ask_thresholds(question);
    run.ask_bound(question, "most wrong samples", stage->share);
    run.ask_bound(question, "most wrong samples in the end", run.final_share());
    run.ask_file(question, kFileKey, stage->codebooks_file);
  };
  definition.run = [stage](RunContext& run, Design design) {
    return run_sharing(*stage, run, std::move(design));
  };
  definition.left_out = [stage](const RunContext&) {
    return stage->sharing.weights == SharedWeights::none
               ? flow::LeftOut{"sharing.weights is none", ""}
               : flow::LeftOut{};
  };
  definition.check_alone = [stage](const RunContext&) {
    if (stage->sharing.weights != SharedWeights::none) return;
    throw UserError("sharing.weights", "none", "needs shared, ternary or binary for this stage");
  };
  definition.report = sharing_report;
  return definition;
}

}  // namespace minerva::sharing
