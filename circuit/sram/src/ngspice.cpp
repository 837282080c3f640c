#include "minerva/sram/ngspice.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <sstream>

#include "minerva/base/errors.hpp"
#include "minerva/base/range.hpp"
#include "minerva/base/text.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/files/scratch_folder.hpp"
#include "minerva/run/child_process.hpp"

namespace minerva::sram {
namespace {

namespace fs = std::filesystem;

bool contains(const std::string& text, const char* part) {
  const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  const std::string wanted = part;
  return std::search(text.begin(), text.end(), wanted.begin(), wanted.end(), same) != text.end();
}

/// The first line in which ngspice says what is wrong; empty: it says nothing.
std::string complaint_in(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    for (const char* word : {"no convergence", "singular matrix", "failed to converge",
                             "timestep too small", "simulation(s) aborted", "error", "fatal",
                             "can't find", "unable to find", "unknown parameter"}) {
      if (contains(line, word)) return std::string(trimmed(line));
    }
  }
  return "";
}

std::vector<std::string> warnings_in(const std::string& text) {
  std::vector<std::string> notes;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!contains(line, "unrecognized parameter") && !contains(line, "warning")) continue;
    const std::string note(trimmed(line));
    if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(note);
  }
  return notes;
}

}  // namespace

std::string netlist_number(double value) { return exact_text(value); }

NgspiceTable run_ngspice(const std::string& circuit, const std::string& analysis,
                         const std::string& cards_name, std::size_t rows, std::size_t columns) {
  const ScratchFolder scratch("ngspice");
  const std::string output = scratch.file("output.txt");
  std::string commands = analysis;
  const std::size_t file_at = commands.find("FILE");
  expects(file_at != std::string::npos, "an analysis that writes nothing");
  commands.replace(file_at, 4, output);
  write_file(
      scratch.file("circuit.sp"),
      "* cell\n" + circuit +
          "\n.control\nset num_threads=1\nset numdgt=9\nset wr_singlescale\noption noinit\n" +
          commands + "\nquit\n.endc\n.end\n");
  const auto ran = flow::run_child_until_interrupted(
      {"ngspice", "-b", "-n", scratch.file("circuit.sp")}, {"SPICE_SCRIPTS"});
  if (!ran) {
    throw UserError("ngspice", "",
                    "is not installed: needs the Debian package ngspice on the path");
  }
  const std::string said = ran->standard_error + ran->standard_output;
  const auto fail = [&](const std::string& otherwise) {
    const std::string complaint = complaint_in(said);
    throw UserError(cards_name, "",
                    "ngspice " + (complaint.empty() ? otherwise : "says: " + complaint));
  };
  if (ran->end.signal != 0) fail("was ended by signal " + std::to_string(ran->end.signal));
  std::error_code ignored;
  if (!fs::exists(output, ignored)) {
    fail("wrote no result, and ended with code " + std::to_string(ran->end.exit_code));
  }
  NgspiceTable table;
  table.notes = warnings_in(said);
  std::istringstream lines(read_file(output));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::vector<double> row;
    for (std::string word; words >> word;) {
      char* end = nullptr;
      const double value = std::strtod(word.c_str(), &end);
      if (*end != 0 || !std::isfinite(value)) fail("wrote '" + word + "' where a number stands");
      row.push_back(value);
    }
    if (row.empty()) continue;
    if (row.size() != columns) {
      fail("wrote a row of " + std::to_string(row.size()) + " numbers, not " +
           std::to_string(columns));
    }
    table.rows.push_back(std::move(row));
  }
  if (table.rows.empty() || (rows != 0 && table.rows.size() != rows)) {
    fail("wrote " + std::to_string(table.rows.size()) + " rows, not " + std::to_string(rows));
  }
  return table;
}

}  // namespace minerva::sram
