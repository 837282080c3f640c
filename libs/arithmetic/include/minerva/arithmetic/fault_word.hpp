#pragma once
#include <cstdint>
#include <string>

#include "minerva/base/enum_names.hpp"

namespace minerva {

/// What the datapath does with a weight word in which faults were detected (book, Sec. 4.4.3).
/// none: nothing; word: the word is read as 0; bit: each faulty bit is replaced by the sign bit.
enum class Masking { none, word, bit };
/// What bit masking does when the sign column itself is faulty (the book does not say):
/// hardened: the column never fails ("protected" in files); zero: a flagged sign makes the word 0;
/// inverted: the faulty sign is read and copied. The policy has an effect under bit masking alone.
enum class SignPolicy { hardened, zero, inverted };
/// How faults are detected: Razor flags each faulty column; parity tells only that an odd number of
/// bits of the word are faulty.
enum class Detector { none, razor, parity };

/// How the weight memories detect faulty bits and what they do about them.
struct Mitigation {
  Masking masking = Masking::none;
  SignPolicy sign = SignPolicy::zero;
  Detector detector = Detector::none;

  friend bool operator==(const Mitigation& a, const Mitigation& b) {
    return a.masking == b.masking && a.sign == b.sign && a.detector == b.detector;
  }
};

constexpr EnumNames<Masking, 3> enum_names(Masking) {
  return {{{Masking::none, "none"}, {Masking::word, "word"}, {Masking::bit, "bit"}}};
}
constexpr EnumNames<SignPolicy, 3> enum_names(SignPolicy) {
  return {{{SignPolicy::hardened, "protected"},
           {SignPolicy::zero, "zero"},
           {SignPolicy::inverted, "inverted"}}};
}
constexpr EnumNames<Detector, 3> enum_names(Detector) {
  return {{{Detector::none, "none"}, {Detector::razor, "razor"}, {Detector::parity, "parity"}}};
}
/// Throws UserError for a detector that cannot feed the masking: without a detector no masking is
/// possible, and parity can feed word masking alone, since it does not know which bit is faulty.
void check_mitigation(const Mitigation& mitigation);

/// The faulty bits of a word of `bits` bits (2 to 16) that can occur in this mitigation's hardware:
/// all of `faulty`, but for the sign bit when its column is hardened.
constexpr std::uint32_t effective_faults(std::uint32_t faulty, int bits, const Mitigation& m) {
  const std::uint32_t sign = std::uint32_t{1} << (bits - 1);
  const std::uint32_t word = (sign << 1) - 1;
  const bool hardened = m.masking == Masking::bit && m.sign == SignPolicy::hardened;
  return faulty & (hardened ? word & ~sign : word);
}

/// The code that the multiplier gets for a stored word, after faults and masking
/// (docs/arithmetic.md, "Faults"). `stored` is a two's complement code of `bits` bits (2 to 16);
/// bit 0 of `faulty` is the lowest bit of the word. The result is a code of the same format. Faults
/// that the detector misses are read inverted.
constexpr std::int32_t word_as_read(std::int32_t stored, std::uint32_t faulty, int bits,
                                    const Mitigation& m) {
  const std::uint32_t sign = std::uint32_t{1} << (bits - 1);
  const std::uint32_t word_mask = (sign << 1) - 1;
  const std::uint32_t faults = effective_faults(faulty, bits, m);
  if (faults == 0) return stored;
  std::uint32_t word = static_cast<std::uint32_t>(stored) & word_mask;
  bool detected = m.detector == Detector::razor;
  if (m.detector == Detector::parity) {
    std::uint32_t parity = 0;
    for (std::uint32_t rest = faults; rest != 0; rest &= rest - 1) parity ^= 1U;
    detected = parity != 0;
  }
  if (m.masking == Masking::none || !detected) {
    word ^= faults;
  } else if (m.masking == Masking::word) {
    return 0;
  } else {
    if ((faults & sign) != 0) {
      if (m.sign == SignPolicy::zero) return 0;
      word ^= sign;  // inverted: the faulty sign is read
    }
    const std::uint32_t others = faults & ~sign;
    word = (word & sign) != 0 ? word | others : word & ~others;
  }
  return (word & sign) != 0 ? static_cast<std::int32_t>(word) - static_cast<std::int32_t>(sign << 1)
                            : static_cast<std::int32_t>(word);
}

}  // namespace minerva
