#include "qonnx/onnx_quant.hpp"

#include <algorithm>
#include <cmath>

#include "minerva/base/text.hpp"
#include "onnx/onnx_constants.hpp"

namespace minerva {
namespace {

/// The one number of a parameter; where a list has several, they must be equal.
double parameter(const onnx::NodeProto& node, int input, const char* name, OnnxConstants& constants,
                 const std::string& what, const std::string& file) {
  const std::string tensor = node.input_size() > input ? node.input(input) : "";
  if (tensor.empty() || !constants.holds(tensor)) {
    refuse_onnx(file, what + " takes its " + name + " from '" + printable(tensor) +
                          "', which is no constant of the file");
  }
  const std::vector<double> values = constants.plain_numbers(tensor);
  const bool equal = !values.empty() && std::all_of(values.begin(), values.end(), [&](double each) {
    return each == values.front();
  });
  if (!equal) {
    refuse_onnx(file, what + " has a " + name + " of its own for each of " +
                          std::to_string(values.size()) +
                          " numbers: the machine has one format for a signal of a layer");
  }
  return values.front();
}

QuantRounding rounding_of(const onnx::NodeProto& node, const std::string& what,
                          const std::string& file) {
  const onnx::AttributeProto* found = attribute(node, "rounding_mode");
  std::string mode = found == nullptr ? "ROUND" : found->s();
  for (char& c : mode) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  if (mode == "ROUND" || mode == "HALF_EVEN") return QuantRounding::half_even;
  if (mode == "HALF_UP") return QuantRounding::half_up;
  if (mode == "HALF_DOWN") return QuantRounding::half_down;
  if (mode == "CEIL") return QuantRounding::ceil;
  if (mode == "FLOOR") return QuantRounding::floor;
  if (mode == "UP") return QuantRounding::up;
  if (mode == "DOWN" || mode == "ROUND_TO_ZERO") return QuantRounding::down;
  refuse_onnx(file, what + " has the rounding_mode '" + printable(mode) +
                        "': needs ROUND, HALF_UP, HALF_DOWN, CEIL, FLOOR, UP or DOWN");
}

}  // namespace

bool is_quant(const onnx::NodeProto& node) {
  const std::string& domain = node.domain();
  return (node.op_type() == "Quant" || node.op_type() == "IntQuant") &&
         (domain == "qonnx.custom_op.general" || domain == "finn.custom_op.general" ||
          domain == "onnx.brevitas");
}

QuantSignal quant_signal(const onnx::NodeProto& node, OnnxConstants& constants,
                         const std::string& what, const std::string& file) {
  for (const onnx::AttributeProto& each : node.attribute()) {
    if (each.name() != "signed" && each.name() != "narrow" && each.name() != "rounding_mode") {
      refuse_onnx(file, what + " has the attribute " + printable(each.name()) +
                            ", which is not known here");
    }
  }
  QuantSignal signal;
  signal.node = what;
  signal.is_signed = integer_attribute(node, "signed", 1) != 0;
  signal.narrow = integer_attribute(node, "narrow", 0) != 0;
  signal.rounding = rounding_of(node, what, file);
  const double scale = parameter(node, 1, "scale", constants, what, file);
  int exponent = 0;
  if (!(scale > 0) || !std::isfinite(scale) || std::frexp(scale, &exponent) != 0.5) {
    refuse_onnx(file, what + " has the scale " + number_text(scale, 9) +
                          ", which is no power of two: the machine shifts and does not multiply "
                          "to scale");
  }
  signal.fraction_bits = 1 - exponent;
  const double zero = parameter(node, 2, "zero point", constants, what, file);
  if (zero != 0) {
    refuse_onnx(file, what + " has the zero point " + number_text(zero) +
                          ": needs 0, the machine adds none");
  }
  constexpr double kMostBits = 32;
  const double bits = parameter(node, 3, "bit width", constants, what, file);
  if (!(bits >= 1 && bits <= kMostBits) || bits != std::floor(bits)) {
    refuse_onnx(file, what + " has " + number_text(bits) + " bits: needs a whole number of 1 to " +
                          number_text(kMostBits));
  }
  if (bits == 1 && signal.is_signed) {
    refuse_onnx(file, what + " has one bit, which QONNX takes as -1 and 1: needs 2 bits or more");
  }
  signal.bits = static_cast<int>(bits);
  return signal;
}

}  // namespace minerva
