#include "design_space_file.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "minerva/base/errors.hpp"
#include "program.hpp"

namespace minerva::dse {
namespace {

using test::TemporaryFolder;

class Stop : public std::runtime_error {
 public:
  Stop() : std::runtime_error("stopped") {}
};

/// An exploration of several blocks with its file.
class Exploring {
 public:
  Exploring() {
    technology_ = read_technology(std::string(MINERVA_SOURCE_DIR) + "/configs/tech/public40.cfg");
    problem_.network = Topology{{784, 256, 256, 256, 10}};
    problem_.widths = {16, 16, 16, 26};
    problem_.technology = &technology_;
    for (int lanes = 1; lanes <= 200; ++lanes) space_.lanes.push_back(lanes);
    space_.lanes.erase(space_.lanes.begin(), space_.lanes.begin() + 9);
    space_.write_ports = {0, 1};
  }

  /// Explores until `blocks` blocks were checkpointed, then stops as a kill would: `after_lines`
  /// more lines of the next block may stand in the part by then.
  Exploration run(const std::string& folder, int threads, int blocks, int after_lines = 0,
                  const std::string& question = "a question") {
    const Grid grid(space_, problem_.hardware(), technology_);
    DesignSpaceFile file(Folder(folder), "space.csv", question, "combination,power_mw\n");
    resumed_at_ = file.state().next;
    int done = 0;
    RowSink sink;
    sink.append = [](const ExploredPoint& p, std::string& text) {
      text += std::to_string(p.combination) + "," + std::to_string(p.power_mw) + "\n";
    };
    sink.write = [&](const std::string& rows) {
      file.write(rows);
      if (done == blocks && after_lines > 0) throw Stop();
    };
    sink.checkpoint = [&](const ExplorationState& state) {
      file.checkpoint(state);
      if (++done == blocks && after_lines == 0) throw Stop();
    };
    Exploration found = explore(problem_, grid, threads, sink, file.state());
    file.finish();
    return found;
  }

  std::uint64_t resumed_at() const { return resumed_at_; }

 private:
  Technology technology_;
  Problem problem_;
  Space space_;
  std::uint64_t resumed_at_ = 0;
};

constexpr int kToTheEnd = 1000;

TEST(DesignSpaceFile, AnInterruptedFileEndsAsAnUninterruptedOne) {
  const TemporaryFolder whole;
  Exploring exploring;
  const Exploration expected = exploring.run(whole.path(), 2, kToTheEnd);
  const std::string bytes = whole.read("space.csv");
  EXPECT_EQ(whole.names(), std::vector<std::string>{"space.csv"});
  // The clock period runs fastest; 26 bits add in 2.08 ns, so 1 and 2 ns are no machines.
  EXPECT_EQ(bytes.find("combination,power_mw\n2,"), 0U);
  for (const int blocks : {1, 2, 3}) {
    for (const int after_lines : {0, 1}) {
      const TemporaryFolder folder;
      EXPECT_THROW(exploring.run(folder.path(), 2, blocks, after_lines), Stop);
      EXPECT_FALSE(folder.has("space.csv"));
      const Exploration rest = exploring.run(folder.path(), 1, kToTheEnd);
      EXPECT_EQ(exploring.resumed_at(), 65536U * static_cast<unsigned>(blocks));
      EXPECT_EQ(folder.read("space.csv"), bytes);
      EXPECT_EQ(folder.names(), std::vector<std::string>{"space.csv"});
      EXPECT_EQ(rest.legal, expected.legal);
      EXPECT_EQ(rest.frontier.size(), expected.frontier.size());
    }
  }
  // Stopped again and again.
  const TemporaryFolder folder;
  int stops = 0;
  while (!folder.has("space.csv")) {
    try {
      exploring.run(folder.path(), 1, 1);
    } catch (const Stop&) {
      ++stops;
    }
  }
  EXPECT_GE(stops, 3);
  EXPECT_EQ(folder.read("space.csv"), bytes);
}

TEST(DesignSpaceFile, WhatDoesNotFitStartsOver) {
  const TemporaryFolder whole;
  Exploring exploring;
  exploring.run(whole.path(), 2, kToTheEnd);
  const std::string bytes = whole.read("space.csv");
  const auto after = [&](const std::function<void(const TemporaryFolder&)>& harm,
                         const std::string& question = "a question") {
    const TemporaryFolder folder;
    EXPECT_THROW(exploring.run(folder.path(), 1, 2), Stop);
    harm(folder);
    exploring.run(folder.path(), 1, kToTheEnd, 0, question);
    EXPECT_EQ(folder.read("space.csv"), bytes);
    return exploring.resumed_at();
  };
  EXPECT_GT(after([](const TemporaryFolder&) {}), 0U);
  EXPECT_EQ(after([](const TemporaryFolder&) {}, "another question"), 0U);
  EXPECT_EQ(after([](const TemporaryFolder& f) {  // shorter than it should be
              f.write("space.csv.part", f.read("space.csv.part").substr(0, 100000));
            }),
            0U);
  EXPECT_EQ(after([](const TemporaryFolder& f) {  // zeros where lines should be
              std::string part = f.read("space.csv.part");
              std::fill(part.begin() + 5000, part.begin() + 9000, '\0');
              f.write("space.csv.part", part);
            }),
            0U);
  EXPECT_EQ(after([](const TemporaryFolder& f) {  // torn
              const std::string text = f.read("space.csv.checkpoint");
              f.write("space.csv.checkpoint", text.substr(0, text.size() - 5));
            }),
            0U);
  EXPECT_EQ(after([](const TemporaryFolder& f) { f.write("space.csv.checkpoint", "nonsense"); }),
            0U);
}

TEST(DesignSpaceFile, AFolderThatIsNotThereIsNamed) {
  Exploring exploring;
  try {
    exploring.run("/nonexistent", 1, kToTheEnd);
    FAIL();
  } catch (const UserError& error) {
    EXPECT_NE(std::string(error.what()).find("/nonexistent: "), std::string::npos);
  }
}

}  // namespace
}  // namespace minerva::dse
