#include "minerva/sram/sram_keys.hpp"

#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/config/settings.hpp"

namespace minerva::sram {
namespace {

const Range<double> kSizeNm{10, 10000};
const Range<double> kPelgrom{0.1, 100};
constexpr const char* kOpenRam = "OpenRAM's cell of FreePDK45: 205, 135, 90 nm x 50 nm";
constexpr const char* kPelgromSource =
    "assumption; law: Pelgrom, Duinmaijer, Welbers, JSSC 1989; open 130 nm kits have 3.9 to 5.6, "
    "and it falls with the oxide's thickness";

void add_devices(const KeyRows& keys, SramOptions& o) {
  keys.add_choice(
      "sram.cell", &o.cell,
      "The cell has six transistors (6t), or two more through which it is read (8t), of "
      "the sizes of access and pull-down.",
      "assumption: 6t, the cell of dense memories");
  keys.add(
      "sram.cards", &o.cards, "",
      "The transistors of the cell are described by the SPICE models in these files, which are "
      "sought from the current folder and in sram.pdk_dir; files of another corner give the "
      "cell of that corner.",
      "FreePDK45 VTG, nominal corner");
  keys.add("sram.pdk_dir", &o.pdk_dir, "that of MINERVA_PDK_DIR",
           "Files of device cards are also sought in this folder.");
  keys.add("sram.pull_down_model", &o.pull_down_model, "the only NMOS model of the cards",
           "The pull-down transistors use this model of the cards.");
  keys.add("sram.access_model", &o.access_model, "the only NMOS model of the cards",
           "The access transistors use this model of the cards.");
  keys.add("sram.pull_up_model", &o.pull_up_model, "the only PMOS model of the cards",
           "The pull-up transistors use this model of the cards.");
  keys.add("sram.pull_down_width_nm", &o.pull_down_width_nm, kSizeNm, "nm",
           "The pull-down transistors are drawn with this width.", kOpenRam);
  keys.add("sram.access_width_nm", &o.access_width_nm, kSizeNm, "nm",
           "The access transistors are drawn with this width.", kOpenRam);
  keys.add("sram.pull_up_width_nm", &o.pull_up_width_nm, kSizeNm, "nm",
           "The pull-up transistors are drawn with this width.", kOpenRam);
  keys.add("sram.length_nm", &o.length_nm, kSizeNm, "nm",
           "All transistors are drawn with this length.", kOpenRam);
  keys.add("sram.a_vt_nmos_mv_um", &o.a_vt_nmos_mv_um, kPelgrom, "mV um",
           "The threshold of an NMOS transistor varies with this figure over the square root of "
           "its area as its standard deviation.",
           kPelgromSource);
  keys.add("sram.a_vt_pmos_mv_um", &o.a_vt_pmos_mv_um, kPelgrom, "mV um",
           "The threshold of a PMOS transistor varies with this figure over the square root of "
           "its area as its standard deviation.",
           kPelgromSource);
  keys.add("sram.temperature_c", &o.temperature_c, Range<double>{-55, 175}, "C",
           "The cell has this temperature.", "assumption: that of typical Liberty files");
  keys.add("sram.voltages", &o.voltages_v, Range<double>{0.1, 6}, Range<int>{1, 1000}, "V",
           "The curve is computed at these supply voltages; the highest is the nominal one.");
}

void add_reads(const KeyRows& keys, SramOptions& o) {
  keys.add_choice(
      "sram.criterion", &o.criterion,
      "A bit is faulty when it flips in a read, cannot be written, or is read too "
      "slowly for the clock (clocked); for the first two reasons (static_noise); or for "
      "one of them (read_flip, write_failure, slow_read).",
      "clocked is the one at which the memory answers within the clock period");
  keys.add(
      "sram.bit_line_cycle_share", &o.bit_line_cycle_share, Range<double>{0, 1, true, false}, "1",
      "The cell has this share of design.clock_period_ns to move its bit line by the sense "
      "voltage; decoder, word line, sense amplifier and precharge have the rest.",
      "assumption: half of the cycle precharges, and half of the other half is the bit line's");
  keys.add("sram.bit_line_cells", &o.bit_line_cells, Range<int>{1, 65536}, "cells",
           "A bit line has this many cells.", "assumption: 256 words in a column");
  keys.add("sram.bit_line_ff_per_cell", &o.bit_line_ff_per_cell, Range<double>{0.001, 100}, "fF",
           "A bit line has this capacitance for each of its cells: wire and drains.",
           "assumption: 90 fF for 256 cells at 45 nm");
  keys.add("sram.sense_voltage_mv", &o.sense_voltage_mv, Range<double>{1, 2000}, "mV",
           "The sense amplifier needs this difference of its bit lines.",
           "assumption: 100 mV covers its offset");
  keys.add("sram.word_line_cells", &o.word_line_cells, Range<int>{1, 4096}, "cells",
           "A word line opens this many cells, whose access gates its energy is of.", "assumption");
}

}  // namespace

void add_sram_keys(Settings& settings, SramOptions& o) {
  const KeyRows keys = settings.without_effect();
  add_devices(keys, o);
  add_reads(keys, o);
  keys.add("sram.samples", &o.samples, Range<int>{100, 10000000}, "cells",
           "At each voltage this many cells are sampled around the most probable failure of each "
           "kind.");
  keys.add("sram.seed", &o.seed, kSeedRange, "1", "The sampled cells are drawn with this seed.");
  keys.add("sram.node", &o.node, "", "The rows of a technology file name this node.", "FreePDK45");
  keys.add("sram.cache_dir", &o.cache_dir, "",
           "What ngspice computed is kept in this folder by content, so that each card, size, "
           "temperature and voltage needs it once.");
}

void check(const SramOptions& o) {
  if (o.node.find('|') != std::string::npos) {
    throw UserError("sram.node", o.node, "needs a text without |, which separates columns");
  }
  if (o.cards.find('|') != std::string::npos) {
    throw UserError("sram.cards", o.cards, "needs names without |, which separates columns");
  }
}

}  // namespace minerva::sram
