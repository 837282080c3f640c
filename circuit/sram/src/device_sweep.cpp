#include "minerva/sram/device_sweep.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <utility>

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
constexpr std::size_t kTables = 8;   // a current and a gain for each of four devices
constexpr const char* kMagic = "minerva-sram-tables-2\n";

VoltageAxis gate_axis(double supply_v) {
  const int steps = static_cast<int>(std::ceil((supply_v + 2 * kGateMarginV) / kGateStepV - 1e-9));
  return {-kGateMarginV, kGateStepV, steps + 1};
}

VoltageAxis node_axis(double supply_v) {
  const double step = supply_v / kNodeSteps;
  return {-kNodeStepsBeyond * step, step, kNodeSteps + 2 * kNodeStepsBeyond + 1};
}

/// Each device thrice: as its card says, with a higher and with a lower threshold.
constexpr double kThresholdStepV = 0.1;
constexpr int kGateStepsOfThreshold = 8;  // the same in steps of the gate
const std::pair<const char*, double> kVariants[] = {
    {"0", 0.0}, {"h", kThresholdStepV}, {"l", -kThresholdStepV}};
constexpr std::size_t kDevices = 4;
constexpr std::size_t kColumns = kDevices * std::size(kVariants);

/// Gates and nodes of all devices are swept together. Each current is measured by a source of 0 V
/// in front of the node that the table is of.
std::string sweep_circuit(const CellDevices& cell, double supply_v) {
  std::string text = netlist_head(cell) + "vgate gate 0 0\nvnode node 0 0\nvbit bit 0 " +
                     netlist_number(supply_v) +
                     "\nemirroredgate mgate 0 gate 0 -1\nemirrorednode mnode 0 node 0 -1\n";
  for (const auto& [v, shift_v] : kVariants) {
    const double threshold_v = shift_v;  // a lambda of C++17 captures no binding
    const auto higher = [&](double sign) {
      return threshold_v == 0 ? "" : " delvto=" + netlist_number(sign * threshold_v);
    };
    const std::string n = v;
    text += "vdown" + n + " node down" + n + " 0\n" +
            transistor_line("mdown" + n, "down" + n + " gate 0 0", cell.pull_down_model,
                            cell.pull_down, higher(1));
    // A weaker PMOS transistor has a negative delvto.
    text += "vup" + n + " up" + n + " mnode 0\n" +
            transistor_line("mup" + n, "up" + n + " mgate 0 0", cell.pull_up_model, cell.pull_up,
                            higher(-1));
    text += "vread" + n + " read" + n + " node 0\n" +
            transistor_line("mread" + n, "bit gate read" + n + " 0", cell.access_model, cell.access,
                            higher(1));
    text += "vwrite" + n + " node write" + n + " 0\n" +
            transistor_line("mwrite" + n, "write" + n + " gate 0 0", cell.access_model, cell.access,
                            higher(1));
  }
  return text;
}

std::string measured_currents() {
  std::string all;
  for (const auto& [v, threshold_v] : kVariants) {
    for (const char* device : {"vdown", "vup", "vread", "vwrite"}) {
      all += std::string(" i(") + device + v + ")";
    }
  }
  return all;
}

std::string sweep_analysis(const VoltageAxis& gate, const VoltageAxis& node) {
  const auto sweep = [](const char* source, const VoltageAxis& axis) {
    // Half a step beyond the end, so that rounding does not lose the last point.
    return std::string(" ") + source + " " + netlist_number(axis.low_v) + " " +
           netlist_number(axis.high_v() + axis.step_v / 2) + " " + netlist_number(axis.step_v);
  };
  return "save" + measured_currents() + "\ndc" + sweep("vnode", node) + sweep("vgate", gate) +
         "\nwrdata FILE" + measured_currents();
}

using Values = std::vector<std::vector<float>>;  // a current and its gain for each device

CellTables assembled(double supply_v, Values values) {
  const auto table = [&](std::size_t device) {
    return CurrentTable(gate_axis(supply_v), node_axis(supply_v), std::move(values[2 * device]),
                        std::move(values[2 * device + 1]));
  };
  CellTables tables;
  tables.supply_v = supply_v;
  tables.pull_down = table(0);
  tables.pull_up = table(1);
  tables.access_read = table(2);
  tables.access_write = table(3);
  return tables;
}

/// Slope of a current's logarithm over the threshold at equal overdrive. The gates of devices with
/// a higher and with a lower threshold are moved by as much, so all three have the same overdrive.
/// Where no current above the simulator's floor flows, it is 0.
float gain_per_v(const std::vector<std::vector<double>>& rows, std::size_t device, int gate,
                 int node, const VoltageAxis& gates, const VoltageAxis& nodes) {
  constexpr double kFloorA = 1e-11;   // ten times what ngspice's least conductance carries at 1 V
  constexpr double kLargestPerV = 5;  // a current that depends on the threshold more is a leakage
  // Near the ends of the sweep the device of one side is not measured; the point that is nearest to
  // the end and has both is taken.
  const int middle =
      std::clamp(gate, kGateStepsOfThreshold, gates.points - 1 - kGateStepsOfThreshold);
  const auto amperes = [&](int at, std::size_t variant) {
    return rows[static_cast<std::size_t>(at) * static_cast<std::size_t>(nodes.points) +
                static_cast<std::size_t>(node)][1 + variant * kDevices + device];
  };
  const double higher = amperes(middle + kGateStepsOfThreshold, 1);
  const double lower = amperes(middle - kGateStepsOfThreshold, 2);
  if (std::abs(higher) < kFloorA || std::abs(lower) < kFloorA || (higher < 0) != (lower < 0)) {
    return 0;
  }
  return static_cast<float>(
      std::clamp(std::log(higher / lower) / (2 * kThresholdStepV), -kLargestPerV, kLargestPerV));
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
  NgspiceTable table = run_ngspice(circuit, analysis, cell.cards_name, points, kColumns + 1);
  measured.simulated = true;
  for (std::string& note : table.notes) measured.notes.push_back(std::move(note));
  for (std::size_t device = 0; device < kDevices; ++device) {
    for (int g = 0; g < gate.points; ++g) {
      for (int n = 0; n < node.points; ++n) {
        const auto at = static_cast<std::size_t>(g) * static_cast<std::size_t>(node.points) +
                        static_cast<std::size_t>(n);
        values[2 * device].push_back(static_cast<float>(table.rows[at][1 + device]));
        values[2 * device + 1].push_back(gain_per_v(table.rows, device, g, n, gate, node));
      }
    }
  }
  make_folder(cache_dir);
  write_file(file, file_bytes(values));
  measured.tables = assembled(supply_v, std::move(values));
  return measured;
}

}  // namespace minerva::sram
