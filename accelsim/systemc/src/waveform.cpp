#include "waveform.hpp"

#include <cmath>

#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "weight_stream.hpp"

namespace minerva {
namespace {

constexpr const char* kSuffix = ".vcd";  // SystemC adds it

std::string without_suffix(const std::string& path) {
  const std::string suffix = kSuffix;
  expects(path.size() > suffix.size() &&
              path.compare(path.size() - suffix.size(), suffix.size(), suffix) == 0,
          "a waveform's path ends in .vcd");
  return path.substr(0, path.size() - suffix.size());
}

}  // namespace

sc_core::sc_time Waveform::cycle_time(double clock_period_ns) {
  const double picoseconds = std::round(clock_period_ns * 1000);
  if (picoseconds < 2 || std::abs(picoseconds - clock_period_ns * 1000) > 1e-6) {
    throw UserError("design.clock_period_ns", number_text(clock_period_ns),
                    "needs a whole number of picoseconds, 2 or more, for a waveform");
  }
  return {picoseconds, sc_core::SC_PS};
}

Waveform::Waveform(const sc_core::sc_module_name&, MachineState& machine,
                   const std::vector<std::unique_ptr<LaneModule>>& lanes,
                   const WaveformOptions& options)
    : machine_(machine), falling_edge_("falling_edge") {
  const int count = static_cast<int>(lanes.size());
  if (options.lane < -1 || options.lane >= count) {
    throw UserError(
        "simulate.vcd_lanes", std::to_string(options.lane),
        "needs -1 (all) to " + std::to_string(count - 1) + ", the last of design.lanes");
  }
  SC_HAS_PROCESS(Waveform);
  SC_METHOD(rise);
  sensitive << machine_.clock_edge;
  dont_initialize();
  SC_METHOD(fall);
  sensitive << falling_edge_;
  dont_initialize();
  file_ = sc_core::sc_create_vcd_trace_file(without_suffix(options.path).c_str());
  file_->set_time_unit(1, sc_core::SC_PS);
  trace_shared();
  for (int i = 0; i < count; ++i) {
    if (options.lane != -1 && options.lane != i) continue;
    lanes[static_cast<std::size_t>(i)]->trace_registers(file_, "lane_" + std::to_string(i));
  }
}

Waveform::~Waveform() {
  // The kernel warns of a file that saw no cycle, as of a machine that is ended before it ran; a
  // destructor must not throw it on.
  const auto previous = sc_core::sc_report_handler::get_handler();
  sc_core::sc_report_handler::set_handler(
      [](const sc_core::sc_report&, const sc_core::sc_actions&) {});
  sc_core::sc_close_vcd_trace_file(file_);
  sc_core::sc_report_handler::set_handler(previous);
}

void Waveform::rise() {
  clock_ = true;
  falling_edge_.notify(machine_.cycle_time / 2);
}

void Waveform::fall() { clock_ = false; }

void Waveform::trace_operation(const Operation& op, const std::string& name) {
  const ControlWidths& control = machine_.structure.control;
  sc_core::sc_trace(file_, op.valid, name + ".valid");
  sc_core::sc_trace(file_, op.first, name + ".first");
  sc_core::sc_trace(file_, op.last, name + ".last");
  // Signed in the kernel, so one bit more than their largest value has.
  sc_core::sc_trace(file_, op.group, name + ".group", control.group_bits + 1);
  sc_core::sc_trace(file_, op.first_input, name + ".first_input", control.input_bits + 1);
  if (control.position_bits > 0) {
    sc_core::sc_trace(file_, op.position, name + ".position", control.position_bits + 1);
  }
  if (control.accumulator_bits > 0) {
    sc_core::sc_trace(file_, op.accumulator, name + ".accumulator", control.accumulator_bits + 1);
  }
  sc_core::sc_trace(file_, op.kept, name + ".kept", machine_.broadcast_words);
}

void Waveform::trace_shared() {
  sc_core::sc_trace(file_, clock_, "clock");
  sc_core::sc_trace(file_, machine_.layer, "layer", machine_.structure.control.layer_bits + 1);
  trace_operation(machine_.fetched.read(), "fetched");
  const DatapathWidths& widths = machine_.structure.widths;
  for (std::size_t k = 0; k < machine_.fetched_words.size(); ++k) {
    sc_core::sc_trace(file_, machine_.fetched_words[k].read(), "fetched.x_" + std::to_string(k),
                      widths.activation_bits);
  }
  for (std::size_t k = 0; k < machine_.multiply.size(); ++k) {
    trace_operation(machine_.multiply[k].read(), "multiply_" + std::to_string(k + 1));
  }
  for (std::size_t k = 0; k < machine_.multiply_words.size(); ++k) {
    sc_core::sc_trace(file_, machine_.multiply_words[k].read(), "multiply_1.x_" + std::to_string(k),
                      widths.activation_bits);
  }
  if (machine_.stream != nullptr) {
    sc_core::sc_trace(file_, machine_.stream->loaded().loads, "stream.loads");
  }
  sc_core::sc_trace(file_, machine_.hold.read(), "control.hold");
  sc_core::sc_trace(file_, machine_.take.read(), "control.take");
  sc_core::sc_trace(file_, machine_.writing.read(), "control.write");
  sc_core::sc_trace(file_, machine_.write_lane.read(), "control.write_lane");
}

}  // namespace minerva
