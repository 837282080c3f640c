#include "minerva/arithmetic/fault_word.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

// The model: a word is text, sign first, and every rule is applied character by character.
std::string text_of(int code, int bits) {
  std::string text;
  for (int b = bits - 1; b >= 0; --b) text += ((code >> b) & 1) != 0 ? '1' : '0';
  return text;
}

int value_of(const std::string& text) {
  int value = text[0] == '1' ? -1 : 0;
  for (std::size_t i = 1; i < text.size(); ++i) value = 2 * value + (text[i] == '1' ? 1 : 0);
  return value;
}

int model_as_read(int stored, int faulty, int bits, const Mitigation& m) {
  std::string word = text_of(stored, bits);
  std::string faults = text_of(faulty, bits);
  if (m.masking == Masking::bit && m.sign == SignPolicy::hardened) faults[0] = '0';
  int count = 0;
  for (const char f : faults) count += f == '1' ? 1 : 0;
  std::string inverted = word;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (faults[i] == '1') inverted[i] = word[i] == '1' ? '0' : '1';
  }
  switch (m.masking) {
    case Masking::none:
      return value_of(inverted);
    case Masking::word: {
      const bool seen = m.detector == Detector::razor ? count > 0 : count % 2 == 1;
      return seen ? 0 : value_of(inverted);
    }
    case Masking::bit: {
      if (faults[0] == '1' && m.sign == SignPolicy::zero) return 0;
      const char sign = inverted[0];
      std::string read = word;
      read[0] = sign;
      for (std::size_t i = 1; i < read.size(); ++i) {
        if (faults[i] == '1') read[i] = sign;
      }
      return value_of(read);
    }
  }
  return 0;
}

std::vector<Mitigation> allowed_mitigations() {
  return {{Masking::none, SignPolicy::zero, Detector::none},
          {Masking::none, SignPolicy::hardened, Detector::none},
          {Masking::none, SignPolicy::zero, Detector::razor},
          {Masking::none, SignPolicy::zero, Detector::parity},
          {Masking::word, SignPolicy::zero, Detector::razor},
          {Masking::word, SignPolicy::hardened, Detector::razor},
          {Masking::word, SignPolicy::zero, Detector::parity},
          {Masking::bit, SignPolicy::hardened, Detector::razor},
          {Masking::bit, SignPolicy::zero, Detector::razor},
          {Masking::bit, SignPolicy::inverted, Detector::razor}};
}

template <typename Visit>
void every_word_and_fault_set(const Visit& visit) {
  for (int bits = 2; bits <= 8; ++bits) {
    const int half = 1 << (bits - 1);
    for (int stored = -half; stored < half; ++stored) {
      for (int faulty = 0; faulty < 2 * half; ++faulty) visit(bits, stored, faulty);
    }
  }
}

TEST(FaultWord, EveryWordAndFaultSetEqualsTheModel) {
  for (const Mitigation& m : allowed_mitigations()) {
    check_mitigation(m);
    every_word_and_fault_set([&](int bits, int stored, int faulty) {
      ASSERT_EQ(word_as_read(stored, static_cast<std::uint32_t>(faulty), bits, m),
                model_as_read(stored, faulty, bits, m))
          << bits << " bits, stored " << text_of(stored, bits) << " faulty "
          << text_of(faulty, bits) << " " << to_string(m.masking) << " " << to_string(m.sign) << " "
          << to_string(m.detector);
    });
  }
}

TEST(FaultWord, WidestWordsEqualTheModelOnASample) {
  for (const Mitigation& m : allowed_mitigations()) {
    for (int bits = 9; bits <= 16; ++bits) {
      const int half = 1 << (bits - 1);
      for (int stored = -half; stored < half; stored += 101) {
        for (int faulty = 0; faulty < 2 * half; faulty += 97) {
          ASSERT_EQ(word_as_read(stored, static_cast<std::uint32_t>(faulty), bits, m),
                    model_as_read(stored, faulty, bits, m));
        }
      }
    }
  }
}

TEST(FaultWord, FaultsAboveTheWordAreIgnored) {
  for (const Mitigation& m : allowed_mitigations()) {
    EXPECT_EQ(word_as_read(-3, 0xff00U, 8, m), -3);
    EXPECT_EQ(word_as_read(5, 0xff01U, 8, m), word_as_read(5, 0x01U, 8, m));
  }
}

TEST(FaultWord, BitMaskingWithIntactSignNeverGrowsNorChangesSign) {
  for (const SignPolicy policy : {SignPolicy::hardened, SignPolicy::zero, SignPolicy::inverted}) {
    const Mitigation m{Masking::bit, policy, Detector::razor};
    every_word_and_fault_set([&](int bits, int stored, int faulty) {
      const int sign = 1 << (bits - 1);
      if (policy != SignPolicy::hardened && (faulty & sign) != 0) return;
      const int read = word_as_read(stored, static_cast<std::uint32_t>(faulty), bits, m);
      ASSERT_LE(std::abs(read), std::abs(stored));
      ASSERT_EQ(read < 0, stored < 0);  // -1 is the negative word with every bit masked
    });
  }
}

TEST(FaultWord, AFlippedSignMovesAValueByItsWeight) {
  const Mitigation none{};
  // Two's complement: the sign of Qm.n weighs -2^(m-1), and clearing it adds just that.
  for (int stored = -128; stored < 128; ++stored) {
    const int read = word_as_read(stored, 0x80U, 8, none);
    ASSERT_EQ(read - stored, stored < 0 ? 128 : -128);
    ASSERT_EQ((read - stored) / 64.0, stored < 0 ? 2.0 : -2.0);  // as Q2.6
  }
}

TEST(FaultWord, ParityMissesEvenCountsWhichReadInverted) {
  const Mitigation m{Masking::word, SignPolicy::zero, Detector::parity};
  every_word_and_fault_set([&](int bits, int stored, int faulty) {
    const int read = word_as_read(stored, static_cast<std::uint32_t>(faulty), bits, m);
    int count = 0;
    for (int b = 0; b < bits; ++b) count += (faulty >> b) & 1;
    if (count % 2 == 1) {
      ASSERT_EQ(read, 0);
    } else {
      const int word = (stored ^ faulty) & ((1 << bits) - 1);
      ASSERT_EQ(read & ((1 << bits) - 1), word);
      if (count > 0) {
        ASSERT_NE(read, stored);
      }
    }
  });
}

TEST(FaultWord, PoliciesDifferOnlyWhenTheSignIsFaulty) {
  every_word_and_fault_set([&](int bits, int stored, int faulty) {
    const auto read = [&](SignPolicy policy) {
      return word_as_read(stored, static_cast<std::uint32_t>(faulty), bits,
                          {Masking::bit, policy, Detector::razor});
    };
    const int sign = 1 << (bits - 1);
    if ((faulty & sign) == 0) {
      ASSERT_EQ(read(SignPolicy::hardened), read(SignPolicy::zero));
      ASSERT_EQ(read(SignPolicy::hardened), read(SignPolicy::inverted));
    } else {
      ASSERT_EQ(read(SignPolicy::zero), 0);
      ASSERT_EQ(read(SignPolicy::hardened) < 0, stored < 0);
      ASSERT_EQ(read(SignPolicy::inverted) < 0, stored >= 0);
    }
  });
}

TEST(FaultWord, PairsThatCannotWorkAreRefused) {
  for (const SignPolicy s : {SignPolicy::hardened, SignPolicy::zero, SignPolicy::inverted}) {
    EXPECT_THROW(check_mitigation({Masking::word, s, Detector::none}), UserError);
    EXPECT_THROW(check_mitigation({Masking::bit, s, Detector::none}), UserError);
    EXPECT_THROW(check_mitigation({Masking::bit, s, Detector::parity}), UserError);
    for (const Detector d : {Detector::none, Detector::razor, Detector::parity}) {
      EXPECT_NO_THROW(check_mitigation({Masking::none, s, d}));
    }
  }
  EXPECT_NO_THROW(check_mitigation({Masking::word, SignPolicy::zero, Detector::parity}));
  try {
    check_mitigation({Masking::bit, SignPolicy::zero, Detector::parity});
  } catch (const UserError& error) {
    const std::string line = error.what();
    EXPECT_NE(line.find("faults.detector"), std::string::npos) << line;
    EXPECT_NE(line.find("faults.masking"), std::string::npos) << line;
  }
}

TEST(FaultWord, NamesRoundTrip) {
  for (const Masking v : {Masking::none, Masking::word, Masking::bit}) {
    EXPECT_EQ(parse_enum<Masking>(to_string(v), "key"), v);
  }
  for (const SignPolicy v : {SignPolicy::hardened, SignPolicy::zero, SignPolicy::inverted}) {
    EXPECT_EQ(parse_enum<SignPolicy>(to_string(v), "key"), v);
  }
  for (const Detector v : {Detector::none, Detector::razor, Detector::parity}) {
    EXPECT_EQ(parse_enum<Detector>(to_string(v), "key"), v);
  }
  EXPECT_STREQ(to_string(SignPolicy::hardened), "protected");
  EXPECT_THROW(parse_enum<Masking>("bits", "key"), UserError);
  EXPECT_THROW(parse_enum<SignPolicy>("hardened", "key"), UserError);
  EXPECT_THROW(parse_enum<Detector>("", "key"), UserError);
}

}  // namespace
}  // namespace minerva
