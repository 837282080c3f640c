#include "minerva/cluster/shard_file.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "program.hpp"
#include "text_checks.hpp"

namespace minerva {
namespace {

using test::TemporaryFolder;

const std::string kId = std::string(32, 'a') + std::string(32, '7');

std::string small_shard(const TemporaryFolder& folder, const std::string& name) {
  const std::string path = folder.path() + "/" + name;
  ShardWriter writer(path, kId);
  writer.add("rows.csv", "1,2\n3,4\n");
  writer.begin_part("runs/a b/summary.json");
  writer.append("{");
  writer.append("}\n");
  writer.add("empty", "");
  writer.finish();
  return path;
}

TEST(ShardFile, ReadsBackAsWritten) {
  const TemporaryFolder folder;
  ShardReader reader(small_shard(folder, "one"));
  EXPECT_EQ(reader.id(), kId);
  ASSERT_EQ(reader.parts().size(), 3U);
  EXPECT_EQ(reader.read("rows.csv"), "1,2\n3,4\n");
  EXPECT_EQ(reader.read("runs/a b/summary.json"), "{}\n");
  EXPECT_EQ(reader.read("empty"), "");
  EXPECT_EQ(reader.find("other"), nullptr);
  EXPECT_TRUE(contains(error_of([&] { reader.read("other"); }), "has no part other"));
  EXPECT_EQ(error_of([&] { reader.check(); }), "(no error)");
}

TEST(ShardFile, HasTheSameBytesEachTime) {
  const TemporaryFolder folder;
  EXPECT_EQ(test::read_whole(small_shard(folder, "one")),
            test::read_whole(small_shard(folder, "two")));
}

TEST(ShardFile, IsDamagedByAnyBitAndAnyLengthThatChanges) {
  const TemporaryFolder folder;
  const std::string bytes = test::read_whole(small_shard(folder, "whole"));
  const auto whole = [&](const std::string& changed) {
    const std::string path = folder.write("changed", changed);
    return error_of([&] {
             ShardReader reader(path);
             reader.check();
             // The id is the plan's to compare; here it is known.
             if (reader.id() != kId) throw UserError(path, "", "another id");
           }) == "(no error)";
  };
  ASSERT_TRUE(whole(bytes));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = bytes;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      ASSERT_FALSE(whole(changed)) << "byte " << i << ", bit " << bit;
    }
    ASSERT_FALSE(whole(bytes.substr(0, i))) << "cut at " << i;
    ASSERT_FALSE(whole(bytes.substr(0, i) + bytes.substr(i + 1))) << "without byte " << i;
  }
  ASSERT_FALSE(whole(bytes + "\n"));
  ASSERT_FALSE(whole(bytes + bytes));
}

TEST(ShardFile, ThatWasNotFinishedIsDamagedAndThenRemoved) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/begun";
  {
    ShardWriter writer(path, kId);
    writer.add("rows.csv", std::string(1000, 'x'));
    EXPECT_TRUE(contains(error_of([&] { ShardReader reader(path); }), "is damaged"));
  }
  EXPECT_FALSE(folder.has("begun"));
}

TEST(ShardFile, ThatWasNotFinishedLeavesAnotherFileOfItsName) {
  const TemporaryFolder folder;
  {
    ShardWriter writer(folder.path() + "/begun", kId);
    std::filesystem::rename(folder.path() + "/begun", folder.path() + "/moved");
    folder.write("begun", "of somebody else");
  }
  EXPECT_EQ(folder.read("begun"), "of somebody else");
}

TEST(ShardFile, HandsOutLargePartsInBlocks) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/large";
  std::string bytes;
  for (int i = 0; i < 3'000'000; ++i) bytes += static_cast<char>('a' + i % 23);
  {
    ShardWriter writer(path, kId);
    writer.add("before", "b");
    writer.add("large", bytes);
    writer.finish();
  }
  ShardReader reader(path);
  std::string read;
  int blocks = 0;
  reader.read(*reader.find("large"), [&](const std::string& block) {
    read += block;
    ++blocks;
  });
  EXPECT_TRUE(read == bytes);
  EXPECT_GT(blocks, 1);
}

TEST(ShardPartNames, StayBelowTheirFolder) {
  for (const std::string name : {"a", "a/b", "a/b.c/..d", "tech.file=x+y/summary.json", ".a"}) {
    EXPECT_TRUE(is_part_name(name)) << name;
  }
  for (const std::string name :
       {"", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/.", "a\nb", "a\x7f"}) {
    EXPECT_FALSE(is_part_name(name)) << name;
  }
}

}  // namespace
}  // namespace minerva
