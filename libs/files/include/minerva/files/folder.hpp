#pragma once
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace minerva {

/// Whether a file is flushed to the disk before it gets its name. A kill loses neither, a power cut
/// may lose the second.
enum class Flush { to_the_disk, left_to_the_system };

/// A folder that is held by a descriptor, not by its name: what is read, written and removed
/// through it is in that folder, whatever becomes of the name. Links are not followed by what is
/// written. Names are plain, without a slash. Every error is a UserError with the file and the
/// reason.
class Folder {
 public:
  /// Holds a folder that exists.
  explicit Folder(const std::string& path);
  /// Makes the folder, and those above it, where they are missing.
  static Folder make(const std::string& path);
  /// Nothing when no folder has this name.
  static std::optional<Folder> open_if_there(const std::string& path);
  Folder(Folder&& other) noexcept;
  Folder& operator=(Folder&& other) noexcept;
  ~Folder();
  /// The same folder, held once more.
  Folder again() const;

  /// As it was named.
  const std::string& path() const { return path_; }
  std::string path_of(const std::string& name) const;
  int descriptor() const { return descriptor_; }
  /// True when this object made the folder: nobody else had made it before.
  bool was_made() const { return was_made_; }
  /// Whether the name still leads to this folder.
  bool is_in_place() const;
  /// Throws UserError when it does not: the folder was removed, moved or replaced.
  void expect_in_place() const;

  /// A folder in this one, which is made where it is missing; no link.
  Folder make_inside(const std::string& name) const;
  /// A folder in this one, or nothing when nothing has this name; no link.
  std::optional<Folder> open_inside(const std::string& name) const;

  /// Sorted.
  std::vector<std::string> names() const;
  /// Whether there is a file of this name; a link to a file counts.
  bool has(const std::string& name) const;
  /// Throws UserError when there is no such file, or it is longer than `largest_bytes`.
  std::string read(const std::string& name,
                   std::size_t largest_bytes = std::numeric_limits<std::size_t>::max()) const;
  /// Nothing when nothing has this name.
  std::optional<std::string> read_if_there(
      const std::string& name,
      std::size_t largest_bytes = std::numeric_limits<std::size_t>::max()) const;
  /// Writes a whole file or nothing, as write_file. Throws UserError when the folder is not in
  /// place.
  void write(const std::string& name, const std::string& bytes,
             Flush flush = Flush::to_the_disk) const;
  /// Removes a file or link, if there is one.
  void remove(const std::string& name) const;
  /// Removes everything in this folder but what `kept` names, without following links.
  void remove_contents(const std::vector<std::string>& kept = {}) const;
  /// Removes a folder in this one, if it is empty; nothing else happens when it is not.
  void remove_empty_inside(const std::string& name) const;

 private:
  Folder(std::string path, int descriptor, bool was_made);

  std::string path_;
  std::string absolute_;  ///< where the name led from at the start
  int descriptor_ = -1;
  bool was_made_ = false;
};

}  // namespace minerva
