#include "minerva/sram/device_cards.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <sstream>

#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/config/setting_text.hpp"
#include "minerva/files/atomic_file.hpp"

namespace minerva::sram {
namespace {

constexpr std::size_t kLargestCards = std::size_t{1} << 24;

std::string lower_case(std::string text) {
  for (char& letter : text) {
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  return text;
}

std::string found_file(const std::string& name, const std::string& pdk_dir) {
  std::error_code ignored;
  if (std::filesystem::exists(name, ignored)) return name;
  if (!pdk_dir.empty() && std::filesystem::exists(pdk_dir + "/" + name, ignored)) {
    return pdk_dir + "/" + name;
  }
  throw UserError("sram.cards", name,
                  pdk_dir.empty()
                      ? "is not there: needs files of device cards, or the folder that has them as "
                        "sram.pdk_dir or MINERVA_PDK_DIR"
                      : "is neither there nor in sram.pdk_dir = " + pdk_dir);
}

std::string chosen_model(const std::vector<DeviceModel>& models, Polarity polarity,
                         const std::string& key, const std::string& named,
                         const std::string& cards_name) {
  std::vector<std::string> fitting;
  for (const DeviceModel& model : models) {
    if (model.polarity == polarity) fitting.push_back(model.name);
  }
  const std::string kind = to_string(polarity);
  if (fitting.empty()) {
    throw UserError(cards_name, "", "needs a .model of type " + kind + ", and has none");
  }
  if (named.empty()) {
    if (fitting.size() == 1) return fitting.front();
    throw UserError(
        key, "", "needs one of the " + kind + " models of " + cards_name + ": " + joined(fitting));
  }
  if (std::find(fitting.begin(), fitting.end(), lower_case(named)) == fitting.end()) {
    throw UserError(
        key, named,
        "needs one of the " + kind + " models of " + cards_name + ": " + joined(fitting));
  }
  return lower_case(named);
}

}  // namespace

std::vector<DeviceModel> models_in(const std::string& cards) {
  std::vector<DeviceModel> models;
  std::istringstream lines(lower_case(cards));
  for (std::string line; std::getline(lines, line);) {
    for (char& letter : line) {
      if (letter == '(') letter = ' ';
    }
    std::istringstream words(line);
    std::string directive;
    std::string name;
    std::string type;
    if (!(words >> directive >> name >> type) || directive != ".model") continue;
    for (const EnumName<Polarity>& each : enum_names(Polarity{})) {
      if (type == each.text) models.push_back({name, each.value});
    }
  }
  return models;
}

CellDevices read_cell_devices(const SramOptions& o) {
  CellDevices cell;
  std::vector<std::string> names;
  for (const std::string& name : split_list(o.cards, "sram.cards")) {
    const std::string file = found_file(name, o.pdk_dir);
    // Published cards end without a newline; joined to the next file's first line they would change
    // its model.
    cell.cards += read_file(file, kLargestCards) + "\n";
    names.push_back(name);
  }
  if (names.empty()) throw UserError("sram.cards", "", "needs one file of device cards or more");
  cell.cards_name = joined(names);
  const std::vector<DeviceModel> models = models_in(cell.cards);
  const auto choose = [&](Polarity polarity, const char* key, const std::string& named) {
    return chosen_model(models, polarity, key, named, cell.cards_name);
  };
  cell.pull_down_model = choose(Polarity::nmos, "sram.pull_down_model", o.pull_down_model);
  cell.access_model = choose(Polarity::nmos, "sram.access_model", o.access_model);
  cell.pull_up_model = choose(Polarity::pmos, "sram.pull_up_model", o.pull_up_model);
  cell.pull_down = o.pull_down();
  cell.access = o.access();
  cell.pull_up = o.pull_up();
  cell.temperature_c = o.temperature_c;
  return cell;
}

}  // namespace minerva::sram
