#include "minerva/arithmetic/fault_word.hpp"

#include "minerva/base/errors.hpp"

namespace minerva {

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
