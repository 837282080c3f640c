#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>

#include "data_files.hpp"
#include "minerva/base/checksum.hpp"
#include "minerva/data/known_sets.hpp"
#include "minerva/data/load_dataset.hpp"

namespace minerva {
namespace {
using test::expect_refused;
using test::packed;

class KnownSetsTest : public test::FilesTest {};

std::string hash(const std::string& bytes) { return sha256(bytes.data(), bytes.size()); }

TEST_F(KnownSetsTest, StandAmongTheSetsOfTheOptions) {
  const std::set<std::string> names(data_set_names().begin(), data_set_names().end());
  EXPECT_EQ(names.size(), data_set_names().size());
  std::set<std::string> checksums;
  std::size_t files = 0;
  for (const KnownSet& set : known_sets()) {
    EXPECT_EQ(names.count(set.name), 1U) << set.name;
    EXPECT_EQ(&known_set(set.name), &set);
    for (const KnownFile& file : set.files) {
      ++files;
      for (const std::string& checksum : {file.packed_sha256, file.content_sha256}) {
        EXPECT_EQ(checksum.size(), 64U);
        EXPECT_EQ(checksum.find_first_not_of("0123456789abcdef"), std::string::npos);
        EXPECT_TRUE(checksums.insert(checksum).second) << "a checksum stands twice: " << checksum;
      }
      EXPECT_GT(file.content_bytes, 0);
    }
  }
  EXPECT_EQ(files, 4U + 4 + 2 + 1 + 2 + 2 + 2);
  for (const std::string own : {"digits", "idx", "csv", "bag_of_words"}) {
    EXPECT_EQ(names.count(own), 1U);
    EXPECT_FALSE(is_known_set(own));
  }
}

TEST_F(KnownSetsTest, CompareFilesByBothChecksums) {
  const std::string content = "a\tx y\n";
  const std::string gzip = packed(content);
  KnownSet set;
  set.name = "some";
  const KnownFile file{"some.txt", hash(gzip), hash(content), 6, "other.txt", hash("other")};
  const auto state = [&] { return inspect_file(folder_.string(), set, file).state; };
  EXPECT_EQ(state(), FileState::missing);
  std::filesystem::create_directories(folder_ / "some");
  write("some/other.txt", "other");
  EXPECT_EQ(state(), FileState::same_file);
  write("some/other.txt", "another");
  EXPECT_EQ(state(), FileState::other_content);
  write("some/some.txt", content);  // unpacked, and found before the other name
  EXPECT_EQ(state(), FileState::same_content);
  write("some/some.txt.gz", packed(content + "b\tz\n"));
  EXPECT_EQ(state(), FileState::other_content);
  write("some.txt.gz", gzip);
  const FileInspection found = inspect_file(folder_.string(), set, file);
  EXPECT_EQ(found.state, FileState::same_file);
  EXPECT_EQ(found.path, (folder_ / "some.txt.gz").string());
  EXPECT_EQ(found.bytes, static_cast<std::int64_t>(gzip.size()));
  EXPECT_EQ(found.content_sha256, hash(content));
  std::string stored = gzip;
  stored[9] = '\x7f';  // the header's system byte: another gzip of the same content
  write("some.txt.gz", stored);
  EXPECT_EQ(state(), FileState::same_content);
  write("some.txt.gz", gzip.substr(0, gzip.size() - 3));
  EXPECT_EQ(state(), FileState::unreadable);
}

TEST_F(KnownSetsTest, AreRefusedByNameOfTheMissingFile) {
  for (const KnownSet& set : known_sets()) {
    DataOptions options;
    options.set = set.name;
    expect_refused([&] { load_dataset(options); }, "data.dir", set.origin);
    options.dir = folder_.string();
    expect_refused([&] { load_dataset(options); },
                   (folder_ / (set.files.front().name + ".gz")).string(), "MINERVA_DATA_DIR");
  }
}

TEST_F(KnownSetsTest, ForestNeedsItsThreeParts) {
  std::string row;
  for (int i = 0; i < 54; ++i) row += "1,";
  std::string rows;
  for (int i = 0; i < 15121; ++i) {
    std::string one = row;
    one[0] = static_cast<char>('0' + i % 10);
    rows += one + std::to_string(1 + i % 7) + "\n";
  }
  DataOptions options;
  options.set = "forest";
  options.dir = folder_.string();
  options.scaling = InputScaling::none;
  options.classes = 8;
  const std::string path = write("covtype.data", rows);
  const Dataset data = load_dataset(options);
  EXPECT_EQ(data.train.size(), 11340);
  EXPECT_EQ(data.validation.size(), 3780);
  EXPECT_EQ(data.test.size(), 1);
  EXPECT_EQ(data.inputs(), 54);
  EXPECT_EQ(data.classes, 8);
  EXPECT_EQ(data.class_names.size(), 7U);
  EXPECT_EQ(data.validation.inputs.dense()(0, 0), 0);  // row 11,341, counted from 1
  EXPECT_EQ(data.validation.labels[0], 11340 % 7);
  EXPECT_EQ(data.test.labels[0], 15120 % 7);
  write("covtype.data", rows + row + "8\n");
  expect_refused([&] { load_dataset(options); }, path + ":15122 = '8'",
                 "needs one of the 7 classes");
  write("covtype.data", rows.substr(0, rows.rfind('\n', rows.size() - 2) + 1));
  expect_refused([&] { load_dataset(options); }, path, "needs 15121 rows or more");
  write("covtype.data", rows.substr(2));
  expect_refused([&] { load_dataset(options); }, path + ":2", "needs 54");
}

}  // namespace
}  // namespace minerva
