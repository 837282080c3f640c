#include "minerva/circuit/characterization.hpp"

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
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

namespace minerva::circuit {
namespace {

using Kind = DatapathUnitKind;

/// Raised when the same inputs come to be measured otherwise.
constexpr const char* kMeasurement = "minerva-unit-measurement-2";

/// A netlist and one stream of operands: a unit alone, or a lane with all its parts.
struct Task {
  DatapathUnit unit;
  OperandStream stream;
  const LaneUnit* lane = nullptr;  ///< instead of the unit
  std::shared_ptr<const LaneStream> lane_stream;

  std::string module() const { return lane == nullptr ? unit.name() : lane->name(); }
  Hierarchy hierarchy() const { return lane == nullptr ? Hierarchy::flat : Hierarchy::kept; }
  const std::string& operands() const { return lane == nullptr ? stream.name : lane_stream->name; }
};

/// All that tasks share.
struct Bench {
  const CharacterizationOptions& options;
  const CellLibrary& library;
  const Synthesis& synthesis;
  UnitCells cells;
};

std::string verilog_of(const Task& task, const Bench& bench) {
  if (task.lane == nullptr) return unit_verilog(task.unit, bench.cells);
  UnitCells cells = bench.cells;
  cells.driver = broadcast_driver(bench.library, task.lane->lanes, bench.options.conditions);
  return lane_verilog(*task.lane, cells);
}

std::string key_of(const Task& task, const std::string& netlist_key,
                   const MeasurementOptions& conditions) {
  Sha256 digest;
  const auto add = [&](const std::string& text) {
    digest.add(text.data(), text.size());
    digest.add("\n", 1);
  };
  add(kMeasurement);
  add(netlist_key);
  add(exact_text(conditions.clock_ns));
  add(exact_text(conditions.wire_ff));
  add(conditions.wire_load);
  add(exact_text(conditions.lane_pitch_ff));
  for (const auto& [a, b] : task.stream.values) {
    const std::int64_t pair[] = {a, b};
    digest.add(pair, sizeof pair);
  }
  if (task.lane == nullptr) return digest.finish();
  for (const LaneOperation& each : task.lane_stream->operations) {
    const std::int64_t words[] = {each.weight, each.faulty_bits, each.activation, each.bias,
                                  each.keep,   each.first,       each.last};
    digest.add(words, sizeof words);
  }
  return digest.finish();
}

std::vector<Task> tasks_of(const CharacterizationOptions& options, const UnitCells& cells) {
  std::vector<Task> tasks;
  // The lanes are the longest, so they come first.
  for (const LaneOperands& each : options.lanes) {
    const auto add = [&](std::shared_ptr<const LaneStream> stream) {
      tasks.push_back({{}, {}, &each.lane, std::move(stream)});
    };
    const auto made = [](LaneStream stream) {
      return std::make_shared<const LaneStream>(std::move(stream));
    };
    add(made(uniform_lane_operands(each.lane, options.seed, options.operations)));
    if (each.idle) add(made(idle_lane_operands(each.lane, options.seed, options.operations)));
    // Streams of a network are long, and belong to the options.
    for (const LaneStream& stream : each.streams) add({std::shared_ptr<void>(), &stream});
  }
  for (const DatapathUnit& unit : options.units) {
    if (!can_build(unit, cells)) continue;
    tasks.push_back({unit, uniform_operands(unit, options.seed, options.operations), nullptr, {}});
    if (unit.is_clocked()) {
      tasks.push_back({unit, idle_operands(unit, options.seed, options.operations), nullptr, {}});
    }
  }
  for (const UnitOperands& each : options.further_operands) {
    if (can_build(each.unit, cells)) tasks.push_back({each.unit, each.stream, nullptr, {}});
  }
  return tasks;
}

void check_units(const CharacterizationOptions& options) {
  for (const DatapathUnit& unit : options.units) check_unit(unit);
  for (const UnitOperands& each : options.further_operands) check_unit(each.unit);
  for (const LaneOperands& each : options.lanes) check_lane(each.lane);
}

std::vector<CharacterizedUnit> rows_of(const Task& task) {
  if (task.lane == nullptr) return {{task.unit, task.operands(), "", "", {}}};
  std::vector<CharacterizedUnit> rows;
  for (const LanePart& part : lane_parts(*task.lane)) {
    rows.push_back({part.unit, task.operands(), task.lane->name(), part.role, {}});
  }
  return rows;
}

/// Numbers of tasks that share a netlist, which one thread makes: two at once would write the same
/// files. In the order of their first ones.
std::vector<std::vector<std::size_t>> tasks_by_module(const std::vector<Task>& tasks) {
  std::vector<std::vector<std::size_t>> groups;
  std::map<std::string, std::size_t> numbers;
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    const auto [at, is_new] = numbers.emplace(tasks[t].module(), groups.size());
    if (is_new) groups.emplace_back();
    groups[at->second].push_back(t);
  }
  return groups;
}

std::vector<CharacterizedUnit> measure(const Task& task, const Bench& bench, bool& reused) {
  const std::string verilog = verilog_of(task, bench);
  const std::string module = task.module();
  const std::string netlist_key = bench.synthesis.key(verilog, module, task.hierarchy());
  const std::string file = bench.options.folder + "/" +
                           key_of(task, netlist_key, bench.options.conditions) + ".unit.json";
  std::vector<CharacterizedUnit> rows = rows_of(task);
  std::vector<UnitMeasurement> figures;
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored)) {
    reused = true;
    figures = measurements_from_json(read_file(file), rows.size(), file);
  } else {
    const Netlist netlist = netlist_from_json(
        bench.synthesis.netlist_json(verilog, module, task.hierarchy()), module, bench.library);
    const MeasurementOptions& conditions = bench.options.conditions;
    if (task.lane == nullptr) {
      figures = {measure_unit(task.unit, netlist, bench.library, conditions, task.stream)};
    } else {
      figures = measure_lane(*task.lane, netlist, bench.library, conditions, *task.lane_stream);
    }
    write_file(file, measurements_to_json(figures));
  }
  for (std::size_t k = 0; k < rows.size(); ++k) rows[k].figures = figures[k];
  return rows;
}

void add_notes(const CharacterizationOptions& options, const UnitCells& cells,
               Characterization& result) {
  std::set<std::string> left_out;
  for (const DatapathUnit& unit : options.units) {
    if (!can_build(unit, cells)) left_out.insert(to_string(unit.kind));
  }
  for (const std::string& kind : left_out) {
    result.notes.push_back("the library lacks the cell for the unit " + kind +
                           ", which is left out");
  }
  if (!options.lanes.empty() && cells.gate.name.empty()) {
    result.notes.push_back(
        "the library has no clock gate: registers of lanes have a multiplexer before each "
        "flip-flop");
  }
  if (!options.lanes.empty() && cells.buffer.name.empty()) {
    result.notes.push_back("the library has no buffer: inputs reach lanes by wires alone");
  }
  std::set<std::string> slow;
  for (const CharacterizedUnit& row : result.rows) {
    const std::string name = row.lane.empty() ? row.unit.name() : row.lane;
    if (row.figures.longest_path_ns > options.conditions.clock_ns && slow.insert(name).second) {
      result.notes.push_back(name + " is slower than the clock; its energy is that of a " +
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
  require_gates(library);
  check_units(options);
  const Synthesis synthesis(options.library_file, options.conditions.clock_ns, options.folder);
  const Bench bench{options, library, synthesis, unit_cells_of(library)};
  const std::vector<Task> tasks = tasks_of(options, bench.cells);

  Characterization result;
  result.library_name = library.name;
  result.library_digest = synthesis.library_digest();
  result.voltage_v = library.voltage_v;
  result.temperature_c = library.temperature_c;
  result.synthesis = synthesis.version();
  result.notes = library.notes;
  std::vector<std::vector<CharacterizedUnit>> rows(tasks.size());
  const std::vector<std::vector<std::size_t>> groups = tasks_by_module(tasks);
  std::atomic<std::int64_t> done{0};
  std::atomic<std::int64_t> already{0};
  std::mutex reporting;
  try {
    for_each_index(static_cast<std::int64_t>(groups.size()), options.threads, 1,
                   [&](std::int64_t g) {
                     for (const std::size_t t : groups[static_cast<std::size_t>(g)]) {
                       throw_if_interrupted();
                       bool reused = false;
                       rows[t] = measure(tasks[t], bench, reused);
                       const std::lock_guard<std::mutex> lock(reporting);
                       if (reused) ++already;
                       progress(++done, static_cast<std::int64_t>(tasks.size()), already);
                     }
                   });
  } catch (const UserError&) {
    throw_if_interrupted();  // a signal to the terminal's processes ends Yosys, too
    throw;
  }
  for (std::vector<CharacterizedUnit>& of_task : rows) {
    result.rows.insert(result.rows.end(), of_task.begin(), of_task.end());
  }
  add_notes(options, bench.cells, result);
  return result;
}

}  // namespace minerva::circuit
