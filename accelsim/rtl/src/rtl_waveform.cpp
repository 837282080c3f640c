#include "map_machine.hpp"
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

/// What both kinds of machine have; what their modules call differently is asked for.
class WaveformText {
 public:
  explicit WaveformText(const RtlArray& machine) : m_(machine) {}
  virtual ~WaveformText() = default;

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
      operation(i, std::string(kDatapath) + "kept" + part(number(i - 1), fetch_parameter()));
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

 protected:
  /// The words that F1 reads at most, and their number.
  virtual const char* fetch_parameter() const = 0;
  virtual int fetch_words() const = 0;
  virtual void operation_fields(int stage) = 0;
  virtual void accumulators(const std::string& of_lane) = 0;
  /// What the registers behind stage i add up to when they take something, and when that is.
  virtual std::string sum_value(const std::string& of_lane, int i) const = 0;
  virtual std::string sum_taken(const std::string& of_lane, int i) const = 0;

  void wire(const std::string& type, const std::string& name, const std::string& value) {
    text_ += indent_ + "wire " + type + name + " = " + value + ";\n";
  }
  /// The kept products behind stage i.
  std::string product_sum(const std::string& of_lane, int i) const {
    const std::string kept =
        std::string(kDatapath) + "kept[" + number(i - 1) + "*" + fetch_parameter() + " + ";
    std::string text;
    for (int k = 0; k < m_.chunk(); ++k) {
      const std::string product = of_lane + "of_array.multiply.word[" + number(k) + "].product" +
                                  part(number(i - 1), "PRODUCT_BITS");
      text += (k == 0 ? "" : "\n" + indent_ + "      +") + std::string(" (") + kept + number(k) +
              "] ? $signed(" + product + ") : 0)";
    }
    return text;
  }

  const RtlArray& m_;

 private:
  void begin(const std::string& scope) {
    text_ += "    if (1) begin : " + scope + "\n";
    indent_ = "      ";
  }
  void end() {
    text_ += "    end\n";
    indent_ = "  ";
  }
  void operation(int stage, const std::string& kept) {
    wire("", "valid", kCore + std::string("valid[") + number(stage) + "]");
    operation_fields(stage);
    wire("[" + std::string(fetch_parameter()) + "-1:0] ", "kept", kept);
  }
  void words(const std::string& vector) {
    for (int k = 0; k < fetch_words(); ++k) {
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
    accumulators(of);
    wire("[RESULT_BITS-1:0] ", "result",
         std::string(kDatapath) + "results" + part(number(lane), "RESULT_BITS"));
    end();
  }
  /// SystemC has a register for the sum behind stage i, where the RTL has one for each product.
  void sum(const std::string& of, int i) {
    const std::string name = "sum_" + number(i);
    text_ += indent_ + "reg signed [ACCUMULATOR_BITS-1:0] " + name + ";\n";
    text_ += indent_ + "always @(posedge clock)\n" + indent_ + "  if (!control.hold && " + of +
             "on[" + number(i) + "] && " + sum_taken(of, i) + ")\n" + indent_ + "    " + name +
             " <=" + sum_value(of, i) + ";\n";
  }

  std::string text_;
  std::string indent_ = "  ";
};

class ChainWaveform : public WaveformText {
 public:
  explicit ChainWaveform(const RtlMachine& machine) : WaveformText(machine) {}

 private:
  const char* fetch_parameter() const override { return "CHUNK"; }
  int fetch_words() const override { return m_.chunk(); }
  void operation_fields(int stage) override {
    for (const char* flag : {"first", "last"}) {
      wire("", flag, kCore + std::string(flag) + "[" + number(stage) + "]");
    }
    wire("[GROUP_BITS-1:0] ", "group",
         std::string(kCore) + "group" + part(number(stage), "GROUP_BITS"));
    wire("[INPUT_BITS-1:0] ", "first_input",
         std::string(kCore) + "first_input" + part(number(stage), "INPUT_BITS"));
  }
  void accumulators(const std::string& of_lane) override {
    wire("[ACCUMULATOR_BITS-1:0] ", "accumulator", of_lane + "accumulator");
  }
  std::string sum_taken(const std::string&, int i) const override {
    return std::string("|") + kDatapath + "kept" + part(number(i - 1), "CHUNK");
  }
  std::string sum_value(const std::string& of_lane, int i) const override {
    return product_sum(of_lane, i);
  }
};

class MapWaveform : public WaveformText {
 public:
  explicit MapWaveform(const MapMachine& machine)
      : WaveformText(machine),
        map_(machine),
        passes_(machine.configuration.network.pools() || machine.configuration.network.adds()) {}

 private:
  const char* fetch_parameter() const override { return "FETCH"; }
  int fetch_words() const override { return map_.fetch_words(); }
  void operation_fields(int stage) override {
    const std::string of = std::string(kDatapath) + "stage[" + number(stage) + "].";
    wire("", "first", of + "of_first");
    wire("", "last", of + "of_last");
    wire("[GROUP_BITS-1:0] ", "group", of + "group");
    wire("[INPUT_BITS-1:0] ", "first_input", of + "first_input");
    if (m_.structure.control.position_bits > 0) {
      wire("[POSITION_BITS-1:0] ", "position", of + "position");
    }
    if (m_.structure.control.accumulator_bits > 0) {
      wire("[ACCUMULATOR_INDEX_BITS-1:0] ", "accumulator", of + "accumulator");
    }
  }
  void accumulators(const std::string& of_lane) override {
    if (map_.accumulators() == 1) {
      wire("[ACCUMULATOR_BITS-1:0] ", "accumulator", of_lane + "accumulators");
      return;
    }
    for (int i = 0; i < map_.accumulators(); ++i) {
      wire("[ACCUMULATOR_BITS-1:0] ", "accumulator_" + number(i),
           of_lane + "accumulators" + part(number(i), "ACCUMULATOR_BITS"));
    }
  }
  std::string weighted(int i) const {
    return std::string(kDatapath) + "weighted_of[" + number(i) + "]";
  }
  std::string sum_taken(const std::string& of_lane, int i) const override {
    const std::string kept = std::string("|") + kDatapath + "kept" + part(number(i - 1), "FETCH");
    if (!passes_) return kept;
    return "(" + weighted(i) + " ? " + kept + " : " + of_lane +
           "of_array.passing.own_word.taken_of[" + number(i - 1) + "])";
  }
  std::string sum_value(const std::string& of_lane, int i) const override {
    if (!passes_) return product_sum(of_lane, i);
    return " " + weighted(i) + " ?" + product_sum(of_lane, i) + " : $signed(" + of_lane +
           "of_array.passing.own_word.word_of" + part(number(i - 1), "ACTIVATION_BITS") + ")";
  }

  const MapMachine& map_;
  const bool passes_;
};

}  // namespace

std::string waveform_text(const RtlMachine& machine) { return ChainWaveform(machine).all(); }
std::string waveform_text(const MapMachine& machine) { return MapWaveform(machine).all(); }

}  // namespace minerva
