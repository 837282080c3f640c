#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>

#include "minerva/report/csv.hpp"
#include "minerva/interchange/npy.hpp"
#include "minerva/report/text_table.hpp"
#include "text_checks.hpp"

namespace minerva {
namespace {

TEST(Npy, HeaderAndDataFollowTheFormat) {
  const std::string bytes = npy_bytes(std::vector<std::int16_t>{1, -2, 3, 4, 5, 6}, {2, 3});
  EXPECT_EQ(bytes.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
  const std::size_t header =
      static_cast<unsigned char>(bytes[8]) + 256U * static_cast<unsigned char>(bytes[9]);
  EXPECT_EQ((10 + header) % 64, 0U);
  EXPECT_EQ(bytes[9 + header], '\n');
  EXPECT_EQ(bytes.rfind("{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3, ), }", 10), 10U);
  ASSERT_EQ(bytes.size(), 10 + header + 12);
  EXPECT_EQ(bytes.substr(10 + header, 4), std::string("\x01\x00\xfe\xff", 4));
  EXPECT_TRUE(contains(npy_bytes(std::vector<float>{1}, {1}),
                       "'<f4', 'fortran_order': False, "
                       "'shape': (1,), }"));
  EXPECT_TRUE(contains(npy_bytes(std::vector<std::int64_t>{1}, {}), "'shape': (), }"));
  EXPECT_TRUE(contains(npy_bytes(std::vector<std::uint16_t>{}, {0, 4}), "'<u2'"));
  EXPECT_TRUE(contains(npy_bytes(std::vector<std::int32_t>{7}, {1, 1}), "'<i4'"));
  EXPECT_THROW(npy_bytes(std::vector<float>{1, 2}, {3}), ContractViolation);
}

TEST(Csv, QuotesAndRoundTripsNumbers) {
  Csv csv({"name", "power_mw", "n"});
  csv.add({"a,\"b\"\nc", 0.1 + 0.2, 3});
  csv.add({"plain", 1e-300, std::numeric_limits<std::uint64_t>::max()});
  EXPECT_EQ(csv.text(),
            "name,power_mw,n\n\"a,\"\"b\"\"\nc\",0.30000000000000004,3\n"
            "plain,1e-300,18446744073709551615\n");
  EXPECT_THROW(csv.add({"too", "few"}), ContractViolation);
  EXPECT_THROW(CsvCell(std::nan("")), ContractViolation);
}

TEST(TextTable, AlignsLettersNotBytes) {
  TextTable table({"näme", "two\nlines"});
  table.add({"größer", "1"});
  table.add({"x", "12345678"});
  EXPECT_EQ(table.text(),
            "             two\nnäme       lines\n----------------\n"
            "größer         1\nx       12345678\n");
}

TEST(ReadableNumber, KeepsDigitsAndGroups) {
  EXPECT_EQ(count_text(2007040000), "2,007,040,000");
  EXPECT_EQ(count_text(-999), "-999");
  EXPECT_EQ(readable_number(0), "0.00");
  EXPECT_EQ(readable_number(1234567.8), "1,234,568");
  EXPECT_EQ(readable_number(-1234), "-1,234");
  EXPECT_EQ(readable_number(12.345), "12.3");
  EXPECT_EQ(readable_number(0.0123456), "0.0123");
  EXPECT_EQ(readable_number(4.4e-6, 2), "4.4e-06");
  EXPECT_EQ(readable_number(999, 1), "999");
}

}  // namespace
}  // namespace minerva
