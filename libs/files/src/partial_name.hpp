#pragma once
#include <string>

namespace minerva {

/// Names of files that are being written: ".TARGET.HOST-PID.XXXXXX.partial", so that whoever finds
/// one can tell whose it is. A waveform's name ends in ".vcd" behind that, as SystemC asks for.
std::string partial_name(const std::string& target, const std::string& ending = "");
/// Whether a name has this form, whoever wrote it.
bool is_partial_name(const std::string& name);
/// Whether a process of this host that has ended left it, for `target` where that is not empty.
bool is_abandoned(const std::string& name, const std::string& target = "");

}  // namespace minerva
