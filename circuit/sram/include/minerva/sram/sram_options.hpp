#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "minerva/base/enum_names.hpp"
#include "minerva/design/fault_criterion.hpp"

namespace minerva::sram {

/// The circuit of a cell. An 8T cell is read through two more transistors in series, one opened by
/// the read word line and one by the stored value, so that a read does not disturb it.
enum class CellKind { six_transistors, eight_transistors };
constexpr EnumNames<CellKind, 2> enum_names(CellKind) {
  return {{{CellKind::six_transistors, "6t"}, {CellKind::eight_transistors, "8t"}}};
}

using minerva::FaultCriterion;

/// Width and length of a transistor as drawn.
struct DeviceSize {
  double width_nm = 0;
  double length_nm = 0;
};

/// Keys of [sram].
struct SramOptions {
  CellKind cell = CellKind::six_transistors;
  std::string cards = "freepdk45/models_nom/NMOS_VTG.inc,freepdk45/models_nom/PMOS_VTG.inc";
  std::string pdk_dir;
  std::string pull_down_model;  ///< empty: the only NMOS model of the cards
  std::string access_model;     ///< the same
  std::string pull_up_model;    ///< empty: the only PMOS model
  double pull_down_width_nm = 205;
  double access_width_nm = 135;
  double pull_up_width_nm = 90;
  double length_nm = 50;
  double a_vt_nmos_mv_um = 2.5;
  double a_vt_pmos_mv_um = 2.5;
  double temperature_c = 25;
  std::vector<double> voltages_v = {1,   0.95, 0.9,  0.85, 0.8,  0.75, 0.7,  0.65, 0.6,  0.55,
                                    0.5, 0.48, 0.46, 0.44, 0.42, 0.4,  0.38, 0.36, 0.34, 0.3};
  FaultCriterion criterion = FaultCriterion::clocked;
  double bit_line_cycle_share = 0.25;
  int bit_line_cells = 256;
  double bit_line_ff_per_cell = 0.35;
  double sense_voltage_mv = 100;
  int word_line_cells = 64;
  int samples = 2000;
  std::uint64_t seed = 1;
  std::string node = "45 nm";
  std::string cache_dir = "runs/sram-tables";

  DeviceSize pull_down() const { return {pull_down_width_nm, length_nm}; }
  DeviceSize access() const { return {access_width_nm, length_nm}; }
  DeviceSize pull_up() const { return {pull_up_width_nm, length_nm}; }
  double bit_line_ff() const { return bit_line_cells * bit_line_ff_per_cell; }
};

}  // namespace minerva::sram
