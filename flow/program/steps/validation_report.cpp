#include "validation_report.hpp"

#include <cmath>

#include "minerva/base/text.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/report/text_table.hpp"

namespace minerva::flow {
namespace {

using circuit::CorePart;

/// Model over gates, less 1; nothing to compare: 0.
double deviation(double model, double gates) {
  if (gates > 0) return model / gates - 1;
  return model > 0 ? 1 : 0;
}

bool within(const ValidatedPart& part, double time_ns) {
  return std::abs(deviation(part.model_power_uw(time_ns), part.gates_power_uw(time_ns))) <=
         kValidationBound;
}

int flip_flops(const ValidatedStage& stage, CorePart part) {
  return stage.gates.flip_flops[static_cast<std::size_t>(part)];
}

std::string percent_text(double model, double gates) {
  if (!(gates > 0)) return model > 0 ? "-" : "";
  const double percent = 100 * deviation(model, gates);
  return (percent < 0 ? "" : "+") + fixed_text(percent, 0);
}

struct Verdict {
  int counting = 0;
  int within = 0;
  bool total_within = false;
};
Verdict verdict_of(const ValidatedStage& stage) {
  Verdict verdict;
  const std::vector<ValidatedPart> parts = parts_of(stage);
  for (const ValidatedPart& part : parts) {
    if (&part == &parts.back()) {
      verdict.total_within = within(part, stage.model.time_ns);
    } else if (part.counts) {
      ++verdict.counting;
      verdict.within += within(part, stage.model.time_ns) ? 1 : 0;
    }
  }
  return verdict;
}

/// What the sequencer among the parts consists of, in gates alone.
std::string control_text(const ValidatedStage& stage) {
  const double time_ns = stage.model.time_ns;
  const double gates_ns = stage.gates.cycle_ns * static_cast<double>(stage.gates.cycles);
  TextTable table({"sequencer", "dynamic\nuW", "leakage\nuW", "area\num2", "flip-flops"});
  for (std::size_t p = 0; p < circuit::kControlParts; ++p) {
    const circuit::ControlFigures& figures = stage.gates.control[p];
    if (!(figures.area_um2 > 0)) continue;
    table.add({to_string(static_cast<circuit::ControlPart>(p)),
               readable_number(figures.energy.dynamic_fj() / time_ns),
               readable_number(figures.energy.leakage_fj / gates_ns),
               readable_number(figures.area_um2), std::to_string(figures.flip_flops)});
  }
  return table.text();
}

/// Energies with the wires of a layout beside those without; nothing where there is none.
std::string layout_text(const ValidatedStage& stage) {
  if (!stage.routed) return "";
  const circuit::RoutedCoreWires& wires = stage.routed->wires;
  const double time_ns = stage.model.time_ns;
  TextTable table({"", "dynamic, wires\nassumed uW", "\nrouted", "\n%"});
  for (const ValidatedPart& part : parts_of(stage)) {
    table.add({part.name, readable_number(part.gates_pj * 1e3 / time_ns),
               readable_number(part.routed_pj * 1e3 / time_ns),
               percent_text(part.routed_pj, part.gates_pj)});
  }
  return table.text() + "layout: " + std::to_string(wires.cells) + " cells on " +
         fixed_text(wires.width_um, 1) + " x " + fixed_text(wires.height_um, 1) + " um; " +
         std::to_string(wires.nets) + " nets take its wires, " +
         fixed_text(wires.routed_um / wires.nets, 2) + " um and " +
         fixed_text(wires.routed_ff / wires.nets, 3) + " fF each, where " +
         fixed_text(wires.assumed_ff / wires.nets, 3) + " fF were assumed; longest path " +
         fixed_text(stage.routed->figures.longest_path_ns, 3) + " ns\n";
}

}  // namespace

std::vector<ValidatedPart> parts_of(const ValidatedStage& stage) {
  std::vector<ValidatedPart> parts;
  ValidatedPart total;
  total.name = "all of these";
  total.counts = true;
  const double microwatts_per_fj =
      1 / stage.gates.cycle_ns / static_cast<double>(stage.gates.cycles);
  for (std::size_t p = 0; p < circuit::kCoreParts; ++p) {
    const auto part = static_cast<CorePart>(p);
    if (is_of_maps(part) && !(stage.gates.area_um2[p] > 0)) continue;
    ValidatedPart made;
    made.name = to_string(part);
    made.gates_pj = stage.gates.parts[p].dynamic_fj() * 1e-3;
    made.gates_uw = stage.gates.parts[p].leakage_fj * microwatts_per_fj;
    made.gates_um2 = stage.gates.area_um2[p];
    if (stage.routed) made.routed_pj = stage.routed->figures.parts[p].dynamic_fj() * 1e-3;
    const std::vector<Component> components = components_of(part);
    made.modelled = !components.empty();
    for (const Component component : components) {
      const PartFigures& figures = stage.model.components[static_cast<std::size_t>(component)];
      made.model_pj += figures.dynamic_pj;
      made.model_uw += figures.leakage_uw;
      made.model_um2 += figures.area_um2;
    }
    for (const auto member :
         {&ValidatedPart::gates_pj, &ValidatedPart::routed_pj, &ValidatedPart::model_pj,
          &ValidatedPart::gates_uw, &ValidatedPart::model_uw, &ValidatedPart::gates_um2,
          &ValidatedPart::model_um2}) {
      total.*member += made.*member;
    }
    parts.push_back(made);
  }
  const double time_ns = stage.model.time_ns;
  for (ValidatedPart& part : parts) {
    part.counts = part.gates_power_uw(time_ns) > kPartOfTotal * total.gates_power_uw(time_ns);
  }
  parts.push_back(total);
  return parts;
}

std::string validation_table(const std::vector<ValidatedStage>& stages) {
  std::string text;
  for (const ValidatedStage& stage : stages) {
    const double time_ns = stage.model.time_ns;
    text +=
        "stage " + std::to_string(stage.number) + ", " + stage.name + ": " + stage.design + "\n";
    TextTable table({"", "dynamic\ngates uW", "\nmodel", "\n%", "leakage\ngates uW", "\nmodel",
                     "\n%", "area\ngates um2", "\nmodel", "\n%", "power\n%", "\n5 % or more"});
    for (const ValidatedPart& part : parts_of(stage)) {
      const double gates_uw = part.gates_pj * 1e3 / time_ns;
      const double model_uw = part.model_pj * 1e3 / time_ns;
      table.add({part.name, readable_number(gates_uw), readable_number(model_uw),
                 percent_text(model_uw, gates_uw), readable_number(part.gates_uw),
                 readable_number(part.model_uw), percent_text(part.model_uw, part.gates_uw),
                 readable_number(part.gates_um2), readable_number(part.model_um2),
                 percent_text(part.model_um2, part.gates_um2),
                 percent_text(part.model_power_uw(time_ns), part.gates_power_uw(time_ns)),
                 !part.counts            ? ""
                 : within(part, time_ns) ? "within 12 %"
                                         : "beyond 12 %"});
    }
    const Verdict verdict = verdict_of(stage);
    text += table.text() + control_text(stage) +
            "flip-flops: " + std::to_string(flip_flops(stage, CorePart::sequencer)) +
            " of the control in gates, " + std::to_string(stage.control_flip_flops) +
            " in the model; " + std::to_string(flip_flops(stage, CorePart::registers)) + " and " +
            std::to_string(stage.register_flip_flops) +
            " of the datapath\nlongest path: " + fixed_text(stage.gates.longest_path_ns, 3) +
            " ns in gates, to " + stage.gates.longest_path_end + "; " +
            fixed_text(stage.model_path_ns, 3) + " ns a stage of M in the model\n" + "total " +
            (verdict.total_within ? "within" : "beyond") + " 12 %; " +
            std::to_string(verdict.within) + " of " + std::to_string(verdict.counting) +
            " parts of more than 5 % within it\n" + layout_text(stage) + "\n";
  }
  return text;
}

std::string validation_csv(const std::vector<ValidatedStage>& stages) {
  // Empty without a layout.
  Csv csv({"stage", "stage_name", "part", "in_the_model", "gates_dynamic_pj", "model_dynamic_pj",
           "gates_leakage_uw", "model_leakage_uw", "gates_area_um2", "model_area_um2",
           "gates_power_uw", "model_power_uw", "counts", "within_12_percent", "routed_dynamic_pj"});
  for (const ValidatedStage& stage : stages) {
    const double time_ns = stage.model.time_ns;
    for (const ValidatedPart& part : parts_of(stage)) {
      csv.add({stage.number, stage.name, part.name, part.modelled, part.gates_pj, part.model_pj,
               part.gates_uw, part.model_uw, part.gates_um2, part.model_um2,
               part.gates_power_uw(time_ns), part.model_power_uw(time_ns), part.counts,
               within(part, time_ns), stage.routed ? CsvCell(part.routed_pj) : CsvCell("")});
    }
  }
  return csv.text();
}

Json validation_json(const std::vector<ValidatedStage>& stages) {
  Json all = Json::array();
  for (const ValidatedStage& stage : stages) {
    const double time_ns = stage.model.time_ns;
    const double gates_ns = stage.gates.cycle_ns * static_cast<double>(stage.gates.cycles);
    const Verdict verdict = verdict_of(stage);
    Json one = {{"stage", stage.number},
                {"name", stage.name},
                {"design", stage.design},
                {"cells", stage.gates.cells},
                {"cycles", stage.gates.cycles},
                {"transitions", stage.gates.transitions},
                {"gates_control_flip_flops", flip_flops(stage, CorePart::sequencer)},
                {"model_control_flip_flops", stage.control_flip_flops},
                {"gates_register_flip_flops", flip_flops(stage, CorePart::registers)},
                {"model_register_flip_flops", stage.register_flip_flops},
                {"gates_longest_path_ns", stage.gates.longest_path_ns},
                {"model_path_ns", stage.model_path_ns},
                {"lowest_prediction_pj", stage.gates.lowest_fj * 1e-3},
                {"highest_prediction_pj", stage.gates.highest_fj * 1e-3},
                {"total_within_12_percent", verdict.total_within},
                {"parts_above_5_percent", verdict.counting},
                {"of_them_within_12_percent", verdict.within},
                {"parts", Json::array()}};
    for (const ValidatedPart& part : parts_of(stage)) {
      one["parts"].push_back({{"part", part.name},
                              {"in_the_model", part.modelled},
                              {"gates_dynamic_pj", part.gates_pj},
                              {"model_dynamic_pj", part.model_pj},
                              {"gates_leakage_uw", part.gates_uw},
                              {"model_leakage_uw", part.model_uw},
                              {"gates_area_um2", part.gates_um2},
                              {"model_area_um2", part.model_um2},
                              {"gates_power_uw", part.gates_power_uw(time_ns)},
                              {"model_power_uw", part.model_power_uw(time_ns)},
                              {"counts", part.counts},
                              {"within_12_percent", within(part, time_ns)}});
      if (stage.routed) one["parts"].back()["routed_dynamic_pj"] = part.routed_pj;
    }
    one["control"] = Json::array();
    for (std::size_t p = 0; p < circuit::kControlParts; ++p) {
      const circuit::ControlFigures& figures = stage.gates.control[p];
      one["control"].push_back({{"part", to_string(static_cast<circuit::ControlPart>(p))},
                                {"gates_dynamic_pj", figures.energy.dynamic_fj() * 1e-3},
                                {"gates_leakage_uw", figures.energy.leakage_fj / gates_ns},
                                {"gates_area_um2", figures.area_um2},
                                {"gates_flip_flops", figures.flip_flops}});
    }
    if (stage.routed) {
      const circuit::RoutedCoreWires& wires = stage.routed->wires;
      one["layout"] = {{"cells", wires.cells},
                       {"width_um", wires.width_um},
                       {"height_um", wires.height_um},
                       {"nets", wires.nets},
                       {"routed_um", wires.routed_um},
                       {"routed_ff", wires.routed_ff},
                       {"assumed_ff", wires.assumed_ff},
                       {"longest_path_ns", stage.routed->figures.longest_path_ns}};
    }
    all.push_back(one);
  }
  return all;
}

}  // namespace minerva::flow
