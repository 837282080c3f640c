#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

#include "minerva/base/enum_names.hpp"

namespace minerva {

/// The least important message that a program writes to standard error. Results go to standard
/// output.
enum class LogLevel { debug, info, warning, error, quiet };
constexpr EnumNames<LogLevel, 5> enum_names(LogLevel) {
  return {{{LogLevel::debug, "debug"},
           {LogLevel::info, "info"},
           {LogLevel::warning, "warning"},
           {LogLevel::error, "error"},
           {LogLevel::quiet, "quiet"}}};
}
void set_log_level(LogLevel level);

void log_debug(const std::string& message);
void log_info(const std::string& message);
void log_warning(const std::string& message);
void log_error(const std::string& message);
/// The reason why a part of the work failed, which is written at every level: as an error, or, where
/// the level is quiet, as the line that a program ends with.
void log_failure(const std::string& message);

/// Clears an unfinished line of progress on the terminal, so that other text can follow.
void end_progress_line();

/// One line of progress: the fraction that is done, the rate and, once something is done, the time
/// left. With a total of Progress::kOpenEnded there is neither a fraction nor a time left. `reused`
/// is how many of the steps that are done existed at the start; they needed no time and are left
/// out of the rate.
std::string progress_line(const std::string& task, const std::string& unit, std::int64_t done,
                          std::int64_t total, double elapsed_s, std::int64_t reused = 0);

/// Shows the progress of a task on standard error, at level info: on a terminal as one line that is
/// drawn again once a second, in a file as a line every five seconds. Several threads may call it.
class Progress {
 public:
  /// The total of a task whose number of steps is not known beforehand.
  static constexpr std::int64_t kOpenEnded = 0;
  /// @param total the number of steps; @param unit what is counted, such as "epochs".
  Progress(const std::string& task, std::int64_t total, const std::string& unit);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// Shows the last state, unless the task ended by an exception before its last step.
  ~Progress();

  void advance(std::int64_t steps = 1);
  /// Sets the number of steps that are done, for a caller that counts them itself.
  void set_done(std::int64_t done, std::int64_t reused = 0);
  /// Sets the text at the end of the line, such as the latest loss.
  void set_note(const std::string& note);

 private:
  void show(bool last);

  std::string task_;
  std::string unit_;
  std::int64_t total_;
  bool terminal_;
  std::chrono::steady_clock::time_point begin_;
  std::atomic<std::int64_t> done_{0};
  std::atomic<std::int64_t> reused_{0};
  std::mutex mutex_;
  std::mutex note_mutex_;
  std::string note_;
  std::chrono::steady_clock::time_point shown_;
};

}  // namespace minerva
