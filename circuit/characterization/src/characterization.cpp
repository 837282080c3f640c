#include "minerva/circuit/characterization.hpp"

#include <atomic>
#include <filesystem>
#include <mutex>
#include <set>

#include "measurement_file.hpp"
#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/base/parallel.hpp"
#include "minerva/base/range.hpp"
#include "minerva/circuit/synthesis.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/report/csv.hpp"

namespace minerva::circuit {
namespace {

using Kind = DatapathUnitKind;

/// Raised when the same inputs come to be measured otherwise.
constexpr const char* kMeasurement = "minerva-unit-measurement-1";

struct Task {
  DatapathUnit unit;
  OperandStream stream;
};

std::string key_of(const Task& task, const std::string& netlist_key,
                   const CharacterizationOptions& options) {
  Sha256 digest;
  const auto add = [&](const std::string& text) {
    digest.add(text.data(), text.size());
    digest.add("\n", 1);
  };
  add(kMeasurement);
  add(netlist_key);
  add(exact_text(options.conditions.clock_ns));
  add(exact_text(options.conditions.wire_ff));
  add(options.conditions.wire_load);
  for (const auto& [a, b] : task.stream.values) {
    const std::int64_t pair[] = {a, b};
    digest.add(pair, sizeof pair);
  }
  return digest.finish();
}

std::vector<Task> tasks_of(const CharacterizationOptions& options, bool has_gate) {
  std::vector<Task> tasks;
  for (const DatapathUnit& unit : options.units) {
    check_unit(unit);
    if (unit.kind == Kind::gated_register && !has_gate) continue;
    tasks.push_back({unit, uniform_operands(unit, options.seed, options.operations)});
    if (unit.is_clocked()) {
      tasks.push_back({unit, idle_operands(unit, options.seed, options.operations)});
    }
  }
  for (const UnitOperands& each : options.further_operands) {
    check_unit(each.unit);
    if (each.unit.kind == Kind::gated_register && !has_gate) continue;
    tasks.push_back({each.unit, each.stream});
  }
  return tasks;
}

UnitMeasurement measure(const Task& task, const CellLibrary& library, const Synthesis& synthesis,
                        const ClockGateCell& gate, const CharacterizationOptions& options,
                        bool& reused) {
  const std::string verilog = unit_verilog(task.unit, gate);
  const std::string module = task.unit.name();
  const std::string key = key_of(task, synthesis.key(verilog, module), options);
  const std::string file = options.folder + "/" + key + ".unit.json";
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored)) {
    reused = true;
    return measurement_from_json(read_file(file), file);
  }
  const Netlist netlist =
      netlist_from_json(synthesis.netlist_json(verilog, module), module, library);
  const UnitMeasurement figures =
      measure_unit(task.unit, netlist, library, options.conditions, task.stream);
  write_file(file, measurement_to_json(figures));
  return figures;
}

void add_notes(const CharacterizationOptions& options, bool has_gate, Characterization& result) {
  bool asked = false;
  for (const DatapathUnit& unit : options.units) {
    asked = asked || unit.kind == Kind::gated_register;
  }
  if (asked && !has_gate) {
    result.notes.push_back("the library has no clock gate, so gated registers are left out");
  }
  std::set<std::string> slow;
  for (const CharacterizedUnit& row : result.rows) {
    if (row.figures.longest_path_ns > options.conditions.clock_ns &&
        slow.insert(row.unit.name()).second) {
      result.notes.push_back(row.unit.name() +
                             " is slower than the clock; its energy is that of a " +
                             "whole operation in 1.25 times its longest path");
    }
  }
}

}  // namespace

Characterization characterize(const CharacterizationOptions& options,
                              const CharacterizationProgress& progress) {
  const CellLibrary library = read_cell_library(options.library_file);
  // What is missing is found before anything is written.
  if (!options.conditions.wire_load.empty()) library.wire_load(options.conditions.wire_load);
  require_flip_flop(library);
  for (const DatapathUnit& unit : options.units) check_unit(unit);
  const Synthesis synthesis(options.library_file, options.conditions.clock_ns, options.folder);
  const ClockGateCell gate = clock_gate_of(library);
  const bool has_gate = !gate.name.empty();
  const std::vector<Task> tasks = tasks_of(options, has_gate);

  Characterization result;
  result.library_name = library.name;
  result.voltage_v = library.voltage_v;
  result.temperature_c = library.temperature_c;
  result.synthesis = synthesis.version();
  result.notes = library.notes;
  result.rows.resize(tasks.size());
  // Units that share a netlist follow each other, and one thread makes it.
  std::vector<std::size_t> firsts;
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    if (t == 0 || tasks[t].unit.name() != tasks[t - 1].unit.name()) firsts.push_back(t);
  }
  std::atomic<std::int64_t> done{0};
  std::atomic<std::int64_t> already{0};
  std::mutex reporting;
  try {
    for_each_index(
        static_cast<std::int64_t>(firsts.size()), options.threads, 1, [&](std::int64_t f) {
          const auto number = static_cast<std::size_t>(f);
          const std::size_t end = number + 1 < firsts.size() ? firsts[number + 1] : tasks.size();
          for (std::size_t t = firsts[number]; t < end; ++t) {
            throw_if_interrupted();
            bool reused = false;
            result.rows[t] = {tasks[t].unit, tasks[t].stream.name,
                              measure(tasks[t], library, synthesis, gate, options, reused)};
            const std::lock_guard<std::mutex> lock(reporting);
            if (reused) ++already;
            progress(++done, static_cast<std::int64_t>(tasks.size()), already);
          }
        });
  } catch (const UserError&) {
    throw_if_interrupted();  // a signal to the terminal's processes ends Yosys, too
    throw;
  }
  add_notes(options, has_gate, result);
  return result;
}

std::string characterization_csv(const Characterization& result) {
  Csv csv({"unit", "a_bits", "b_bits", "result_bits", "drop_bits", "operands", "operations",
           "cells", "area_um2", "longest_path_ns", "energy_fj", "internal_fj", "switching_fj",
           "input_nets_fj", "clock_net_fj", "leakage_nw", "transitions", "swallowed"});
  for (const CharacterizedUnit& row : result.rows) {
    const UnitMeasurement& figures = row.figures;
    const auto operations = static_cast<double>(figures.operations);
    csv.add({to_string(row.unit.kind), row.unit.a_bits, row.unit.second_bits(),
             row.unit.result_bits(), row.unit.drop_bits, row.operands, figures.operations,
             figures.cells, figures.area_um2, figures.longest_path_ns, figures.energy_fj(),
             figures.internal_fj, figures.switching_fj, figures.input_nets_fj, figures.clock_net_fj,
             figures.leakage_nw, static_cast<double>(figures.events) / operations,
             static_cast<double>(figures.swallowed) / operations});
  }
  return csv.text();
}

}  // namespace minerva::circuit
