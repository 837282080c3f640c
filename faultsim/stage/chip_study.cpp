#include "chip_study.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "minerva/accelsim/fault_tables.hpp"
#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/base/text.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/report/csv.hpp"
#include "minerva/run/logging.hpp"
#include "mitigation_study.hpp"

namespace minerva::faultsim {

using flow::RunContext;

namespace {

std::int64_t bits_of(const QuantizedGraph& network) {
  std::int64_t bits = 0;
  for (const QuantizedLayer& layer : network.layers) {
    bits += static_cast<std::int64_t>(layer.weights.size()) * layer.formats.stored_weight_bits();
  }
  return bits;
}

/// Wrong samples of one mitigation at every voltage of a chip.
class ChipEvaluation {
 public:
  ChipEvaluation(const ChipFaults& faults, RunContext& run, const QuantizedGraph& pruned,
                 const Mitigation& mitigation)
      : faults_(faults), run_(run), network_(pruned) {
    network_.mitigation = mitigation;
    faults_.inject(network_, std::nullopt);
    for (flow::JudgedSet* set : {&run_.validation(), &run_.test()}) {
      set->evaluator.prepare_base(network_);
    }
  }

  ChipError at(double voltage_v) {
    throw_if_interrupted();
    faults_.inject(network_, voltage_v);
    return {voltage_v, wrong(run_.validation()), wrong(run_.test())};
  }

 private:
  double wrong(flow::JudgedSet& set) {
    return static_cast<double>(set.evaluator.evaluate(network_).wrong);
  }

  const ChipFaults& faults_;
  RunContext& run_;
  QuantizedGraph network_;
};

/// Index of the lowest voltage at which, and at every higher one, the tuned set is within the
/// bound; nothing: not even the highest is.
std::optional<std::size_t> lowest_within(const ChipRow& row, const ChipStudy& study) {
  std::optional<std::size_t> lowest;
  for (std::size_t k = 0; k < row.errors.size(); ++k) {
    const ChipError& at = row.errors[k];
    if ((study.tuned_on_test ? at.test_wrong : at.validation_wrong) > study.bound_wrong) break;
    lowest = k;
  }
  return lowest;
}

void log_row(const ChipRow& row) {
  char text[240];
  std::snprintf(text, sizeof text,
                "%s on this chip: %.4g V (fault rate %.3g), %.4g wrong of validation, %.4g of test",
                mitigation_text(row.mitigation).c_str(), row.supply.voltage_v,
                row.supply.fault_rate, row.validation_wrong, row.test_wrong);
  log_info(text);
}

}  // namespace

void check_voltages(const ChipMap& map, const std::string& file, const Technology& technology) {
  double lowest = technology.sram_nominal_v;
  for (const FaultTable& table : fault_tables(technology)) {
    lowest = std::min(lowest, table.rates.back().voltage_v);
  }
  for (const double voltage : map.measured_v) {
    if (voltage >= lowest - kSameVoltage && voltage <= technology.sram_nominal_v + kSameVoltage) {
      continue;
    }
    throw UserError(file + ": voltages_v", number_text(voltage),
                    "needs " + number_text(lowest) + " to " +
                        number_text(technology.sram_nominal_v) + " V in technology " +
                        technology.name + ", whose power laws end there");
  }
}

StudiedChip study_chip(const FaultStage& stage, RunContext& run, const Design& design,
                       const QuantizedGraph& pruned, const DesignPoint& point) {
  const std::string& file = stage.map_file;
  const Technology& technology = run.technology();
  const std::string bytes = read_file(file);
  ChipFaults faults = place_chip(chip_map_from_text(bytes, file), file, pruned, point);
  const ChipMap& map = faults.map();
  check_voltages(map, file, technology);
  StudiedChip studied{{}, std::move(faults), {}, {}, {}, {}};
  ChipStudy& study = studied.study;
  study.file = file;
  study.sha256 = sha256(bytes.data(), bytes.size());
  study.address = to_string(studied.faults.map().address);
  study.conditions = studied.faults.map().conditions;
  study.cells = static_cast<double>(studied.faults.map().faults.size());
  study.cells_elsewhere = static_cast<double>(studied.faults.elsewhere());
  study.bound_wrong = static_cast<double>(run.most_wrong(stage.share));
  study.bound_test_wrong = static_cast<double>(run.most_wrong_on_test(stage.share));
  study.tuned_on_test = run.tunes_on_test();
  log_info("one chip, by " + printable(file) + ": " + number_text(study.cells, 12) +
           " faulty cells, of which " + number_text(study.cells_elsewhere, 12) +
           " store no bit of a weight; at most " + number_text(study.bound_wrong, 12) + " wrong" +
           (study.conditions.empty() ? "" : "; " + printable(study.conditions, kWholeText)));
  if (!studied.faults.map().clock_period_ns) {
    log_info(printable(file) + ": does not say at which clock period it was measured");
  }
  QuantizedGraph network = pruned;
  network.mitigation = {};
  const auto bits = static_cast<double>(bits_of(network));
  for (const double voltage : studied.faults.map().measured_v) {
    const auto faulty = static_cast<double>(studied.faults.inject(network, voltage));
    study.voltages.push_back({voltage, faulty, faulty / bits});
  }
  const std::vector<Mitigation> mitigations = compared_mitigations(stage);
  for (const Mitigation& mitigation : mitigations) {
    ChipRow row;
    row.mitigation = mitigation;
    row.chosen = mitigation == stage.mitigation;
    ChipEvaluation evaluation(studied.faults, run, pruned, mitigation);
    for (const ChipVoltage& at : study.voltages) row.errors.push_back(evaluation.at(at.voltage_v));
    const std::optional<std::size_t> lowest = lowest_within(row, study);
    network.mitigation = mitigation;
    SramPoint supply{technology.sram_nominal_v, 0};
    if (lowest) supply = {study.voltages[*lowest].voltage_v, study.voltages[*lowest].fault_rate};
    studied.faults.inject(network, lowest ? std::optional<double>(supply.voltage_v) : std::nullopt);
    const FixedEvaluation test =
        run.test().evaluator.evaluate(network, counting_for(network.graph, point));
    row.validation_wrong = static_cast<double>(run.validation().evaluator.evaluate(network).wrong);
    row.test_wrong = static_cast<double>(test.wrong);
    row.within_test = row.test_wrong <= study.bound_test_wrong;
    const MachineConfiguration machine = run.machine_configuration(design, network);
    row.supply = supply_of(machine, test.activity, supply, technology);
    log_row(row);
    if (row.chosen) {
      studied.machine = machine;
      studied.activity = test.activity;
      studied.supply = supply;
      for (const ChipVoltage& at : study.voltages) {
        studied.voltages.push_back(
            voltage_row(machine, test.activity, {at.voltage_v, at.fault_rate}, technology));
      }
    }
    study.mitigations.push_back(std::move(row));
  }
  return studied;
}

std::string chip_csv(const ChipStudy& study) {
  Csv csv({"masking", "sign", "detector", "voltage_v", "faulty_bits", "fault_rate_per_bit",
           "validation_wrong", "test_wrong", "is_supply"});
  for (const ChipRow& row : study.mitigations) {
    for (std::size_t k = 0; k < row.errors.size(); ++k) {
      const ChipVoltage& at = study.voltages[k];
      csv.add({to_string(row.mitigation.masking), to_string(row.mitigation.sign),
               to_string(row.mitigation.detector), at.voltage_v, at.faulty_bits, at.fault_rate,
               row.errors[k].validation_wrong, row.errors[k].test_wrong,
               row.supply.voltage_v == at.voltage_v && row.supply.fault_rate == at.fault_rate});
    }
  }
  return csv.text();
}

}  // namespace minerva::faultsim
