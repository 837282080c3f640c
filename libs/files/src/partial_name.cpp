#include "partial_name.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <random>

#include "minerva/base/text.hpp"

namespace minerva {
namespace {

constexpr const char* kPartial = ".partial";
constexpr const char* kWaveform = ".vcd";
constexpr std::size_t kRandomLetters = 6;
constexpr const char* kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
constexpr const char* kDigits = "0123456789";

std::string host_name() {
  std::array<char, 65> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  return host.data();
}

std::string random_letters() {
  static thread_local std::random_device random;
  const std::string letters = kLetters;
  std::string text;
  for (std::size_t i = 0; i < kRandomLetters; ++i) text += letters[random() % letters.size()];
  return text;
}

/// ".TARGET.HOST" and PID of a name of this form; empty when it has another one.
struct Parts {
  std::string target_and_host;
  std::string process;
};

Parts parts_of(std::string name) {
  if (ends_with(name, kWaveform)) name.resize(name.size() - std::string(kWaveform).size());
  if (name.empty() || name.front() != '.' || !ends_with(name, kPartial)) return {};
  name.resize(name.size() - std::string(kPartial).size());
  if (name.size() < kRandomLetters + 1) return {};
  const std::size_t dot = name.size() - kRandomLetters - 1;
  if (name[dot] != '.' || name.find_first_not_of(kLetters, dot + 1) != std::string::npos) return {};
  name.resize(dot);
  const std::size_t dash = name.find_last_not_of(kDigits);
  const std::size_t digits = dash == std::string::npos ? 0 : name.size() - dash - 1;
  if (digits == 0 || digits > 9 || name[dash] != '-') return {};
  return {name.substr(0, dash), name.substr(dash + 1)};
}

}  // namespace

std::string partial_name(const std::string& target, const std::string& ending) {
  return "." + target + "." + host_name() + "-" + std::to_string(::getpid()) + "." +
         random_letters() + kPartial + ending;
}

bool is_partial_name(const std::string& name) { return !parts_of(name).process.empty(); }

bool is_abandoned(const std::string& name, const std::string& target) {
  const Parts parts = parts_of(name);
  if (parts.process.empty()) return false;
  const std::string host = "." + host_name();
  const bool of_this = target.empty() ? ends_with(parts.target_and_host, host)
                                      : parts.target_and_host == "." + target + host;
  if (!of_this) return false;
  return ::kill(std::stoi(parts.process), 0) != 0 && errno == ESRCH;
}

}  // namespace minerva
