#include "minerva/arithmetic/codebook.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

// The model: the entries stand in a table by the text of their index, sign first, and every rule of
// docs/arithmetic.md is applied to that text.
std::string text_of(int index, int bits) {
  std::string text;
  for (int b = bits - 1; b >= 0; --b) text += ((index >> b) & 1) != 0 ? '1' : '0';
  return text;
}

int index_of(const std::string& text) {
  int index = text[0] == '1' ? -1 : 0;
  for (std::size_t i = 1; i < text.size(); ++i) index = 2 * index + (text[i] == '1' ? 1 : 0);
  return index;
}

int model_index_as_read(int stored, int faulty, int bits, const Mitigation& m) {
  const std::string word = text_of(stored, bits);
  std::string faults = text_of(faulty, bits);
  if (m.masking == Masking::bit && m.sign == SignPolicy::hardened) faults[0] = '0';
  int count = 0;
  std::string inverted = word;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (faults[i] == '0') continue;
    ++count;
    inverted[i] = word[i] == '1' ? '0' : '1';
  }
  if (m.masking == Masking::word) {
    const bool seen = m.detector == Detector::razor ? count > 0 : count % 2 == 1;
    return seen ? 0 : index_of(inverted);
  }
  if (m.masking == Masking::none) return index_of(inverted);
  if (faults[0] == '1' && m.sign == SignPolicy::zero) return 0;
  std::string read = word;
  for (std::size_t i = 0; i < read.size(); ++i) {
    if (i == 0 || faults[i] == '1') read[i] = inverted[0];
  }
  return index_of(read);
}

std::vector<Mitigation> allowed_mitigations() {
  return {{Masking::none, SignPolicy::zero, Detector::none},
          {Masking::none, SignPolicy::zero, Detector::razor},
          {Masking::word, SignPolicy::zero, Detector::razor},
          {Masking::word, SignPolicy::zero, Detector::parity},
          {Masking::bit, SignPolicy::hardened, Detector::razor},
          {Masking::bit, SignPolicy::zero, Detector::razor},
          {Masking::bit, SignPolicy::inverted, Detector::razor}};
}

/// A codebook of 2^bits entries that rise with their index; index 0 is the weight 0.
Codebook rising(int bits) {
  Codebook codebook;
  for (int i = -(1 << bits) / 2; i < (1 << bits) / 2; ++i) {
    codebook.entries.push_back(static_cast<std::int16_t>(7 * i));
  }
  return codebook;
}

template <typename Visit>
void every_index_and_fault_set(const Visit& visit) {
  for (int bits = 1; bits <= 4; ++bits) {
    const int half = (1 << bits) / 2;
    for (int stored = -half; stored < half; ++stored) {
      for (int faulty = 0; faulty < 2 * half; ++faulty) visit(bits, stored, faulty);
    }
  }
}

TEST(Codebook, EveryIndexAndFaultSetEqualsTheModel) {
  for (const Mitigation& m : allowed_mitigations()) {
    every_index_and_fault_set([&](int bits, int stored, int faulty) {
      const Codebook codebook = rising(bits);
      ASSERT_EQ(codebook.bits(), bits);
      ASSERT_EQ(shared_weight_as_read(stored, static_cast<std::uint32_t>(faulty), codebook, m),
                7 * model_index_as_read(stored, faulty, bits, m))
          << bits << " bits, stored " << text_of(stored, bits) << " faulty "
          << text_of(faulty, bits) << " " << to_string(m.masking) << " " << to_string(m.sign);
    });
  }
}

TEST(Codebook, AMaskedWordReadsAsZeroWhereIndex0IsTheWeight0) {
  const Mitigation word{Masking::word, SignPolicy::zero, Detector::razor};
  const Mitigation bit{Masking::bit, SignPolicy::zero, Detector::razor};
  every_index_and_fault_set([&](int bits, int stored, int faulty) {
    const auto faults = static_cast<std::uint32_t>(faulty);
    if (faulty != 0) {
      ASSERT_EQ(shared_weight_as_read(stored, faults, rising(bits), word), 0);
    }
    if ((faulty >> (bits - 1)) != 0) {
      ASSERT_EQ(shared_weight_as_read(stored, faults, rising(bits), bit), 0);
    }
  });
}

TEST(Codebook, BitMaskingWithAnIntactSignNeverGrowsAWeightNorChangesItsSign) {
  const Mitigation m{Masking::bit, SignPolicy::zero, Detector::razor};
  every_index_and_fault_set([&](int bits, int stored, int faulty) {
    if ((faulty >> (bits - 1)) != 0) return;
    const int read =
        shared_weight_as_read(stored, static_cast<std::uint32_t>(faulty), rising(bits), m);
    ASSERT_LE(std::abs(read), std::abs(7 * stored));
    ASSERT_EQ(read < 0, stored < 0);
  });
}

TEST(Codebook, TheNearestEntryOfEveryCodeIsTheNearest) {
  const std::vector<Codebook> codebooks = {
      {{-3, 4}}, {{0, -2, 0, 2}}, {{-9, -3, 0, 1}}, {{5, -5, 0, 0, 3, 3, -8, 7}}};
  for (const Codebook& codebook : codebooks) {
    for (int code = -16; code < 16; ++code) {
      int least = 1000;
      for (const int entry : codebook.entries) least = std::min(least, std::abs(entry - code));
      const int nearest = codebook.nearest(code);
      ASSERT_EQ(std::abs(nearest - code), least);
      for (const int entry : codebook.entries) {  // of two that are as near, the smaller one
        if (std::abs(entry - code) == least) {
          ASSERT_LE(nearest, entry);
        }
      }
      // An entry is its own nearest one, so that a weight that was mapped once stays.
      ASSERT_EQ(codebook.nearest(nearest), nearest);
    }
  }
  // Of equal entries the one nearest to index 0.
  EXPECT_EQ(codebooks[1].index_of(0), 0);
  EXPECT_EQ(codebooks[3].index_of(0), -1);  // entries -2 and -1 are 0
  EXPECT_EQ(codebooks[3].index_of(3), 0);
}

TEST(Codebook, OtherSizesAndEntriesOutsideOfWAreRefused) {
  const auto refusal = [](const Codebook& codebook) {
    try {
      check_codebook(codebook, {1, 3}, "plan.codebook");
    } catch (const UserError& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  EXPECT_EQ(refusal({{-8, 7}}), "accepted");
  EXPECT_EQ(refusal({{-8, 0, 7}}), "plan.codebook = '3 entries': needs 2, 4, 8 or 16");
  EXPECT_EQ(refusal({{-8, 8}}), "plan.codebook = '8': needs -8 to 7, a code of Q1.3");
}

TEST(Codebook, RequantizedEntriesKeepTheirValues) {
  const Codebook codebook = {{-3, 0, 1, 5}};
  EXPECT_EQ(requantized(codebook, {1, 3}, {2, 5}).entries,
            (std::vector<std::int16_t>{-12, 0, 4, 20}));
  EXPECT_EQ(requantized(codebook, {1, 3}, {1, 2}).entries,
            (std::vector<std::int16_t>{-1, 0, 1, 3}));
}

TEST(Codebook, SignsAloneAreAPowerOfTwo) {
  EXPECT_EQ(sign_weight_shift({{0, -4, 0, 4}}), 2);
  EXPECT_EQ(sign_weight_shift({{-1, 1}}), 0);
  EXPECT_EQ(sign_weight_shift({{-8, 0, 0, 0}}), 3);
  EXPECT_FALSE(sign_weight_shift({{0, -3, 0, 3}}));
  EXPECT_FALSE(sign_weight_shift({{0, -4, 0, 2}}));
  EXPECT_FALSE(sign_weight_shift({{0, 0}}));
}

}  // namespace
}  // namespace minerva
