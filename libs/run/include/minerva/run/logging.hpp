#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

#include "minerva/base/enum_names.hpp"

namespace minerva {

/// How much a program says on standard error; results go to standard output.
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

/// Clears a line of progress that stands unfinished on the terminal, so that other text may follow.
void end_progress_line();

/// One line of progress: fraction done, rate and, once something is done, the time left. A total of
/// Progress::kOpenEnded has neither fraction nor time left. `reused` of those done were there at
/// the start, took no time and are left out of the rate.
std::string progress_line(const std::string& task, const std::string& unit, std::int64_t done,
                          std::int64_t total, double elapsed_s, std::int64_t reused = 0);

/// Shows how far a task is on standard error, at level info: a terminal has one line redrawn once a
/// second, a log gets a line every five seconds. Its calls may come from several threads.
class Progress {
 public:
  /// Total of a task whose number of steps is not known before.
  static constexpr std::int64_t kOpenEnded = 0;
  /// `total` steps, counted in `unit` ("epochs").
  Progress(const std::string& task, std::int64_t total, const std::string& unit);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// Shows the last state, unless the task ended by an exception before its last step.
  ~Progress();

  void advance(std::int64_t steps = 1);
  /// As advance, for a caller who counts by itself.
  void set_done(std::int64_t done, std::int64_t reused = 0);
  /// What stands at the end of the line from now on, such as the latest loss.
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
