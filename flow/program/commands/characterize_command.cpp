#include "characterize_command.hpp"

#include <omp.h>

#include "characterized_machine.hpp"
#include "json_output.hpp"
#include "minerva/accelsim/technology.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/circuit/characterization.hpp"
#include "minerva/config/setting_text.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/files/shipped_files.hpp"
#include "minerva/report/text_table.hpp"
#include "minerva/run/logging.hpp"
#include "settings_of_call.hpp"
#include "written_files.hpp"

namespace minerva::flow {
namespace {

using circuit::DatapathUnit;
using circuit::DatapathUnitKind;

constexpr Range<int> kUnitBits{2, circuit::kMostUnitBits};
constexpr Range<int> kOperandBits{2, kMaxOperandBits};
constexpr Range<int> kGridBits{4, kMaxOperandBits};  // narrower products cannot be rounded
constexpr Range<int> kAnyItems{0, 1000};
constexpr Range<int> kOperations{2, 10000000};
constexpr Range<int> kSamples{1, 100000};
constexpr Range<int> kThreads{0, 4096};
constexpr Range<double> kClock{0, 1e6, true};
constexpr Range<double> kWire{0, 1e6};

template <typename T>
T number(const CommandCall& call, const char* option, Range<T> range) {
  return parse_number(call.value(option), std::string("--") + option, range);
}

/// "8x6" and "4..16x4..16", separated by commas.
void add_multipliers(const CommandCall& call, std::vector<DatapathUnit>& units) {
  const std::string where = "--multipliers";
  for (const std::string& item : split_list(call.value("multipliers"), where)) {
    const std::size_t cross = item.find('x');
    if (cross == std::string::npos) {
      throw UserError(where, item,
                      "needs two widths such as 8x6, or two ranges such as 4..16x4..16");
    }
    for (const int a :
         parse_numbers(item.substr(0, cross), where, kOperandBits, kAnyItems, Repeats::refused)) {
      for (const int b : parse_numbers(item.substr(cross + 1), where, kOperandBits, kAnyItems,
                                       Repeats::refused)) {
        DatapathUnit unit;
        unit.kind = DatapathUnitKind::multiplier;
        unit.a_bits = a;
        unit.b_bits = b;
        units.push_back(unit);
      }
    }
  }
}

void add_units(const CommandCall& call, const char* option,
               const std::vector<DatapathUnitKind>& kinds, std::vector<DatapathUnit>& units) {
  for (const int bits : parse_numbers(call.value(option), std::string("--") + option, kUnitBits,
                                      kAnyItems, Repeats::refused)) {
    for (const DatapathUnitKind kind : kinds) {
      DatapathUnit unit;
      unit.kind = kind;
      unit.a_bits = bits;
      units.push_back(unit);
    }
  }
}

circuit::CharacterizationOptions options_of(const CommandCall& call) {
  circuit::CharacterizationOptions options;
  if (!call.has("cells")) {
    throw UserError("characterize", "", "needs --cells FILE, a Liberty file of cells");
  }
  options.library_file = call.value("cells");
  options.folder = call.value("cache");
  options.conditions.clock_ns = number(call, "clock", kClock);
  options.conditions.wire_ff = number(call, "wire-ff", kWire);
  options.conditions.wire_load = call.value("wire-load");
  options.conditions.lane_pitch_ff = number(call, "lane-pitch-ff", kWire);
  options.operations = number(call, "operations", kOperations);
  options.seed = number(call, "seed", kSeedRange);
  options.threads = number(call, "threads", kThreads);
  if (options.threads == 0) options.threads = omp_get_max_threads();
  add_multipliers(call, options.units);
  add_units(call, "adders", {DatapathUnitKind::adder}, options.units);
  add_units(call, "comparators", {DatapathUnitKind::comparator}, options.units);
  add_units(call, "registers",
            {DatapathUnitKind::register_row, DatapathUnitKind::gated_register,
             DatapathUnitKind::clock_gate},
            options.units);
  return options;
}

/// What --technology asks for, and --run.
MachineRequest request_of(const CommandCall& call) {
  MachineRequest request;
  if (call.has("run")) {
    request.run = call.value("run");
    request.samples = number(call, "samples", kSamples);
  }
  request.rows = call.has("technology");
  if (!request.rows) {
    for (const char* option : {"base", "grid", "node"}) {
      if (!call.has(option)) continue;
      throw UserError(std::string("--") + option, call.value(option),
                      "needs --technology FILE, the file that is written");
    }
    return request;
  }
  request.grid_widths =
      parse_numbers(call.value("grid"), "--grid", kGridBits, kAnyItems, Repeats::refused);
  request.node = call.value("node");
  if (request.node.find_first_of("|\n") != std::string::npos) {
    throw UserError("--node", request.node, "needs a text without |, which separates columns");
  }
  return request;
}

std::string table_of(const circuit::Characterization& result) {
  TextTable table({"unit", "operands", "context", "cells", "um2", "path\nns", "energy\nfJ",
                   "inputs\nfJ", "clock\nfJ", "leakage\nuW"});
  for (const circuit::CharacterizedUnit& row : result.rows) {
    const circuit::UnitMeasurement& f = row.figures;
    const std::string name = row.role.empty() ? row.unit.name() : row.role + ": " + row.unit.name();
    table.add({name, row.operands, context_of(row), std::to_string(f.cells),
               readable_number(f.area_um2), fixed_text(f.longest_path_ns, 3),
               readable_number(f.energy_fj(), 4), readable_number(f.input_nets_fj),
               readable_number(f.clock_net_fj), readable_number(f.leakage_nw / 1000)});
  }
  return table.text();
}

Json json_of(const circuit::Characterization& result, const CommandCall& call) {
  Json document = {{"schema", "minerva-characterization-1"},
                   {"library", result.library_name},
                   {"voltage_v", result.voltage_v},
                   {"temperature_c", result.temperature_c},
                   {"synthesis", result.synthesis},
                   {"notes", result.notes},
                   {"units", Json::array()}};
  for (const circuit::CharacterizedUnit& row : result.rows) {
    const circuit::UnitMeasurement& f = row.figures;
    document["units"].push_back({{"unit", row.unit.name()},
                                 {"operands", row.operands},
                                 {"context", context_of(row)},
                                 {"role", row.role},
                                 {"operations", f.operations},
                                 {"area_um2", f.area_um2},
                                 {"longest_path_ns", f.longest_path_ns},
                                 {"energy_fj", f.energy_fj()},
                                 {"input_nets_fj", f.input_nets_fj},
                                 {"clock_net_fj", f.clock_net_fj},
                                 {"leakage_nw", f.leakage_nw}});
  }
  if (call.has("to")) document["written"] = call.value("to");
  if (call.has("technology")) document["technology"] = call.value("technology");
  return document;
}

circuit::ReferenceCores measured(const ReferencePlan& plan,
                                 const circuit::CharacterizationOptions& options) {
  circuit::ValidationOptions of_cores;
  of_cores.library_file = options.library_file;
  of_cores.folder = options.folder;
  of_cores.conditions = options.conditions;
  of_cores.threads = options.threads;
  Progress progress("reference cores", Progress::kOpenEnded, "predictions");
  return measured_cores(plan, of_cores,
                        [&](std::int64_t done, std::int64_t total, std::int64_t reused) {
                          progress.set_note("of " + std::to_string(total));
                          progress.set_done(done, reused);
                        });
}

}  // namespace

int characterize_command(const CommandCall& call) {
  parse_arguments(call);
  circuit::CharacterizationOptions options = options_of(call);
  const MachineRequest request = request_of(call);
  check_folders_of(call, {"to", "technology"});
  const std::string base = call.has("base") ? find_technology_file(call.value("base"), "") : "";
  if (!base.empty()) read_technology(base);  // its mistakes are told before the work
  std::vector<std::string> notes;
  CharacterizedMachine machine = add_machine(request, options, notes);
  circuit::Characterization result;
  {
    Progress progress("characterize", Progress::kOpenEnded, "units");
    result = circuit::characterize(options,
                                   [&](std::int64_t done, std::int64_t total, std::int64_t reused) {
                                     progress.set_note("of " + std::to_string(total));
                                     progress.set_done(done, reused);
                                   });
  }
  result.notes.insert(result.notes.begin(), notes.begin(), notes.end());
  std::string technology;
  if (request.rows) {
    if (machine.plan.node.empty()) machine.plan.node = result.library_name;
    std::optional<circuit::ReferenceCores> cores;
    if (machine.cores) cores = measured(*machine.cores, options);
    circuit::CellRows rows =
        circuit::cell_rows(machine.plan, result, options, cores ? &*cores : nullptr);
    result.notes.insert(result.notes.end(), rows.notes.begin(), rows.notes.end());
    technology = technology_text(rows, base,
                                 "Datapath from minerva characterize: " + result.library_name +
                                     ", " + call.value("clock") + " ns");
  }
  for (const std::string& note : result.notes) log_info(note);
  std::string written;
  if (call.has("to")) {
    write_file(call.value("to"), circuit::characterization_csv(result));
    written += "written  " + call.value("to") + "\n";
  }
  if (request.rows) {
    write_file(call.value("technology"), technology);
    written += "written  " + call.value("technology") + "\n";
  }
  print_text(table_of(result) + "\n" + result.library_name + ", " + number_text(result.voltage_v) +
             " V, " + number_text(result.temperature_c) + " C, " + call.value("clock") + " ns; " +
             result.synthesis + "\n" + written);
  print_document(json_of(result, call));
  return 0;
}

Command characterize_row() {
  const auto text_option = [](const char* name, const char* value, const char* meaning,
                              const char* standard, Names names = Names::text) {
    return CommandOption{name, value, meaning, standard, names};
  };
  return {
      "characterize",
      CommandGroup::networks_and_data,
      "Measures units of the datapath in the cells of a library: energy, leakage, area and delay.",
      "Each unit is written in Verilog, synthesised by Yosys, which must be installed, and "
      "simulated gate by gate with uniform random operands and, with --run, with those of a "
      "network, "
      "alone and inside of a lane. Every result is compared with the integers of inference. "
      "Netlists and rows are stored by content in the folder that --cache names, so a stopped "
      "command continues. With --technology the figures become rows of a technology file.",
      {},
      {},
      {},
      {text_option("cells", "FILE",
                   "The cells are read from this Liberty file, which may be "
                   "compressed by gzip.",
                   "", Names::file),
       text_option("run", "RUN",
                   "The operands of this run's network are measured, too: all inputs "
                   "as they come, and those that are neither 0 nor skipped.",
                   "", Names::run_directory),
       text_option("samples", "N", "With --run, the operands are those of this many samples.",
                   "16"),
       text_option("to", "FILE", "All figures are written to this CSV file.", "", Names::file),
       text_option("technology", "FILE",
                   "Rows of a technology file are written to this file: a datapath by width, with "
                   "energies in a lane.",
                   "", Names::file),
       text_option("base", "TECH",
                   "The technology file begins with the rows of this one that it does not replace: "
                   "memories, voltages, faults.",
                   "", Names::technology),
       text_option("grid", "LIST",
                   "Multipliers of a technology file have these widths of weights and inputs, "
                   "each with each, and those of the run.",
                   "4,6,8,12,16"),
       text_option("node", "TEXT",
                   "The rows of a technology file name this node; without it, the library.", ""),
       text_option("clock", "NS",
                   "The clock has this period in ns; netlists are as small as it "
                   "allows.",
                   "4"),
       text_option("wire-ff", "FF", "The wire of every net has this capacitance in fF.", "1"),
       text_option("wire-load", "NAME",
                   "The wire of every net has the capacitance that this table "
                   "of the library gives for its fanout, besides that of --wire-ff.",
                   ""),
       text_option("lane-pitch-ff", "FF",
                   "A wire to or from all lanes has this capacitance in fF for each lane that it "
                   "passes.",
                   "3"),
       text_option("multipliers", "LIST",
                   "These multipliers are measured, such as 8x6,16x16 or "
                   "4..16x4..16.",
                   "4x4,6x6,8x6,8x8,12x12,16x16"),
       text_option("adders", "LIST", "Adders of these widths are measured.", "8,16,24,32"),
       text_option("comparators", "LIST", "Comparators of these widths are measured.", "6,8,16"),
       text_option("registers", "LIST",
                   "Registers of these widths are measured, with and without a "
                   "clock gate, and the gate alone.",
                   "8,16"),
       text_option("operations", "N", "Uniform operands are measured over this many operations.",
                   "2000"),
       text_option("seed", "N", "The random operands depend on this seed.", "1"),
       text_option("threads", "N",
                   "The command uses this many threads, which changes no result; 0 "
                   "takes all threads of the machine.",
                   "0"),
       text_option("cache", "FOLDER", "Netlists and rows are stored in this folder.", "runs/cells",
                   Names::folder)},
      {{"minerva characterize --cells /usr/share/qflow/tech/osu018/osu018_stdcells.lib", ""},
       {"minerva characterize --cells nangate45_typ.lib.gz --run runs/mnist --to cells.csv",
        "This measures the units of that run's machine with its own operands as well, and a lane "
        "of it."},
       {"minerva characterize --cells cells.lib --run runs/mnist --technology my.cfg --base "
        "base.cfg",
        "The technology file has the operands of that network and the memories of the base."}},
      characterize_command};
}

}  // namespace minerva::flow
