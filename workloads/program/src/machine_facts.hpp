#pragma once
#include <string>

namespace minerva::workloads {

/// "model name" of /proc/cpuinfo; "unknown CPU" where there is none.
std::string cpu_name();
/// The date, UTC: "2016-09-25".
std::string today();
/// MemAvailable of /proc/meminfo, MB; 0 where it is not known.
double available_memory_mb();
/// Most resident memory of this process since the last reset, MB.
double peak_memory_mb();
/// Begins a new peak (Linux, /proc/self/clear_refs).
void reset_peak_memory();

}  // namespace minerva::workloads
