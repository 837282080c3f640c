#include "minerva/sram/device_sweep.hpp"

#include <cmath>
#include <cstring>
#include <filesystem>

#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/sram/ngspice.hpp"

namespace minerva::sram {
namespace {

// The grid. A shift of a threshold is a shift of the gate, so gates reach farther than the supply,
// by 16 standard deviations of the smallest transistor that ships; nodes reach a tenth farther, so
// that squares of the butterfly end inside. Steps of 12.5 mV are a third of the voltage in which a
// current below threshold grows by e, and the nodes' are finer at a low supply.
constexpr double kGateMarginV = 0.6;
constexpr double kGateStepV = 0.0125;
constexpr int kNodeSteps = 40;       // from ground to the supply
constexpr int kNodeStepsBeyond = 4;  // on each side
constexpr std::size_t kTables = 4;
constexpr const char* kMagic = "minerva-sram-tables-1\n";

VoltageAxis gate_axis(double supply_v) {
  const int steps = static_cast<int>(std::ceil((supply_v + 2 * kGateMarginV) / kGateStepV - 1e-9));
  return {-kGateMarginV, kGateStepV, steps + 1};
}

VoltageAxis node_axis(double supply_v) {
  const double step = supply_v / kNodeSteps;
  return {-kNodeStepsBeyond * step, step, kNodeSteps + 2 * kNodeStepsBeyond + 1};
}

/// Gates and nodes of all four devices are swept together. Each current is measured by a source of
/// 0 V in front of the node that the table is of.
std::string sweep_circuit(const CellDevices& cell, double supply_v) {
  return netlist_head(cell) + "vgate gate 0 0\nvnode node 0 0\nvbit bit 0 " +
         netlist_number(supply_v) +
         "\nemirroredgate mgate 0 gate 0 -1\nemirrorednode mnode 0 node 0 -1\n"
         "vdown node down 0\n" +
         transistor_line("mdown", "down gate 0 0", cell.pull_down_model, cell.pull_down) +
         "vup up mnode 0\n" +
         transistor_line("mup", "up mgate 0 0", cell.pull_up_model, cell.pull_up) +
         "vread read node 0\n" +
         transistor_line("mread", "bit gate read 0", cell.access_model, cell.access) +
         "vwrite node write 0\n" +
         transistor_line("mwrite", "write gate 0 0", cell.access_model, cell.access);
}

std::string sweep_analysis(const VoltageAxis& gate, const VoltageAxis& node) {
  const auto sweep = [](const char* source, const VoltageAxis& axis) {
    // Half a step beyond the end, so that rounding does not lose the last point.
    return std::string(" ") + source + " " + netlist_number(axis.low_v) + " " +
           netlist_number(axis.high_v() + axis.step_v / 2) + " " + netlist_number(axis.step_v);
  };
  return "save i(vdown) i(vup) i(vread) i(vwrite)\ndc" + sweep("vnode", node) +
         sweep("vgate", gate) + "\nwrdata FILE i(vdown) i(vup) i(vread) i(vwrite)";
}

using Values = std::vector<std::vector<float>>;

CellTables assembled(double supply_v, Values values) {
  const VoltageAxis gate = gate_axis(supply_v);
  const VoltageAxis node = node_axis(supply_v);
  CellTables tables;
  tables.supply_v = supply_v;
  tables.pull_down = CurrentTable(gate, node, std::move(values[0]));
  tables.pull_up = CurrentTable(gate, node, std::move(values[1]));
  tables.access_read = CurrentTable(gate, node, std::move(values[2]));
  tables.access_write = CurrentTable(gate, node, std::move(values[3]));
  return tables;
}

std::string file_bytes(const Values& values) {
  std::string body;
  for (const std::vector<float>& table : values) {
    body.append(reinterpret_cast<const char*>(table.data()), table.size() * sizeof(float));
  }
  return kMagic + sha256(body.data(), body.size()) + "\n" + body;
}

/// False when the bytes are not those of whole tables.
bool read_values(const std::string& bytes, std::size_t points, Values& values) {
  const std::size_t head = std::strlen(kMagic) + 64 + 1;
  const std::size_t table_bytes = points * sizeof(float);
  if (bytes.size() != head + kTables * table_bytes || bytes.rfind(kMagic, 0) != 0) return false;
  const std::string sum = bytes.substr(std::strlen(kMagic), 64);
  if (sha256(bytes.data() + head, bytes.size() - head) != sum) return false;
  for (std::size_t t = 0; t < kTables; ++t) {
    values[t].resize(points);
    std::memcpy(values[t].data(), bytes.data() + head + t * table_bytes, table_bytes);
  }
  return true;
}

}  // namespace

std::string transistor_line(const std::string& name, const std::string& nodes,
                            const std::string& model, const DeviceSize& size,
                            const std::string& more) {
  return name + " " + nodes + " " + model + " w=" + netlist_number(size.width_nm) +
         "n l=" + netlist_number(size.length_nm) + "n" + more + "\n";
}

std::string netlist_head(const CellDevices& cell) {
  return cell.cards + ".temp " + netlist_number(cell.temperature_c) + "\n";
}

MeasuredTables measure_cell(const CellDevices& cell, double supply_v,
                            const std::string& cache_dir) {
  const VoltageAxis gate = gate_axis(supply_v);
  const VoltageAxis node = node_axis(supply_v);
  const auto points = static_cast<std::size_t>(gate.points) * static_cast<std::size_t>(node.points);
  const std::string circuit = sweep_circuit(cell, supply_v);
  const std::string analysis = sweep_analysis(gate, node);
  const std::string content = circuit + analysis;
  const std::string file =
      cache_dir + "/" + sha256(content.data(), content.size()).substr(0, 32) + ".tables";
  MeasuredTables measured;
  Values values(kTables);
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored)) {
    if (read_values(read_file(file), points, values)) {
      measured.tables = assembled(supply_v, std::move(values));
      return measured;
    }
    measured.notes.push_back(file + " was damaged and is measured again");
  }
  NgspiceTable table =
      run_ngspice(circuit, analysis, cache_dir, cell.cards_name, points, kTables + 1);
  measured.simulated = true;
  for (std::string& note : table.notes) measured.notes.push_back(std::move(note));
  for (const std::vector<double>& row : table.rows) {
    // The pull-up is measured at mirrored voltages, with the current that leaves its drain; the
    // access transistor's read current flows against its source.
    for (std::size_t t = 0; t < kTables; ++t) values[t].push_back(static_cast<float>(row[t + 1]));
  }
  write_file(file, file_bytes(values));
  measured.tables = assembled(supply_v, std::move(values));
  return measured;
}

}  // namespace minerva::sram
