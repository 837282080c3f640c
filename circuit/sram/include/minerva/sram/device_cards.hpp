#pragma once
#include <string>
#include <vector>

#include "minerva/sram/sram_options.hpp"

namespace minerva::sram {

enum class Polarity { nmos, pmos };
constexpr EnumNames<Polarity, 2> enum_names(Polarity) {
  return {{{Polarity::nmos, "nmos"}, {Polarity::pmos, "pmos"}}};
}

struct DeviceModel {
  std::string name;
  Polarity polarity;
};

/// The transistor models of a text of device cards, in its order, without those of other devices.
std::vector<DeviceModel> models_in(const std::string& cards);

/// The six transistors of a cell, by their models and sizes, and what is needed to simulate them.
struct CellDevices {
  std::string cards;       ///< the text of all files, each ended by a newline
  std::string cards_name;  ///< the files, for messages and tables
  std::string pull_down_model;
  std::string access_model;
  std::string pull_up_model;
  DeviceSize pull_down;
  DeviceSize access;
  DeviceSize pull_up;
  double temperature_c = 25;
};

/// Reads the card files, which are sought from the current folder and in sram.pdk_dir. Throws
/// UserError for a file that cannot be read, cards without a model of a polarity that the cell
/// needs or with several of which none is named, and a named model that is not there.
CellDevices read_cell_devices(const SramOptions& options);

}  // namespace minerva::sram
