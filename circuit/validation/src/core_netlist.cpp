#include <cstdlib>

#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/circuit/core_simulation.hpp"

namespace minerva::circuit {
namespace {

const ExportedFile& file_of(const std::vector<ExportedFile>& files, const std::string& name) {
  for (const ExportedFile& file : files) {
    if (file.name == name) return file;
  }
  throw ContractViolation("core_verilog: no file " + name);
}

std::string clock_gate_verilog(const ClockGateCell& gate) {
  std::string pins =
      "." + gate.clock + "(clock), ." + gate.enable + "(enable), ." + gate.out + "(gated)";
  for (const std::string& pin : gate.tied_low) pins += ", ." + pin + "(1'b0)";
  return "module clock_gate(input wire clock, input wire enable, output wire gated);\n  " +
         gate.name + " gate (" + pins + ");\nendmodule\n";
}

std::string buffer_verilog(const char* module, const BufferCell& buffer) {
  return std::string("module ") + module + "(input wire in, output wire out);\n  " + buffer.name +
         " buffer (." + buffer.in + "(in), ." + buffer.out + "(out));\nendmodule\n";
}

void replace_all(std::string& text, const std::string& what, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) {
    text.replace(at, what.size(), by);
  }
}

}  // namespace

std::map<std::string, std::int64_t> machine_parameters(const std::string& text) {
  std::map<std::string, std::int64_t> parameters;
  const std::string word = "localparam ";
  for (std::size_t at = 0; (at = text.find(word, at)) != std::string::npos;) {
    at += word.size();
    const std::size_t equals = text.find(" = ", at);
    const std::size_t end = text.find(';', at);
    expects(equals < end && end != std::string::npos, "machine_parameters: no value");
    const std::string name = text.substr(at, equals - at);
    char* rest = nullptr;
    const long long value = std::strtoll(text.c_str() + equals + 3, &rest, 10);
    if (rest == text.c_str() + end) parameters[name] = value;  // else an expression of others
    at = end;
  }
  return parameters;
}

std::string core_verilog(const std::vector<ExportedFile>& files, const UnitCells& cells) {
  std::string text;
  // Without a gate in the library no register has one, but Yosys looks for the module.
  text += cells.gate.name.empty() ? file_of(files, "clock_gate.v").bytes
                                  : clock_gate_verilog(cells.gate);
  text += cells.buffer.name.empty() ? file_of(files, "signal_buffer.v").bytes
                                    : buffer_verilog("signal_buffer", cells.buffer) +
                                          buffer_verilog("signal_driver", cells.driver);
  for (const char* name : {"units.v", "banks.v", "round_saturate.v", "gated_register.v", "f1.v",
                           "operands.v", "f2.v", "m.v", "a.v", "wb.v", "lane.v", "datapath.v",
                           "layer_tables.v", "sequencer.v", "write_control.v", "core.v"}) {
    text += file_of(files, name).bytes;
  }
  // Of networks of maps alone.
  for (const ExportedFile& file : files) {
    for (const char* name : {"passed_word.v", "operation.v", "position.v", "weight_stream.v"}) {
      if (file.name == name) text += file.bytes;
    }
  }
  replace_all(text, "`include \"machine_parameters.vh\"",
              file_of(files, "machine_parameters.vh").bytes);
  return text;
}

}  // namespace minerva::circuit
