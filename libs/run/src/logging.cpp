#include "minerva/run/logging.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <memory>

#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"

namespace minerva {
namespace {

constexpr std::chrono::seconds kTerminalInterval{1};
constexpr std::chrono::seconds kLogInterval{5};

/// Standard error, shared by messages and by a progress line that may stand on it unfinished.
struct Console {
  std::mutex mutex;
  bool line_open = false;
  std::shared_ptr<spdlog::logger> logger = spdlog::stderr_color_mt("minerva");

  Console() { logger->set_pattern("%H:%M:%S %^%l%$ %v"); }

  void close_line() {
    if (line_open) std::fputs("\r\x1b[K", stderr);
    line_open = false;
  }
  void log(spdlog::level::level_enum level, const std::string& message) {
    const std::lock_guard<std::mutex> lock(mutex);
    if (!logger->should_log(level)) return;
    close_line();
    logger->log(level, printable_lines(message));
    logger->flush();
  }
};

Console& console() {
  static Console instance;
  return instance;
}

std::string duration_text(double seconds) {
  const auto whole = static_cast<long long>(std::llround(std::min(seconds, 1e9)));
  char text[48];
  if (whole < 60) {
    std::snprintf(text, sizeof text, "%lld s", whole);
  } else if (whole < 3600) {
    std::snprintf(text, sizeof text, "%lld min %02lld s", whole / 60, whole % 60);
  } else {
    std::snprintf(text, sizeof text, "%lld h %02lld min", whole / 3600, whole / 60 % 60);
  }
  return text;
}

}  // namespace

void set_log_level(LogLevel level) {
  constexpr spdlog::level::level_enum kLevels[] = {spdlog::level::debug, spdlog::level::info,
                                                   spdlog::level::warn, spdlog::level::err,
                                                   spdlog::level::off};
  console().logger->set_level(kLevels[static_cast<int>(level)]);
}

void log_debug(const std::string& message) { console().log(spdlog::level::debug, message); }
void log_info(const std::string& message) { console().log(spdlog::level::info, message); }
void log_warning(const std::string& message) { console().log(spdlog::level::warn, message); }
void log_error(const std::string& message) { console().log(spdlog::level::err, message); }

void log_failure(const std::string& message) {
  Console& shared = console();
  if (shared.logger->level() != spdlog::level::off) return log_error(message);
  const std::lock_guard<std::mutex> lock(shared.mutex);
  std::fprintf(stderr, "minerva: %s\n", message.c_str());
}

void end_progress_line() {
  Console& shared = console();
  const std::lock_guard<std::mutex> lock(shared.mutex);
  shared.close_line();
}

std::string progress_line(const std::string& task, const std::string& unit, std::int64_t done,
                          std::int64_t total, double elapsed_s, std::int64_t reused) {
  const bool open_ended = total == Progress::kOpenEnded;
  expects(done >= 0 && (open_ended || (total > 0 && done <= total)),
          "progress outside 0 to its total");
  char text[64];
  std::string line = task + ": ";
  if (open_ended) {
    line += std::to_string(done) + " " + unit;
  } else {
    const double fraction = static_cast<double>(done) / static_cast<double>(total);
    std::snprintf(text, sizeof text, "%3d %% ", static_cast<int>(fraction * 100));
    line += text;
    line += "(" + std::to_string(done) + "/" + std::to_string(total) + " " + unit + ")";
  }
  if (done > reused && elapsed_s > 0) {
    const double rate_per_s = static_cast<double>(done - reused) / elapsed_s;
    std::snprintf(text, sizeof text, ", %.3g %s", rate_per_s < 1 ? 60 * rate_per_s : rate_per_s,
                  rate_per_s < 1 ? "a minute" : "a second");
    line += text;
    line += open_ended || done == total
                ? ", " + duration_text(elapsed_s) + (open_ended ? " so far" : " in all")
                : ", " + duration_text(static_cast<double>(total - done) / rate_per_s) + " left";
  }
  return line;
}

Progress::Progress(const std::string& task, std::int64_t total, const std::string& unit)
    : task_(task),
      unit_(unit),
      total_(total),
      terminal_(::isatty(STDERR_FILENO) == 1),
      begin_(std::chrono::steady_clock::now()),
      shown_(begin_) {
  expects(total > 0 || total == kOpenEnded, "progress of a task without steps");
}

Progress::~Progress() {
  try {
    show(true);
  } catch (const std::exception&) {
    // A lost line of progress is no reason to end the program.
  }
}

void Progress::advance(std::int64_t steps) {
  done_.fetch_add(steps);
  show(false);
}

void Progress::set_done(std::int64_t done, std::int64_t reused) {
  reused_.store(reused);
  done_.store(done);
  show(false);
}

void Progress::set_note(const std::string& note) {
  const std::lock_guard<std::mutex> lock(note_mutex_);
  note_ = note;
}

void Progress::show(bool last) {
  std::unique_lock<std::mutex> lock(mutex_, std::defer_lock);
  if (last) {
    lock.lock();
  } else if (!lock.try_lock()) {
    return;  // another thread is showing it
  }
  const auto now = std::chrono::steady_clock::now();
  if (!last && now - shown_ < (terminal_ ? kTerminalInterval : kLogInterval)) return;
  shown_ = now;
  const std::int64_t done =
      total_ == kOpenEnded ? done_.load() : std::clamp<std::int64_t>(done_.load(), 0, total_);
  if (last && (total_ == kOpenEnded || done < total_)) return;
  if (!last && total_ != kOpenEnded && done == total_) return;  // its end will show it
  std::string line =
      progress_line(task_, unit_, done, total_, std::chrono::duration<double>(now - begin_).count(),
                    reused_.load());
  {
    const std::lock_guard<std::mutex> note_lock(note_mutex_);
    if (!note_.empty()) line += "; " + note_;
  }
  if (!terminal_ || last) {
    log_info(line);
    return;
  }
  Console& shared = console();
  const std::lock_guard<std::mutex> console_lock(shared.mutex);
  if (!shared.logger->should_log(spdlog::level::info)) return;
  shared.close_line();
  std::fputs(printable(line, kWholeText).c_str(), stderr);
  std::fflush(stderr);
  shared.line_open = true;
}

}  // namespace minerva
