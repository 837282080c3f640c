#include "minerva/circuit/layout.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/base/text.hpp"
#include "minerva/circuit/routed_wires.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/files/scratch_folder.hpp"
#include "minerva/run/child_process.hpp"
#include "placement_files.hpp"

namespace minerva::circuit {
namespace {

using Json = nlohmann::ordered_json;

/// Raised when the same netlist comes to be laid out otherwise.
constexpr const char* kLayoutVersion = "minerva-layout-1";
/// Debian's qflow has them in no folder of PATH.
constexpr const char* kScripts = "/usr/lib/qflow/scripts/";
constexpr std::size_t kFewestLayers = 2;
constexpr int kNotFound = 127;  // exit code of env for a program that is not there

std::string last_line(const flow::ChildOutput& output) {
  std::string last;
  std::istringstream lines(output.standard_output + "\n" + output.standard_error);
  for (std::string line; std::getline(lines, line);) {
    if (!trimmed(line).empty()) last = trimmed(line);
  }
  return last.empty() ? "no message" : last;
}

/// One layout in a folder of its own.
class LayoutRun {
 public:
  LayoutRun(const LefLibrary& lef, const std::string& blif, const std::string& netlist_file)
      : lef_(lef), netlist_file_(netlist_file), scratch_("layout") {
    write_file(path("blif"), blif);
    write_file(path("par"), placement_parameters(lef));
    for (std::size_t k = 0; k < lef.texts.size(); ++k) {
      lef_names_.push_back("lef" + std::to_string(k) + ".lef");
      write_file(scratch_.file(lef_names_.back()), lef.texts[k]);
    }
    write_file(scratch_.file("route.tcl"), routing_script(lef, lef_names_));
    write_file(scratch_.file("info.tcl"), "read_lef " + lef_names_.front() + "\n");
  }

  RoutedWires run() {
    const std::string name = kDesignName;
    const std::string units = std::to_string(lef_.units_per_um);
    call("qrouter", "qrouter", {"qrouter", "-i", name + ".info", "-c", "info.tcl"}, "info");
    std::vector<std::string> to_cells = {"tclsh", std::string(kScripts) + "blif2cel.tcl", "--blif",
                                         name + ".blif"};
    for (const std::string& lef : lef_names_) {
      to_cells.push_back("--lef");
      to_cells.push_back(lef);
    }
    for (const std::string& word :
         {std::string("--cel"), name + ".cel", std::string("--units"), units}) {
      to_cells.push_back(word);
    }
    call("tclsh", "qflow", to_cells, "cel");
    call("graywolf", "graywolf", {"graywolf", "-n", name}, "pl1");
    call("tclsh", "qflow",
         {"tclsh", std::string(kScripts) + "place2def.tcl", name,
          lef_.filler.empty() ? "FILL" : lef_.filler,
          "layers=" + std::to_string(lef_.layers.size()), "units=" + units},
         "def");
    const flow::ChildOutput routed =
        call("qrouter", "qrouter", {"qrouter", "-nog", "-s", "route.tcl"}, "");
    const std::string said = routed.standard_output + routed.standard_error;
    std::error_code ignored;
    const std::string result = scratch_.file(name + "_routed.def");
    if (said.find("No failed routes!") == std::string::npos ||
        !std::filesystem::exists(result, ignored)) {
      const std::size_t failed = said.find("Failed net routes:");
      throw UserError(
          "qrouter", "",
          "leaves nets of " + netlist_file_ + " without a route" +
              (failed == std::string::npos
                   ? ": " + last_line(routed)
                   : " (" + said.substr(failed, said.find('\n', failed) - failed) + ")"));
    }
    std::vector<std::string> layers;
    for (const RoutingLayer& layer : lef_.layers) layers.push_back(layer.name);
    return read_routed_wires(read_file(result), "qrouter's " + name + "_routed.def", layers);
  }

 private:
  std::string path(const char* ending) const {
    return scratch_.file(std::string(kDesignName) + "." + ending);
  }
  /// Runs a program in the folder; `makes` is the ending of the file that it writes.
  flow::ChildOutput call(const char* program, const char* package,
                         const std::vector<std::string>& words, const char* makes) const {
    std::vector<std::string> in_folder = {"env", "-C", scratch_.file("")};
    in_folder.insert(in_folder.end(), words.begin(), words.end());
    const std::optional<flow::ChildOutput> ran = flow::run_child_until_interrupted(in_folder);
    std::error_code ignored;
    const bool script = words.size() > 1 && words[1].rfind(kScripts, 0) == 0;
    if (!ran || ran->end.exit_code == kNotFound ||
        (script && !std::filesystem::exists(words[1], ignored))) {
      throw UserError(script ? words[1] : program, "",
                      std::string("is not installed, or not in PATH; --layout needs it (Debian's "
                                  "package ") +
                          package + ")");
    }
    if (makes[0] != 0 &&
        (ran->end.exit_code != 0 || !std::filesystem::exists(path(makes), ignored))) {
      throw UserError(program, last_line(*ran), "cannot lay out " + netlist_file_);
    }
    return *ran;
  }

  const LefLibrary& lef_;
  const std::string& netlist_file_;
  ScratchFolder scratch_;
  std::vector<std::string> lef_names_;
};

Json to_json(const RoutedWires& wires) {
  Json nets = Json::object();
  for (const auto& [net, lengths] : wires.nets) nets[net] = lengths;
  return {{"width_um", wires.width_um}, {"height_um", wires.height_um}, {"nets", nets}};
}

RoutedWires from_json(const std::string& text, const std::string& file) {
  RoutedWires wires;
  try {
    const Json document = Json::parse(text);
    document.at("width_um").get_to(wires.width_um);
    document.at("height_um").get_to(wires.height_um);
    for (const auto& [net, lengths] : document.at("nets").items()) {
      lengths.get_to(wires.nets[net]);
    }
  } catch (const Json::exception&) {
    throw UserError(file, "", "needs the wires of a layout; remove the file and it is made again");
  }
  return wires;
}

}  // namespace

LayoutTools::LayoutTools(const LayoutOptions& options)
    : options_(options), lef_(read_lef(options.lef_files)) {
  const std::vector<double>& given = options.layer_ff_per_um;
  if (!given.empty() && (given.size() < kFewestLayers || given.size() > lef_.layers.size())) {
    throw UserError("--layer-ff", std::to_string(given.size()) + " numbers",
                    "needs 2 to " + std::to_string(lef_.layers.size()) +
                        ", for the routing layers of the LEF files from the lowest on");
  }
  if (!given.empty()) lef_.layers.resize(given.size());
  for (std::size_t k = 0; k < given.size(); ++k) lef_.layers[k].capacitance_ff_per_um = given[k];
  for (const RoutingLayer& layer : lef_.layers) {
    if (layer.capacitance_ff_per_um > 0) continue;
    throw UserError("--lef", layer.name,
                    "has neither CPERSQDIST nor EDGECAPACITANCE: needs --layer-ff");
  }
}

const char* LayoutTools::programs() { return "graywolf and qrouter"; }

Layout LayoutTools::place_and_route(const Netlist& netlist, const std::vector<bool>& chosen) const {
  expects(chosen.size() == netlist.instances.size(), "place_and_route: a choice an instance");
  Layout layout;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    if (!chosen[i]) continue;
    ++layout.cells;
    const Cell& cell = *netlist.instances[i].cell;
    if (lef_.macros.count(cell.name) == 0) {
      throw UserError("--lef", joined(lef_.files), "lacks the cell " + cell.name);
    }
  }
  const std::string blif = placement_blif(netlist, chosen);
  Sha256 digest;
  const auto add = [&](const std::string& text) {
    digest.add(text.data(), text.size());
    digest.add("\n", 1);
  };
  add(kLayoutVersion);
  add(blif);
  add(placement_parameters(lef_));
  add(routing_script(lef_, {}));
  for (const std::string& text : lef_.texts) add(text);
  const std::string file = options_.folder + "/" + digest.finish() + ".layout.json";
  std::error_code ignored;
  RoutedWires wires;
  if (std::filesystem::exists(file, ignored)) {
    wires = from_json(read_file(file), file);
  } else {
    throw_if_interrupted();
    wires = LayoutRun(lef_, blif, netlist.file).run();
    write_file(file, to_json(wires).dump(1) + "\n");
  }
  layout.width_um = wires.width_um;
  layout.height_um = wires.height_um;
  layout.wire_um.assign(netlist.nets.size(), 0);
  layout.wire_ff.assign(netlist.nets.size(), 0);
  for (std::size_t n = 0; n < netlist.nets.size(); ++n) {
    const auto found = wires.nets.find(layout_name_of_net(static_cast<int>(n)));
    if (found == wires.nets.end()) continue;
    for (std::size_t k = 0; k < lef_.layers.size() && k < found->second.size(); ++k) {
      layout.wire_um[n] += found->second[k];
      layout.wire_ff[n] += found->second[k] * lef_.layers[k].capacitance_ff_per_um;
    }
    ++layout.routed_nets;
    layout.total_um += layout.wire_um[n];
    layout.total_ff += layout.wire_ff[n];
  }
  return layout;
}

}  // namespace minerva::circuit
