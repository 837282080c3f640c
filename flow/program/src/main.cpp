#include <time.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <new>
#include <string>

#include "command.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/base/text.hpp"
#include "minerva/flow/pipeline.hpp"
#include "minerva/run/output.hpp"
#include "thread_waiting.hpp"

namespace {

std::int64_t milliseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);  // one of the few calls that a handler may make
  return std::int64_t{1000} * now.tv_sec + now.tv_nsec / 1000000;
}

std::atomic<std::int64_t> asked_at_ms{0};

/// The first SIGINT or SIGTERM asks the program to end, the second ends it. timeout(1) and batch
/// systems send one to the process and its group: the same again at once is no second one.
extern "C" void stop_program(int signal) {
  constexpr std::int64_t kSameRequestMs = 250;
  const int before = minerva::interruption_requested();
  if (before == 0) {
    asked_at_ms = milliseconds();
    minerva::request_interruption(signal);
    return;
  }
  if (signal == before && milliseconds() - asked_at_ms < kSameRequestMs) return;
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void handle_stop_signals() {
  for (const int signal : {SIGINT, SIGTERM}) {
    struct sigaction action {};
    if (::sigaction(signal, nullptr, &action) != 0 || action.sa_handler == SIG_IGN) continue;
    action.sa_handler = stop_program;
    action.sa_flags = SA_RESTART;
    ::sigemptyset(&action.sa_mask);
    ::sigaction(signal, &action, nullptr);
  }
}

/// One line, whatever a file or a system said in it.
void complain(const std::string& what) noexcept {
  try {
    std::fprintf(stderr, "minerva: %s\n", minerva::printable(what, minerva::kWholeText).c_str());
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "minerva: out of memory\n");
  }
}

}  // namespace

int main(int argc, char** argv) {
  minerva::flow::choose_thread_waiting(argv);
  std::signal(SIGXFSZ, SIG_IGN);  // a file size limit then is an error that names the file
  handle_stop_signals();
  try {
    minerva::check_standard_files();
    return minerva::flow::run_program({argv + 1, argv + argc});
  } catch (const minerva::UserError& error) {
    complain(error.what());
    return 2;
  } catch (const minerva::flow::RunStopped& stop) {
    complain(stop.what());
    return 128 + stop.signal;
  } catch (const minerva::Interrupted& stop) {
    complain("stopped; nothing was kept");
    return 128 + stop.signal;
  } catch (const minerva::flow::VerificationFailure& failure) {
    complain(std::string("the models of the accelerator disagree: ") + failure.what());
  } catch (const minerva::OutputFailure& failure) {
    complain(failure.what());
  } catch (const minerva::ResourceFailure& failure) {
    complain(failure.what());
  } catch (const std::bad_alloc&) {
    complain("out of memory");
  } catch (const std::exception& error) {
    complain(std::string("internal error: ") + error.what());
  }
  return 1;
}
