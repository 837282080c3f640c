#include "minerva/arithmetic/fault_word.hpp"

#include "minerva/base/errors.hpp"

namespace minerva {

const char* to_string(Masking masking) {
  switch (masking) {
    case Masking::none:
      return "none";
    case Masking::word:
      return "word";
    case Masking::bit:
      return "bit";
  }
  return "";
}

const char* to_string(SignPolicy sign) {
  switch (sign) {
    case SignPolicy::hardened:
      return "protected";
    case SignPolicy::zero:
      return "zero";
    case SignPolicy::inverted:
      return "inverted";
  }
  return "";
}

const char* to_string(Detector detector) {
  switch (detector) {
    case Detector::none:
      return "none";
    case Detector::razor:
      return "razor";
    case Detector::parity:
      return "parity";
  }
  return "";
}

namespace {
template <typename E, std::size_t N>
E parse_name(const E (&values)[N], const std::string& text, const std::string& key) {
  std::string allowed = "needs one of";
  for (const E value : values) {
    if (text == to_string(value)) return value;
    allowed += std::string(" ") + to_string(value);
  }
  throw UserError(key, text, allowed);
}
}  // namespace

Masking parse_masking(const std::string& text, const std::string& key) {
  return parse_name({Masking::none, Masking::word, Masking::bit}, text, key);
}
SignPolicy parse_sign_policy(const std::string& text, const std::string& key) {
  return parse_name({SignPolicy::hardened, SignPolicy::zero, SignPolicy::inverted}, text, key);
}
Detector parse_detector(const std::string& text, const std::string& key) {
  return parse_name({Detector::none, Detector::razor, Detector::parity}, text, key);
}

void check_mitigation(const Mitigation& m) {
  if (m.masking == Masking::none) return;
  const std::string masking = std::string(to_string(m.masking)) + " masking (faults.masking)";
  if (m.detector == Detector::none) {
    throw UserError(
        "faults.detector", "none",
        masking + " needs a detector: razor" + (m.masking == Masking::word ? " or parity" : ""));
  }
  if (m.detector == Detector::parity && m.masking == Masking::bit) {
    throw UserError("faults.detector", "parity",
                    masking + " needs razor: parity does not tell which bit failed");
  }
}

}  // namespace minerva
