#include "minerva/circuit/synthesis.hpp"

#include <filesystem>
#include <optional>
#include <vector>

#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/data/unpacked_file.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/run/child_process.hpp"

namespace minerva::circuit {
namespace {

/// Runs Yosys; throws UserError when there is none.
flow::ChildOutput run_yosys(const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {"yosys"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::optional<flow::ChildOutput> output = flow::run_child_until_interrupted(words);
  if (!output) {
    throw UserError("yosys", "",
                    "is not installed, or not in PATH; characterizing cells needs it (Debian's "
                    "package yosys)");
  }
  return std::move(*output);
}

/// The last line that says something about an error, or the last line.
std::string reason_of(const flow::ChildOutput& output) {
  std::string reason;
  const std::string text = output.standard_output + "\n" + output.standard_error;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line(trimmed(std::string_view(text).substr(at, end - at)));
    const bool error = line.find("ERROR") != std::string::npos;
    if (error || (!line.empty() && reason.find("ERROR") == std::string::npos)) reason = line;
    at = end + 1;
  }
  return reason;
}

std::string digest(const std::string& text) { return sha256(text.data(), text.size()); }

}  // namespace

Synthesis::Synthesis(const std::string& library_file, double clock_ns, const std::string& folder)
    : folder_(folder), clock_ps_(clock_ns * 1000) {
  if (folder.find_first_of("\";\n") != std::string::npos) {
    throw UserError(
        "cache", folder,
        "needs a path without quotation marks and semicolons, which are marks of Yosys' "
        "scripts");
  }
  const flow::ChildOutput asked = run_yosys({"-V"});
  if (asked.end.exit_code != 0) {
    throw UserError("yosys", reason_of(asked), "cannot say its version");
  }
  version_ = trimmed(asked.standard_output, " \t\r\n");
  const std::vector<std::uint8_t> bytes = read_unpacked(library_file);
  library_digest_ = sha256(bytes.data(), bytes.size());
  LockedFolder locked = lock_folder(folder_);
  remove_partial_files(locked.folder, Partial::all);
  lock_ = std::move(locked.lock);
  // Yosys 0.23 reads no compressed library.
  library_path_ = folder_ + "/" + library_digest_ + ".lib";
  std::error_code ignored;
  if (!std::filesystem::exists(library_path_, ignored)) {
    write_file(library_path_, std::string(bytes.begin(), bytes.end()));
  }
}

std::string Synthesis::script(const std::string& module, Hierarchy hierarchy) const {
  // The period in whole picoseconds, as ABC takes it: netlists as small as the clock allows.
  const bool kept = hierarchy == Hierarchy::kept;
  return std::string("synth ") + (kept ? "" : "-flatten ") + "-top " + module +
         "; dfflibmap -liberty LIBRARY; abc -liberty LIBRARY -D " + number_text(clock_ps_) +
         (kept ? "; flatten" : "") + "; opt_clean -purge; check -assert -mapped";
}

std::string Synthesis::key(const std::string& verilog, const std::string& module,
                           Hierarchy hierarchy) const {
  return digest(verilog + "\n" + script(module, hierarchy) + "\n" + library_digest_ + "\n" +
                version_);
}

std::string Synthesis::path(const std::string& key, const char* ending) const {
  return folder_ + "/" + key + ending;
}

std::string Synthesis::netlist_json(const std::string& verilog, const std::string& module,
                                    Hierarchy hierarchy) const {
  const std::string its_key = key(verilog, module, hierarchy);
  const std::string kept = path(its_key, ".netlist.json");
  std::error_code ignored;
  if (std::filesystem::exists(kept, ignored)) return read_file(kept);
  const std::string source = path(its_key, ".v");
  const std::string result = path(its_key, ".written.json");
  write_file(source, verilog);
  std::string commands = script(module, hierarchy);
  for (std::size_t at = 0; (at = commands.find("LIBRARY", at)) != std::string::npos;) {
    commands.replace(at, 7, "\"" + library_path_ + "\"");
    at += library_path_.size();
  }
  const flow::ChildOutput output =
      run_yosys({"-q", "-p",
                 "read_liberty -lib -ignore_miss_func \"" + library_path_ + "\"; read_verilog \"" +
                     source + "\"; " + commands + "; write_json \"" + result + "\""});
  if (output.end.exit_code != 0) {
    throw UserError("yosys", reason_of(output), "cannot synthesise " + source);
  }
  std::string json = read_file(result);
  write_file(kept, json);
  remove_file(result);
  remove_file(source);
  return json;
}

}  // namespace minerva::circuit
