#include <string>

#include "minerva/base/text.hpp"
#include "minerva/report/html_page.hpp"
#include "minerva/report/layer_figure.hpp"
#include "minerva/report/option_parts.hpp"
#include "minerva/report/text_table.hpp"
#include "minerva/workloads/lane_report.hpp"
#include "minerva/workloads/named_table.hpp"

namespace minerva::workloads {
namespace {

using Row = std::vector<std::string>;

std::string percent(double share) { return fixed_text(100 * share, 1); }

NamedTable limit_table(const LaneReport& report) {
  NamedTable table{
      "Amdahl's limit of accelerating what the machine covers",
      {"workload", "covered in inference, %", "limit", "covered in training, %", "limit",
       "example on the CPU, ms", "covered part on the machine, ms", "CPU and machine, ms"},
      {}};
  for (const LaneRow& row : report.rows) {
    Row cells = {row.workload};
    cells.push_back(row.inference ? percent(row.covered_in_inference) : "not measured");
    cells.push_back(row.inference ? limit_text(row.covered_in_inference) : "");
    cells.push_back(row.training ? percent(row.covered_in_training) : "not measured");
    cells.push_back(row.training ? limit_text(row.covered_in_training) : "");
    cells.push_back(row.inference ? readable_number(example_ms(*row.inference)) : "");
    const std::optional<ExampleTime> time = example_time(row);
    cells.push_back(time ? readable_number(time->machine_ms) : "");
    cells.push_back(time ? readable_number(time->together_ms) : "");
    table.rows.push_back(cells);
  }
  return table;
}

NamedTable machine_table(const LaneReport& report) {
  NamedTable table{"Networks on the machine",
                   {"workload", "steps trained", "predictions an example", "weights", "weights, MB",
                    "of them on the chip, %", "MACs a prediction", "zeros, %", "cycles",
                    "energy, uJ", "power, mW", "area, mm2"},
                   {}};
  for (const LaneRow& row : report.rows) {
    if (!row.machine) continue;
    const LaneWorkload& machine = *row.machine;
    std::int64_t held = 0;
    for (const LaneLayer& layer : machine.layers) held += layer.on_chip ? layer.weights : 0;
    table.rows.push_back(
        {row.workload, count_text(row.trained_steps),
         readable_number(machine.predictions_per_example), count_text(machine.weights()),
         readable_number(machine.weight_megabytes(report.machine.word_bits)),
         percent(static_cast<double>(held) / static_cast<double>(machine.weights())),
         count_text(machine.macs()), percent(machine.zero_share()), count_text(machine.cost.cycles),
         readable_number(machine.cost.energy_per_prediction_nj / 1000),
         readable_number(machine.cost.power_mw), readable_number(machine.cost.area_mm2)});
  }
  return table;
}

NamedTable layer_table(const LaneRow& row, bool streams) {
  NamedTable table{"Layers of " + row.workload,
                   {"layer", "weights", "weights are", "MACs", "zeros among its inputs, %",
                    "cycles", "energy, nJ", "of it leakage, nJ"},
                   {},
                   {2}};
  for (std::size_t k = 0; k < row.machine->layers.size(); ++k) {
    const LaneLayer& layer = row.machine->layers[k];
    const LayerEstimate& cost = row.machine->cost.layers[k];
    const bool fused = cost.cycles.total() == 0;
    table.rows.push_back({layer_label(row.machine->cost.layers, k), count_text(layer.weights),
                          layer.weights == 0 ? "none"
                          : streams          ? "off chip"
                          : layer.on_chip    ? "on the chip"
                                             : "beyond the chip's memory",
                          count_text(layer.macs),
                          layer.zero_share ? percent(*layer.zero_share) : "",
                          fused ? "with the layer before" : count_text(cost.cycles.total()),
                          readable_number(cost.energy_nj()), readable_number(cost.leakage_nj)});
  }
  return table;
}

NamedTable left_out_table(const LaneReport& report) {
  NamedTable table{"What stays with the CPU", {"workload", "left out"}, {}, {1}};
  for (const LaneRow& row : report.rows) {
    if (!row.machine) {
      table.rows.push_back({row.workload, "All of it. " + row.why_not});
      continue;
    }
    table.rows.push_back({row.workload, joined(row.machine->left_out, " ")});
  }
  return table;
}

NamedTable profile_table(const LaneReport& report) {
  NamedTable table{"Profiles that the shares are of",
                   {"workload", "mode", "measured on", "CPU", "variant", "shape", "batch",
                    "threads", "clock", "step, ms"},
                   {},
                   {1, 2, 3, 4, 5, 8}};
  for (const LaneRow& row : report.rows) {
    for (const auto* profile : {&row.inference, &row.training}) {
      if (!*profile) continue;
      const WorkloadProfile& p = **profile;
      table.rows.push_back({row.workload, to_string(p.mode), p.date, p.cpu, p.variant, p.shape,
                            std::to_string(p.batch), std::to_string(p.threads), to_string(p.clock),
                            readable_number(median_step_us(p) / 1000)});
    }
  }
  return table;
}

std::string machine_text(const LaneReport& report) {
  // Networks may need other numbers of multiplier stages; each is told with its own.
  DesignPoint point = report.machine.point;
  for (const LaneRow& row : report.rows) {
    if (row.machine) point = row.machine->point;
  }
  return to_string(point) + "; words of " + std::to_string(report.machine.word_bits) +
         " bits, technology " + report.technology;
}

std::string synthetic_text(const LaneReport& report) {
  std::vector<std::string> names;
  for (const LaneRow& row : report.rows) {
    if (row.synthetic && row.machine) names.push_back(row.workload);
  }
  return names.empty() ? "" : "Inputs of " + joined(names) + " are random examples, not real data.";
}

}  // namespace

std::string lane_report_text(const LaneReport& report) {
  std::string text =
      machine_text(report) + "\n\n" + joined_text({limit_table(report), machine_table(report)});
  for (const LaneRow& row : report.rows) {
    if (!row.machine) continue;
    for (std::size_t k = 0; k < row.machine->layers.size(); ++k) {
      const LaneLayer& layer = row.machine->layers[k];
      if (layer.on_chip || report.machine.point.streams_weights()) continue;
      text += row.workload + ", layer " + layer_label(row.machine->cost.layers, k) + ": " +
              count_text(layer.weights) + " weights are beyond " +
              readable_number(report.machine.weight_memory_mb) + " MB on the chip\n";
    }
  }
  for (const LaneRow& row : report.rows) {
    if (!row.machine) text += row.workload + ": " + row.why_not + "\n";
  }
  for (const StagesResult& each : report.stages) {
    text += "\n" + stages_table(each).text() + stages_sentence(each) + "\n";
  }
  const std::string synthetic = synthetic_text(report);
  return text + (synthetic.empty() ? "" : synthetic + "\n");
}

namespace {

/// Where the weights are taken to be.
std::string weights_text(const LaneReport& report) {
  if (report.machine.point.streams_weights()) {
    return "All weights come from off chip, " +
           count_text(report.machine.point.off_chip_words) +
           " words a cycle, with the energy of every bit.";
  }
  return "All weights are taken to be on the chip. Up to " +
         readable_number(report.machine.weight_memory_mb) +
         " MB of them may be held; the tables name the layers beyond that, which --off-chip-words "
         "would read from a memory outside.";
}

}  // namespace

std::string lane_report_page(const LaneReport& report) {
  std::string opening =
      paragraph(
          "Each workload of Fathom on the lane machine: the share of its time that the "
          "machine covers, and what its layers cost there.") +
      paragraph("Machine: " + machine_text(report) + ".") +
      paragraph(weights_text(report), "soft");
  const std::string synthetic = synthetic_text(report);
  if (!synthetic.empty()) opening += paragraph(synthetic, "bad");
  const std::vector<Figure> figures = lane_report_figures(report);
  const auto figure_named = [&](const std::string& id) {
    std::vector<Figure> found;
    for (const Figure& each : figures) {
      if (each.id == id) found.push_back(each);
    }
    return found;
  };
  PageSection limits("limits", "Limits", "What can be gained");
  limits.add(figure_named("covered-shares")).add(limit_table(report).html());
  limits.add(paragraph(
      "The shares are of operations' times on the CPU. The time with CPU and machine together "
      "takes no transfer between them into account.",
      "soft"));
  limits.add(left_out_table(report).html());
  PageSection costs("costs", "Costs", "What the machine needs");
  costs.add(figure_named("energy-and-time")).add(machine_table(report).html());
  costs.add(figure_named("zeros"));
  PageSection layers("layers", "Layers", "Layer by layer");
  for (const LaneRow& row : report.rows) {
    if (!row.machine) continue;
    layers.add(figure_named("energy-by-layer-" + row.workload));
    layers.add(paragraph(row.machine->network) +
               paragraph("Machine: " + to_string(row.machine->point) +
                         ". Formats: " + row.machine->formats + "; measured on " +
                         counted(static_cast<std::size_t>(row.machine->predictions), "prediction") +
                         "."));
    layers.add(layer_table(row, report.machine.point.streams_weights()).html());
  }
  PageSection stages("stages", "Stages", "The stages with the workload's error");
  for (const StagesResult& each : report.stages) {
    stages.add(
        stages_table(each).html() + paragraph(stages_sentence(each)) +
        paragraph("Network " + each.network + ", technology " + each.technology + ".", "soft"));
  }
  PageSection profiles("profiles", "Profiles", "Where the times come from");
  profiles.add(profile_table(report).html());
  return html_page("Fathom workloads on the lane machine", opening,
                   {limits, costs, stages, layers, profiles});
}

}  // namespace minerva::workloads
