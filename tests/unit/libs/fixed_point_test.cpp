#include "minerva/arithmetic/fixed_point.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

#include "minerva/arithmetic/random.hpp"
#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

constexpr Rounding kModes[] = {Rounding::half_up, Rounding::half_even, Rounding::truncate};

/// The code nearest to numerator / denominator by trying every code of the format: distances are
/// compared as whole numbers, so nothing is rounded. This is docs/arithmetic.md word for word, not
/// the shift of the library.
std::int64_t nearest_by_search(QFormat to, std::int64_t numerator, std::int64_t denominator,
                               Rounding mode) {
  const std::int64_t unit = std::int64_t{1} << to.fraction_bits;
  // Code c stands for c / unit; |numerator / denominator - c / unit| scaled by both denominators.
  std::int64_t best = to.min_code();
  std::int64_t best_distance = std::numeric_limits<std::int64_t>::max();
  for (std::int64_t c = to.min_code(); c <= to.max_code(); ++c) {
    const std::int64_t difference = numerator * unit - c * denominator;
    if (mode == Rounding::truncate) {
      if (difference >= 0) best = c;  // the largest code that is not above the value
      continue;
    }
    const std::int64_t distance = std::llabs(difference);
    const bool tie_wins = mode == Rounding::half_up || c % 2 == 0;
    if (distance < best_distance || (distance == best_distance && tie_wins)) {
      best = c;
      best_distance = distance;
    }
  }
  return best;
}

TEST(FixedPoint, RoundingOfEverySmallFormatEqualsASearchOverItsCodes) {
  constexpr int kFinerBits = 4;
  for (int bits = 1; bits <= 8; ++bits) {
    for (int m = 1; m <= bits; ++m) {
      const QFormat format{m, bits - m};
      const int fraction = format.fraction_bits + kFinerBits;
      const std::int64_t denominator = std::int64_t{1} << fraction;
      // Half as far again outside the range on both sides.
      const std::int64_t reach = 3 * (std::int64_t{1} << (bits + kFinerBits - 2)) + 37;
      const std::int64_t stride = bits == 8 ? 3 : 1;  // odd, so ties and codes are still met
      for (std::int64_t v = -reach; v <= reach; v += v >= -64 && v < 64 ? 1 : stride) {
        for (const Rounding mode : kModes) {
          const std::int64_t expected = nearest_by_search(format, v, denominator, mode);
          ASSERT_EQ(round_code(format, v, fraction, mode), expected)
              << to_string(format) << " " << v << "/" << denominator << " " << to_string(mode);
          ASSERT_EQ(round_to(format, std::ldexp(static_cast<double>(v), -fraction), mode), expected)
              << to_string(format) << " " << v << "/" << denominator << " " << to_string(mode);
        }
      }
    }
  }
}

TEST(FixedPoint, TiesOfEverySmallFormatGoWhereTheModeSays) {
  for (int bits = 1; bits <= 8; ++bits) {
    for (int m = 1; m <= bits; ++m) {
      const QFormat format{m, bits - m};
      for (std::int64_t c = format.min_code(); c < format.max_code(); ++c) {
        const std::int64_t between = 2 * c + 1;  // half a step above code c
        const int fraction = format.fraction_bits + 1;
        ASSERT_EQ(round_code(format, between, fraction, Rounding::half_up), c + 1);
        ASSERT_EQ(round_code(format, between, fraction, Rounding::half_even),
                  c % 2 == 0 ? c : c + 1);
        ASSERT_EQ(round_code(format, between, fraction, Rounding::truncate), c);
      }
    }
  }
}

TEST(FixedPoint, ValuesWithFewerFractionBitsShiftLeftAndSaturate) {
  for (int bits = 1; bits <= 8; ++bits) {
    for (int m = 1; m <= bits; ++m) {
      const QFormat format{m, bits - m};
      // Negative fraction bits too: the value is then a multiple of 2, 4, ...
      for (int fraction = -4; fraction < format.fraction_bits; ++fraction) {
        for (std::int64_t v = -300; v <= 300; ++v) {
          const std::int64_t numerator = fraction < 0 ? v * (std::int64_t{1} << -fraction) : v;
          const std::int64_t denominator = std::int64_t{1} << (fraction < 0 ? 0 : fraction);
          for (const Rounding mode : kModes) {
            ASSERT_EQ(round_code(format, v, fraction, mode),
                      nearest_by_search(format, numerator, denominator, mode))
                << to_string(format) << " " << v << " * 2^" << -fraction;
          }
        }
      }
    }
  }
}

TEST(FixedPoint, FarOutsideSaturatesForEveryShift) {
  const std::int64_t large = (std::int64_t{1} << 61) - 1;
  for (const QFormat format : {QFormat{1, 0}, {1, 7}, {8, 0}, {2, 6}, {16, 16}, {1, 31}, {32, 0}}) {
    for (int fraction = -2000; fraction <= 2000; ++fraction) {
      for (const Rounding mode : kModes) {
        // 2^61 * 2^-fraction against the range: decided by exponents alone.
        const bool above = 61 - fraction > format.integer_bits;
        const bool vanishes = 61 - fraction < -format.fraction_bits - 1;
        const std::int64_t up = round_code(format, large, fraction, mode);
        const std::int64_t down = round_code(format, -large, fraction, mode);
        if (above) {
          ASSERT_EQ(up, format.max_code()) << fraction;
          ASSERT_EQ(down, format.min_code()) << fraction;
        } else if (vanishes) {
          ASSERT_EQ(up, 0) << fraction;
          ASSERT_EQ(down, mode == Rounding::truncate ? -1 : 0) << fraction;
        }
      }
    }
  }
}

TEST(FixedPoint, WideFormatsEqualExactRationals) {
  KeyedRandom random(2024, Stream::test, 1);
  for (int trial = 0; trial < 200000; ++trial) {
    const int bits = 1 + static_cast<int>(random.below(32));
    const int m = 1 + static_cast<int>(random.below(static_cast<std::uint64_t>(bits)));
    const QFormat format{m, bits - m};
    const int magnitude = static_cast<int>(random.below(61));
    std::int64_t v = static_cast<std::int64_t>(random.below((std::uint64_t{1} << magnitude) | 1));
    if (random.below(2) == 1) v = -v;
    const int shift = static_cast<int>(random.below(62));
    const Rounding mode = kModes[random.below(3)];
    // Division toward zero and its remainder, not shifts: in 128 bits so that nothing overflows.
    const __int128 divisor = __int128{1} << shift;
    __int128 quotient = v / divisor;
    __int128 rest = v % divisor;
    if (rest < 0) {
      --quotient;
      rest += divisor;
    }
    const bool tie = 2 * rest == divisor;
    if (mode == Rounding::half_up && 2 * rest >= divisor) ++quotient;
    if (mode == Rounding::half_even && (2 * rest > divisor || (tie && quotient % 2 != 0))) {
      ++quotient;
    }
    if (quotient > format.max_code()) quotient = format.max_code();
    if (quotient < format.min_code()) quotient = format.min_code();
    ASSERT_EQ(round_code(format, v, format.fraction_bits + shift, mode),
              static_cast<std::int64_t>(quotient))
        << to_string(format) << " v " << v << " shift " << shift << " " << to_string(mode);
  }
}

TEST(FixedPoint, DoublesThatTrapAnAddedHalf) {
  const QFormat whole{8, 0};
  EXPECT_EQ(round_to(whole, 0.49999999999999994), 0);
  EXPECT_EQ(round_to(whole, 0.5), 1);
  EXPECT_EQ(round_to(whole, -0.5), 0);
  EXPECT_EQ(round_to(whole, -0.50000000000000011), -1);
  EXPECT_EQ(round_to(whole, -0.49999999999999994), 0);
  EXPECT_EQ(round_to(whole, 1.5), 2);
  EXPECT_EQ(round_to(whole, -1.5), -1);
  EXPECT_EQ(round_to(whole, 0.5, Rounding::half_even), 0);
  EXPECT_EQ(round_to(whole, 1.5, Rounding::half_even), 2);
  EXPECT_EQ(round_to(whole, -1.5, Rounding::half_even), -2);
  EXPECT_EQ(round_to(whole, -0.5, Rounding::half_even), 0);
  EXPECT_EQ(round_to(whole, -0.1, Rounding::truncate), -1);
  EXPECT_EQ(round_to(whole, 0.999, Rounding::truncate), 0);
  EXPECT_EQ(round_to(QFormat{32, 0}, 1073741823.4999999), 1073741823);
  EXPECT_EQ(round_to(whole, -0.0), 0);
}

TEST(FixedPoint, DenormalsAndHugeDoubles) {
  constexpr double kTiny = std::numeric_limits<double>::denorm_min();
  constexpr double kHuge = std::numeric_limits<double>::max();
  for (const QFormat format : {QFormat{1, 0}, {2, 6}, {1, 15}, {6, 10}, {1, 31}}) {
    for (const double tiny : {kTiny, 1e-310, std::numeric_limits<double>::min()}) {
      EXPECT_EQ(round_to(format, tiny), 0);
      EXPECT_EQ(round_to(format, -tiny), 0);
      EXPECT_EQ(round_to(format, -tiny, Rounding::half_even), 0);
      EXPECT_EQ(round_to(format, tiny, Rounding::truncate), 0);
      EXPECT_EQ(round_to(format, -tiny, Rounding::truncate), -1);
    }
    for (const Rounding mode : kModes) {
      EXPECT_EQ(round_to(format, kHuge, mode), format.max_code());
      EXPECT_EQ(round_to(format, -kHuge, mode), format.min_code());
    }
  }
}

TEST(FixedPoint, NotFiniteIsAnError) {
  const QFormat format{2, 6};
  EXPECT_THROW(round_to(format, std::numeric_limits<double>::quiet_NaN()), ContractViolation);
  EXPECT_THROW(round_to(format, std::numeric_limits<double>::infinity()), ContractViolation);
  EXPECT_THROW(round_to(format, -std::numeric_limits<double>::infinity()), ContractViolation);
}

TEST(FixedPoint, Q2_6SpansMinusTwoToItsLastCode) {
  const QFormat format{2, 6};
  EXPECT_EQ(format.step(), 1.0 / 64);
  EXPECT_EQ(round_to(format, 1.0), 64);
  EXPECT_EQ(round_to(format, 1.5), 96);
  EXPECT_EQ(static_cast<double>(round_to(format, 17.0)) * format.step(), 1.984375);
  EXPECT_EQ(static_cast<double>(round_to(format, -17.0)) * format.step(), -2.0);
  EXPECT_EQ(static_cast<double>(round_to(format, 1.9999)) * format.step(), 1.984375);
}

TEST(FixedPoint, FormatsRoundTripThroughText) {
  for (int bits = 1; bits <= kMaxProductBits; ++bits) {
    for (int m = 1; m <= bits; ++m) {
      const QFormat format{m, bits - m};
      EXPECT_EQ(parse_format(to_string(format), kMaxProductBits, "key"), format);
    }
  }
}

TEST(FixedPoint, ImpossibleFormatsNameKeyAndValue) {
  for (const char* text :
       {"Q0.8",  "Q20.20", "Q2",    "2.6",           "Q-1.3",          "",      "Q",     "Q.",
        "Q2.",   "Q.6",    "q2.6",  "Q2.6.1",        "Q2.-6",          "Q2.6 ", " Q2.6", "Q2,6",
        "Q17.0", "Q9.8",   "Q1.16", "Q9999999999.1", "Q2.99999999999", "Q+2.6", "Q2.6x"}) {
    try {
      parse_format(text, kMaxOperandBits, "quantize.start");
      ADD_FAILURE() << "accepted '" << text << "'";
    } catch (const UserError& error) {
      const std::string line = error.what();
      EXPECT_NE(line.find("quantize.start"), std::string::npos) << line;
      EXPECT_NE(line.find(text), std::string::npos) << line;
      EXPECT_EQ(line.find('\n'), std::string::npos);
    }
  }
  EXPECT_EQ(parse_format("Q9.8", kMaxProductBits, "key"), (QFormat{9, 8}));
  EXPECT_THROW(check_format({std::numeric_limits<int>::max(), 1}, 16, "key"), UserError);
  EXPECT_THROW(check_format({1, -1}, 16, "key"), UserError);
}

TEST(FixedPoint, RoundingNamesRoundTrip) {
  for (const Rounding mode : kModes) EXPECT_EQ(parse_enum<Rounding>(to_string(mode), "key"), mode);
  EXPECT_THROW(parse_enum<Rounding>("nearest", "key"), UserError);
  EXPECT_THROW(parse_enum<Rounding>("", "key"), UserError);
}

TEST(FixedPoint, AccumulatorWidths) {
  const QFormat product{2, 7};
  EXPECT_EQ(accumulator_bits(product, 1), 10);
  EXPECT_EQ(accumulator_bits(product, 2), 11);
  EXPECT_EQ(accumulator_bits(product, 3), 11);
  EXPECT_EQ(accumulator_bits(product, 4), 12);
  EXPECT_EQ(accumulator_bits(product, 784), 19);
  EXPECT_EQ(accumulator_bits({6, 10}, 784), 26);
}

TEST(FixedPoint, ExtremeSumsNeverLeaveTheAccumulatorAndNeedAllOfIt) {
  for (int bits = 1; bits <= kMaxProductBits; ++bits) {
    const QFormat product{1, bits - 1};
    for (int n_in = 1; n_in <= 1100; ++n_in) {
      const int width = accumulator_bits(product, n_in);
      const std::int64_t low = -(std::int64_t{1} << (width - 1));
      const std::int64_t high = (std::int64_t{1} << (width - 1)) - 1;
      ASSERT_GE((n_in + std::int64_t{1}) * product.min_code(), low);
      ASSERT_LE((n_in + std::int64_t{1}) * product.max_code(), high);
      // One bit less would overflow at the most negative sum.
      ASSERT_LT((n_in + std::int64_t{1}) * product.min_code(), low / 2);
    }
  }
}

}  // namespace
}  // namespace minerva
