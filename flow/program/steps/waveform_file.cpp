#include "waveform_file.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/run/logging.hpp"

namespace minerva::flow {
namespace {

[[noreturn]] void fail(const std::string& path, const std::string& action, int error) {
  throw UserError(path, "", "cannot " + action + ": " + std::strerror(error));
}

constexpr std::size_t kHeaderBytes = 4096;  // the date stands first
constexpr std::size_t kTailBytes = 64;

/// Overwrites "$date .. $end" with blanks; its text has a fixed length.
void blank_date(std::fstream& file) {
  std::string header(kHeaderBytes, '\0');
  file.read(header.data(), static_cast<std::streamsize>(header.size()));
  header.resize(static_cast<std::size_t>(file.gcount()));
  file.clear();
  const std::size_t from = header.find("$date");
  const std::size_t end = header.find("$end", from);
  if (from == std::string::npos || end == std::string::npos) return;
  file.seekp(static_cast<std::streamoff>(from));
  const std::string blanks(end + 4 - from, ' ');
  file.write(blanks.data(), static_cast<std::streamsize>(blanks.size()));
  file.flush();
}

std::string tail_of(std::fstream& file) {
  file.seekg(0, std::ios::end);
  const auto size = static_cast<std::size_t>(file.tellg());
  std::string tail(std::min(size, kTailBytes), '\0');
  file.seekg(static_cast<std::streamoff>(size - tail.size()));
  file.read(tail.data(), static_cast<std::streamsize>(tail.size()));
  return tail;
}

/// SystemC says the time of the first values in a comment in front of them. A file that begins
/// later than at 0 says it to programs, too: the comment gives way to a time.
void set_first_time(std::fstream& file) {
  const std::string comment = "$comment";
  file.clear();
  file.seekg(0);
  std::streamoff from = -1;
  std::string said;
  for (std::string line; std::getline(file, line) && line != "$dumpvars";) {
    if (line == comment)
      from = static_cast<std::streamoff>(file.tellg()) - 1 - std::streamoff(comment.size());
    if (from >= 0) said += line + "\n";
  }
  const std::size_t number = said.find("= ");
  if (from < 0 || number == std::string::npos) return;
  const std::string time = said.substr(number + 2, said.find(' ', number + 2) - number - 2);
  if (time == "0") return;
  const std::string stamp = "#" + time + "\n";
  const std::size_t length = said.find("$end") + 4;
  file.clear();
  file.seekp(from);
  file << stamp << std::string(length - stamp.size(), ' ');
  file.flush();
}

std::string name_of(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

constexpr const char* kSaveFile = ".gtkw";

/// A save file that somebody has made in GTKWave, with a view of his own.
bool is_of_user(const std::string& save_file) {
  std::ifstream file(save_file, std::ios::binary);
  if (!file) return false;
  std::string first;
  std::getline(file, first);
  return first + "\n" != kSaveFileMark;
}

std::string save_file_of(const std::string& path) {
  const std::string ending = ".vcd";
  return (ends_with(path, ending) ? path.substr(0, path.size() - ending.size()) : path) + kSaveFile;
}

}  // namespace

WaveformFile::WaveformFile(const std::string& path) : path_(path) {
  if (ends_with(path, kSaveFile)) {
    throw UserError("simulate.vcd", path, "needs another ending, such as .vcd");
  }
  remove_abandoned_files_of(path);
  temporary_ = make_partial_file(path, ".vcd");
}

WaveformFile::~WaveformFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void WaveformFile::publish(std::int64_t end_ps, WaveformView view) {
  {
    std::fstream file(temporary_, std::ios::in | std::ios::out | std::ios::binary);
    if (!file) fail(path_, "open it again", errno);
    blank_date(file);
    set_first_time(file);
    if (!ends_with(tail_of(file), "#" + std::to_string(end_ps) + "\n") || !file) {
      throw UserError(path_, "", "cannot write it whole: no space left, or a file size limit");
    }
  }
  const std::string save_file = save_file_of(path_);
  view.file = name_of(path_);
  view.save_file = name_of(save_file);
  if (is_of_user(save_file)) {
    log_warning(save_file + ": is kept as it is, since it was not written by this program");
  } else {
    write_file(save_file, gtkwave_save_file(view));
  }
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail(path_, "rename it", errno);
  temporary_.clear();
}

}  // namespace minerva::flow
