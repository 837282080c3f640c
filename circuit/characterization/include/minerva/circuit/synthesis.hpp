#pragma once
#include <string>

#include "minerva/circuit/cell_library.hpp"
#include "minerva/circuit/unit.hpp"
#include "minerva/circuit/unit_measurement.hpp"
#include "minerva/files/folder_lock.hpp"

namespace minerva::circuit {

/// Whether a module and those inside of it are mapped as one, or each by itself; in the netlist,
/// which is flat, names of instances then begin with those of the modules.
enum class Hierarchy { flat, kept };

/// Turns Verilog into netlists of a library's cells with Yosys and ABC, once for each content: the
/// netlist of the same Verilog, library, clock and version of Yosys is read from the folder.
class Synthesis {
 public:
  /// Asks Yosys for its version; then makes the folder, locks it for the life of this object and
  /// writes the library into it, unpacked. Throws UserError when Yosys is missing, before anything
  /// is written, and when another process has the folder.
  Synthesis(const std::string& library_file, double clock_ns, const std::string& folder);

  /// The netlist of a module as JSON. Several threads may call it. Throws UserError with what Yosys
  /// said when it fails.
  std::string netlist_json(const std::string& verilog, const std::string& module,
                           Hierarchy hierarchy) const;
  /// A text that depends on everything that the netlist of this module depends on.
  std::string key(const std::string& verilog, const std::string& module, Hierarchy hierarchy) const;
  const std::string& version() const { return version_; }
  /// SHA-256 of the library, unpacked.
  const std::string& library_digest() const { return library_digest_; }

 private:
  std::string script(const std::string& module, Hierarchy hierarchy) const;
  std::string path(const std::string& key, const char* ending) const;

  std::string folder_;
  FolderLock lock_;
  std::string library_path_;
  std::string library_digest_;
  std::string version_;
  double clock_ps_;
};

/// The library's smallest clock gate for rising edges, without test pins where there is one, and
/// its smallest buffer; a name is empty where there is none that can be simulated.
UnitCells unit_cells_of(const CellLibrary& library);

/// The buffer with which a broadcast word reaches the buffers of so many lanes soonest, behind the
/// library's smallest flip-flop: any flow sizes the driver of a long net, and Yosys does not. An
/// empty name where the library has no buffer.
BufferCell broadcast_driver(const CellLibrary& library, int lanes,
                            const MeasurementOptions& conditions);

/// Throws UserError naming the library when it lacks gates that every synthesis needs: an inverter,
/// and a gate of two inputs.
void require_gates(const CellLibrary& library);

}  // namespace minerva::circuit
