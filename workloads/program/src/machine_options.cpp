#include "machine_options.hpp"

#include <algorithm>

#include "minerva/base/errors.hpp"
#include "minerva/design/design_json.hpp"
#include "minerva/design/knobs.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/files/shipped_files.hpp"

namespace minerva::workloads {
namespace {

namespace po = boost::program_options;

constexpr const char* kTechnology = "configs/tech/public40.cfg";
/// Four multipliers a lane, as docs/results.md has them for MNIST.
constexpr int kLanes = 16;
constexpr int kMacsPerLane = 4;
constexpr Range<int> kWordBits{4, kMaxOperandBits};
constexpr Range<double> kWeightMemoryMb{0, 1e6, true};

std::string option_name(const Knob& knob) {
  std::string name = knob.name;
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

}  // namespace

void add_machine_options(po::options_description& description) {
  description.add_options()("technology", po::value<std::string>(),
                            "technology file (configs/tech/public40.cfg)")(
      "design", po::value<std::string>(), "machine of a file design_point.json")(
      "bits", po::value<int>(), "bits of every word (16)")("weight-memory-mb", po::value<double>(),
                                                           "weights that the chip may hold (8)");
  for (const Knob& knob : knobs()) {
    const std::string name = option_name(knob);
    if (knob.count != nullptr) {
      description.add_options()(name.c_str(), po::value<int>(), knob.meaning);
    } else {
      description.add_options()(name.c_str(), po::value<double>(), knob.meaning);
    }
  }
}

LaneMachine lane_machine(const CommandLine& line) {
  LaneMachine machine;
  machine.word_bits = line.value("bits", machine.word_bits);
  check_in_range("--bits", machine.word_bits, kWordBits);
  machine.weight_memory_mb = line.value("weight-memory-mb", machine.weight_memory_mb);
  check_in_range("--weight-memory-mb", machine.weight_memory_mb, kWeightMemoryMb);
  DesignPoint& point = machine.point;
  const bool of_file = line.has("design");
  if (of_file) {
    const std::string file = line.value<std::string>("design", "");
    point = design_point_from_json(read_file(file), file);
    // What the widths of another network asked for is asked again of these.
    point.multiplier_stages = 0;
  } else {
    point.lanes = kLanes;
    point.macs_per_lane = line.value("macs-per-lane", kMacsPerLane);
    point.weight_bandwidth = point.macs_per_lane;
    point.activation_bandwidth = point.macs_per_lane;
    point.write_ports = 0;
    point.multiplier_stages = 0;
  }
  for (const Knob& knob : knobs()) {
    const std::string name = option_name(knob);
    if (!line.has(name.c_str())) continue;
    if (of_file) throw UserError("--" + name, "", "needs no --design beside it, which says it");
    if (knob.count != nullptr) {
      point.*knob.count = line.value(name.c_str(), 0);
      check_in_range(("--" + name).c_str(), point.*knob.count, knob.key_counts());
    } else {
      point.*knob.time_ns = line.value(name.c_str(), 0.0);
      check_in_range(("--" + name).c_str(), point.*knob.time_ns, knob.times_ns);
    }
  }
  return machine;
}

Technology lane_technology(const CommandLine& line) {
  return read_technology(
      find_technology_file(line.value<std::string>("technology", kTechnology), ""));
}

}  // namespace minerva::workloads
