#include "machine_facts.hpp"

#include <malloc.h>

#include <cstdlib>
#include <ctime>
#include <fstream>

namespace minerva::workloads {
namespace {

/// What stands behind "NAME:" in a file of lines.
std::string value_in(const char* path, const std::string& name) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.rfind(name, 0) != 0) continue;
    const std::size_t colon = line.find(':');
    const std::size_t begin = line.find_first_not_of(" \t", colon + 1);
    if (colon != std::string::npos && begin != std::string::npos) return line.substr(begin);
  }
  return "";
}

double megabytes(const std::string& kilobytes_text) {
  return std::strtod(kilobytes_text.c_str(), nullptr) / 1024;
}

}  // namespace

std::string cpu_name() {
  const std::string name = value_in("/proc/cpuinfo", "model name");
  return name.empty() ? "unknown CPU" : name;
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[16];
  std::strftime(text, sizeof text, "%Y-%m-%d", &parts);
  return text;
}

double available_memory_mb() { return megabytes(value_in("/proc/meminfo", "MemAvailable")); }

double peak_memory_mb() { return megabytes(value_in("/proc/self/status", "VmHWM")); }

void reset_peak_memory() {
  ::malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << "5";
}

}  // namespace minerva::workloads
