#include "rtl_parameters.hpp"

namespace minerva {
namespace {

constexpr const char* kCore = "bench.machine.core.";
constexpr const char* kDatapath = "bench.machine.core.datapath.";

std::string number(int n) { return std::to_string(n); }

/// "[n*BITS +: BITS]".
std::string part(const std::string& index, const std::string& bits) {
  return "[" + index + "*" + bits + " +: " + bits + "]";
}

class WaveformText {
 public:
  explicit WaveformText(const RtlMachine& machine) : m_(machine) {}

  std::string all() {
    text_ =
        "// The registers under the names that `minerva simulate --vcd` gives them, so that the\n"
        "// waveforms of both can be laid side by side. Only the bench has this module.\n"
        "module waveform;\n"
        "`include \"machine_parameters.vh\"\n"
        "  wire clock = bench.clock;\n"
        "  wire running = bench.running;  // in the cycles of a prediction\n";
    wire("[LAYER_BITS-1:0] ", "layer", std::string(kCore) + "layer");
    text_ += "  generate\n";
    begin("fetched");
    operation(0, std::string(kDatapath) + "fetched_kept");
    words("fetched_words");
    end();
    for (int i = 1; i <= m_.stages(); ++i) {
      begin("multiply_" + number(i));
      operation(i, std::string(kDatapath) + "kept" + part(number(i - 1), "CHUNK"));
      if (i == 1) words("words");
      end();
    }
    begin("control");
    for (const char* signal : {"hold", "take", "write"})
      wire("", signal, kCore + std::string(signal));
    wire("[LANE_BITS-1:0] ", "write_lane", std::string(kCore) + "write_lane");
    end();
    for (int lane = 0; lane < m_.lanes(); ++lane) registers_of(lane);
    return text_ + "  endgenerate\nendmodule\n";
  }

 private:
  void begin(const std::string& scope) {
    text_ += "    if (1) begin : " + scope + "\n";
    indent_ = "      ";
  }
  void end() {
    text_ += "    end\n";
    indent_ = "  ";
  }
  void wire(const std::string& type, const std::string& name, const std::string& value) {
    text_ += indent_ + "wire " + type + name + " = " + value + ";\n";
  }
  void operation(int stage, const std::string& kept) {
    for (const char* flag : {"valid", "first", "last"}) {
      wire("", flag, kCore + std::string(flag) + "[" + number(stage) + "]");
    }
    wire("[GROUP_BITS-1:0] ", "group",
         std::string(kCore) + "group" + part(number(stage), "GROUP_BITS"));
    wire("[INPUT_BITS-1:0] ", "first_input",
         std::string(kCore) + "first_input" + part(number(stage), "INPUT_BITS"));
    wire("[CHUNK-1:0] ", "kept", kept);
  }
  void words(const std::string& vector) {
    for (int k = 0; k < m_.chunk(); ++k) {
      wire("[ACTIVATION_BITS-1:0] ", "x_" + number(k),
           kDatapath + vector + part(number(k), "ACTIVATION_BITS"));
    }
  }
  void registers_of(int lane) {
    const std::string of = std::string(kDatapath) + "lanes[" + number(lane) + "].";
    begin("lane_" + number(lane));
    for (int k = 0; k < m_.chunk(); ++k) {
      wire("[WEIGHT_BITS-1:0] ", "weight_" + number(k),
           of + "weights" + part(number(k), "WEIGHT_BITS"));
    }
    for (int i = 1; i < m_.stages(); ++i) sum(of, i);
    wire("[ACCUMULATOR_BITS-1:0] ", "accumulator", of + "accumulator");
    wire("[RESULT_BITS-1:0] ", "result",
         std::string(kDatapath) + "results" + part(number(lane), "RESULT_BITS"));
    end();
  }
  /// What the product registers behind stage i add up to, where SystemC has a register for the sum.
  void sum(const std::string& of, int i) {
    const std::string name = "sum_" + number(i);
    const std::string kept = std::string(kDatapath) + "kept[" + number(i - 1) + "*CHUNK + ";
    text_ += indent_ + "reg signed [ACCUMULATOR_BITS-1:0] " + name + ";\n";
    text_ += indent_ + "always @(posedge clock)\n" + indent_ + "  if (!control.hold && " + of +
             "on[" + number(i) + "] && |" + kDatapath + "kept" + part(number(i - 1), "CHUNK") +
             ")\n" + indent_ + "    " + name + " <=";
    for (int k = 0; k < m_.chunk(); ++k) {
      const std::string product = of + "of_array.multiply.word[" + number(k) + "].product" +
                                  part(number(i - 1), "PRODUCT_BITS");
      text_ += (k == 0 ? "" : "\n" + indent_ + "      +") + std::string(" (") + kept + number(k) +
               "] ? $signed(" + product + ") : 0)";
    }
    text_ += ";\n";
  }

  const RtlMachine& m_;
  std::string text_;
  std::string indent_ = "  ";
};

}  // namespace

std::string waveform_text(const RtlMachine& machine) { return WaveformText(machine).all(); }

}  // namespace minerva
