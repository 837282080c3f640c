#pragma once
#include <cstdint>
#include <string>

#include "minerva/dse/explore.hpp"
#include "minerva/files/folder.hpp"

namespace minerva::dse {

/// design_space.csv of a run directory while it is being written. The lines go to NAME.part; after
/// each block of combinations NAME.checkpoint says how far it has come. A process that was killed
/// and starts again goes on there, and the finished file is byte for byte that of an uninterrupted
/// run. (A checkpoint is trusted after the part below it was counted line by line, so that a part
/// torn by a power cut starts over, too.) A part that has a second name is not gone on with, and
/// one that is a link is refused: nothing is written through them.
class DesignSpaceFile {
 public:
  /// `problem`: all that the lines depend on; a checkpoint of another one is dropped. `first_line`:
  /// the names of the columns. Throws UserError when the files cannot be read or written.
  DesignSpaceFile(const Folder& folder, const std::string& name, const std::string& problem,
                  const std::string& first_line);
  DesignSpaceFile(const DesignSpaceFile&) = delete;
  DesignSpaceFile& operator=(const DesignSpaceFile&) = delete;
  ~DesignSpaceFile();

  /// Where to go on: the state of the checkpoint, or the beginning.
  const ExplorationState& state() const { return state_; }
  bool resumed() const { return state_.next > 0; }
  void write(const std::string& lines);
  /// All lines up to this state were written.
  void checkpoint(const ExplorationState& state);
  /// Flushes the part to the disk, gives it its name, and removes the checkpoint.
  void finish();
  /// Removes what a process that was killed left of a file that is no longer wanted.
  static void remove_unfinished(const Folder& folder, const std::string& name);

 private:
  bool read_checkpoint();
  void open_part(bool go_on);
  void write_bytes(const std::string& bytes);

  Folder folder_;
  std::string name_;
  std::string part_;        ///< its name in the folder
  std::string checkpoint_;  ///< its name in the folder
  std::string problem_sha256_;
  ExplorationState state_;
  std::uint64_t bytes_ = 0;
  int descriptor_ = -1;
};

}  // namespace minerva::dse
