#include "minerva/files/shipped_files.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

// Where files are found that come with the program.
namespace minerva {
namespace {

namespace fs = std::filesystem;

class ShippedFiles : public testing::Test {
 protected:
  // Each test has a folder of its own, since tests run side by side.
  ShippedFiles()
      : folder_(fs::path(testing::TempDir()) /
                (std::string("minerva_shipped_files_") +
                 testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "above" / "below");
    fs::create_directories(folder_ / "share" / "minerva");
  }
  ~ShippedFiles() override {
    seek_shipped_files_in("");
    fs::remove_all(folder_);
  }
  ShippedFiles(const ShippedFiles&) = delete;
  ShippedFiles& operator=(const ShippedFiles&) = delete;

  std::string write(const std::string& name) const {
    std::ofstream(folder_ / name) << name;
    return (folder_ / name).string();
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  fs::path folder_;
};

TEST_F(ShippedFiles, AreFoundAsNamedAndWhereTheProgramWasBuilt) {
  EXPECT_EQ(find_shipped_file("", ""), "");
  const std::string own = write("own.cfg");
  EXPECT_EQ(find_shipped_file(own, ""), own);
  const std::string built = find_shipped_file("configs/tech/public40.cfg", "");
  EXPECT_TRUE(fs::exists(built)) << built;
  EXPECT_EQ(find_shipped_file("nowhere.cfg", own), "nowhere.cfg");
}

TEST_F(ShippedFiles, AreFoundInAFolderAboveTheFileThatNamesThem) {
  const std::string near = write("above/near.cfg");
  EXPECT_EQ(find_shipped_file("near.cfg", path("above/below/config.cfg")), near);
  EXPECT_EQ(find_shipped_file("near.cfg", path("config.cfg")), "near.cfg");
}

TEST_F(ShippedFiles, AreFoundInTheFolderThatALibraryNames) {
  const std::string installed = write("share/minerva/installed.cfg");
  EXPECT_EQ(find_shipped_file("installed.cfg", ""), "installed.cfg");
  seek_shipped_files_in(path("share/minerva"));
  EXPECT_EQ(find_shipped_file("installed.cfg", ""), installed);
  // What the user has goes before what was installed.
  const std::string own = write("above/installed.cfg");
  EXPECT_EQ(find_shipped_file("installed.cfg", path("above/config.cfg")), own);
}

}  // namespace
}  // namespace minerva
