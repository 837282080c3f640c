#include "minerva/files/folder.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "minerva/base/errors.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/files/folder_lock.hpp"
#include "minerva/files/name_locks.hpp"
#include "minerva/files/owned_folder.hpp"
#include "minerva/run/run_directory.hpp"
#include "program.hpp"
#include "text_checks.hpp"

namespace minerva {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

class FolderTest : public testing::Test {
 protected:
  std::string in(const std::string& name) const { return folder_.path() + "/" + name; }

  const test::TemporaryFolder folder_;
};

/// The name that a process of this host which has ended would give to a file being written.
std::string abandoned_name(const std::string& target) {
  const pid_t dead = ::fork();
  if (dead == 0) ::_exit(0);
  EXPECT_EQ(::waitpid(dead, nullptr, 0), dead);
  char host[256] = {};
  EXPECT_EQ(::gethostname(host, sizeof host - 1), 0);
  return "." + target + "." + host + "-" + std::to_string(dead) + ".a1B2c3.partial";
}

TEST_F(FolderTest, IsHeldWhateverBecomesOfItsName) {
  const Folder held = Folder::make(in("a/b"));
  EXPECT_TRUE(held.was_made());
  EXPECT_FALSE(Folder::make(in("a/b/")).was_made());
  held.write("x", "ours");
  fs::rename(in("a/b"), in("moved"));
  EXPECT_FALSE(held.is_in_place());
  EXPECT_EQ(held.read("x"), "ours");
  fs::create_directory(in("a/b"));
  folder_.write("a/b/x", "theirs");
  EXPECT_FALSE(held.is_in_place());
  EXPECT_EQ(error_of([&] { held.write("x", "new"); }),
            in("a/b") +
                ": was removed, moved or replaced while this program was using it; needs to stay "
                "until its end");
  held.remove("x");
  EXPECT_EQ(folder_.read("a/b/x"), "theirs");
  EXPECT_FALSE(folder_.has("moved/x"));
  fs::remove_all(in("a/b"));
  fs::rename(in("moved"), in("a/b"));
  EXPECT_TRUE(held.is_in_place());
}

TEST_F(FolderTest, WritesThroughNoLink) {
  folder_.write("precious", "kept");
  const Folder held = Folder::make(in("f"));
  fs::create_symlink("../precious", in("f/soft"));
  fs::create_hard_link(in("precious"), in("f/hard"));
  held.write("soft", "new");
  held.write("hard", "new");
  EXPECT_EQ(folder_.read("precious"), "kept");
  EXPECT_EQ(held.read("soft") + held.read("hard"), "newnew");
  fs::create_directory_symlink("..", in("f/up"));
  EXPECT_TRUE(contains(error_of([&] { held.make_inside("up"); }), "a link or a file is there"));
  held.make_inside("down").write("x", "x");
  held.remove_contents({"hard"});
  EXPECT_EQ(held.names(), Names{"hard"});
  EXPECT_EQ(folder_.read("precious"), "kept");  // what "up" led to
}

TEST_F(FolderTest, ALockThatIsALinkOrAnotherProgramsIsRefused) {
  folder_.write("precious", "kept");
  fs::create_directory(in("soft"));
  fs::create_symlink("../precious", in("soft/.lock"));
  EXPECT_TRUE(
      contains(error_of([&] { FolderLock(in("soft")); }), in("soft/.lock") + ": is a link"));
  fs::create_directory(in("hard"));
  fs::create_hard_link(in("precious"), in("hard/.lock"));
  EXPECT_TRUE(contains(error_of([&] { FolderLock(in("hard")); }), "is not the file of a lock"));
  EXPECT_EQ(folder_.read("precious"), "kept");
  // A copy of a run directory by hard links shares the file of its lock, until one is locked.
  fs::create_directory(in("one"));
  { const FolderLock lock(in("one")); }
  fs::create_directory(in("two"));
  fs::create_hard_link(in("one/.lock"), in("two/.lock"));
  const FolderLock first(in("one"));
  const FolderLock second(in("two"));
  EXPECT_TRUE(first.holds() && second.holds());
  EXPECT_TRUE(contains(error_of([&] { FolderLock(in("two")); }), "is in use by process"));
}

TEST_F(FolderTest, AWaiterFindsAFolderThatWasMadeAnew) {
  // The holder removes its folder while another one waits for it.
  auto held = std::make_unique<LockedFolder>(lock_folder(in("work")));
  int waits = 0;
  const LockedFolder next = lock_folder(in("work"), [&](const std::string& holder) {
    EXPECT_TRUE(contains(holder, "process " + std::to_string(::getpid())));
    if (waits++ > 0) return;
    held->folder.remove_contents();
    fs::remove(in("work"));
    held.reset();
  });
  EXPECT_EQ(waits, 1);
  EXPECT_TRUE(next.folder.is_in_place());
  EXPECT_TRUE(folder_.has("work/.lock"));
}

TEST_F(FolderTest, ARunNoticesThatItsFolderWasReplaced) {
  const RunDirectory run(in("r"), "[run]\nthreads = 2\n");
  run.write("x", "first");
  fs::remove_all(in("r"));
  EXPECT_TRUE(contains(error_of([&] { run.write("x", "first"); }), in("r") + ": was removed"));
  const RunDirectory other(in("r"), "[run]\nthreads = 3\n");
  other.write("x", "second");
  EXPECT_TRUE(contains(error_of([&] { run.write("x", "third"); }), in("r") + ": was removed"));
  EXPECT_TRUE(contains(error_of([&] { run.write("stages/x", "third"); }), "was removed"));
  run.remove("x");
  EXPECT_EQ(other.read("x"), "second");
  EXPECT_FALSE(folder_.has("r/stages"));
  // Of a folder that was emptied, lock and all, another process may have taken possession.
  fs::remove(in("r/.lock"));
  EXPECT_TRUE(contains(error_of([&] { other.write("x", "fourth"); }), "r/.lock: was removed"));
}

TEST_F(FolderTest, AFileGetsANameThatNothingHas) {
  folder_.write("from", "1");
  folder_.write("there", "2");
  EXPECT_FALSE(rename_to_new(in("from"), in("there")));
  EXPECT_TRUE(rename_to_new(in("from"), in("free")));
  EXPECT_EQ(folder_.read("there") + folder_.read("free"), "21");
  EXPECT_TRUE(contains(error_of([&] { rename_to_new(in("from"), in("more")); }), in("more")));
}

TEST_F(FolderTest, WhatAKilledWriterLeftBesideAFileGoes) {
  const std::string of_x = abandoned_name("x");
  const std::string of_y = abandoned_name("y");
  for (const std::string& name : {of_x, of_y, std::string(".own.partial")}) folder_.write(name, "");
  remove_abandoned_files_of(in("x"));
  EXPECT_EQ(folder_.names(), (Names{".own.partial", of_y}));
  // A user's file of a like name is nobody's temporary file.
  remove_partial_files(Folder(folder_.path()), Partial::all);
  EXPECT_EQ(folder_.names(), Names{".own.partial"});
}

class OwnedFolderTest : public FolderTest {
 protected:
  static void refuse() { throw UserError("folder", "", "is not ours"); }
};

TEST_F(OwnedFolderTest, RefusesWhatItDidNotMake) {
  folder_.write("thesis/comparison.csv", "mine");
  EXPECT_EQ(error_of([&] { OwnedFolder(in("thesis"), "report", refuse); }), "folder: is not ours");
  EXPECT_EQ(folder_.names(), (Names{"thesis", "thesis/comparison.csv"}));
  {
    OwnedFolder own(in("own"), "report", refuse);
    own.write("a", "1");
    EXPECT_TRUE(contains(error_of([&] { OwnedFolder(in("own"), "report", refuse); }),
                         "is in use by process"));
  }
  EXPECT_EQ(error_of([&] { OwnedFolder(in("own"), "sweep", refuse); }), "folder: is not ours");
  EXPECT_EQ(folder_.read("own/a"), "1");
  { const OwnedFolder unused(in("unused"), "report", refuse); }
  EXPECT_FALSE(folder_.has("unused"));
}

TEST_F(OwnedFolderTest, GoesOnWithWhatAKilledOneLeft) {
  const std::string left = abandoned_name("b");
  {
    OwnedFolder killed(in("own"), "export", refuse);
    killed.write("a", "1");
    killed.write("b", "1");
    folder_.write("own/" + left, "half");
  }
  folder_.write("own/notes", "of the user");
  {
    OwnedFolder again(in("own"), "export", refuse);
    EXPECT_FALSE(folder_.has("own/" + left));
    EXPECT_EQ(folder_.read("own/b"), "1");
    again.remove_earlier_files();
    again.write("a", "2");
    again.finish();
  }
  // Whole now, and nobody's to replace.
  EXPECT_EQ(folder_.names(), (Names{"own", "own/a", "own/notes"}));
  EXPECT_EQ(error_of([&] { OwnedFolder(in("own"), "export", refuse); }), "folder: is not ours");
}

TEST_F(FolderTest, WhatOneHoldsNoOtherRemoves) {
  const Folder shared(folder_.path());
  NameLocks one(shared);
  NameLocks other(shared);
  const auto removed_by = [](NameLocks& locks, const std::string& name) {
    bool removed = false;
    locks.unless_held_elsewhere(name, [&] { removed = true; });
    return removed;
  };
  one.hold("k");
  EXPECT_FALSE(removed_by(other, "k"));
  EXPECT_TRUE(removed_by(other, "another"));
  EXPECT_TRUE(removed_by(one, "k"));
  EXPECT_FALSE(removed_by(other, "k"));  // it is held still
  other.hold("k");
  EXPECT_FALSE(removed_by(one, "k"));
  one.release("k");
  EXPECT_TRUE(removed_by(other, "k"));
  other.release("k");
  EXPECT_TRUE(removed_by(one, "k"));
}

}  // namespace
}  // namespace minerva
