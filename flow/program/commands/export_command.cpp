#include "export_command.hpp"

#include "minerva/accelsim/network_codes.hpp"
#include "minerva/base/checksum.hpp"
#include "minerva/base/enum_names.hpp"
#include "minerva/base/errors.hpp"
#include "minerva/base/interruption.hpp"
#include "minerva/engine/fixed_engine.hpp"
#include "minerva/files/atomic_file.hpp"
#include "minerva/interchange/network_file.hpp"
#include "minerva/interchange/npz.hpp"
#include "minerva/interchange/onnx.hpp"
#include "minerva/interchange/qonnx.hpp"
#include "minerva/network/graph_text.hpp"
#include "minerva/network/quantized_graph.hpp"
#include "minerva/run/output.hpp"
#include "network_source.hpp"
#include "saturation_output.hpp"
#include "settings_of_call.hpp"
#include "written_folder.hpp"

namespace minerva::flow {
namespace {

QuantizedGraph quantized(const NetworkSource& source) {
  if (!source.plan) {
    throw UserError("--plan", "",
                    "needs a plan file, or the folder of a run with plan.json of "
                    "stage 3");
  }
  return quantize_graph(source.network, *source.plan, source.thresholds);
}

/// What the formats of the plan cut off; an export has no samples.
SaturationOutput saturation_of(const NetworkSource& source) {
  Samples none;
  none.inputs = Eigen::MatrixXf(source.network.graph.inputs(), 0);
  return saturation_output(source.network, quantized(source), none, 1);
}

/// A file that the user names. What killed exports left beside it goes.
void write_named_file(const std::string& path, const std::string& bytes) {
  remove_abandoned_files_of(path);
  throw_if_interrupted();
  write_file(path, bytes);
}

}  // namespace

int export_command(const CommandCall& call) {
  const std::vector<std::string> arguments = parse_arguments(call);
  for (const char* needed : {"format", "to"}) {
    if (call.value(needed).empty()) {
      throw UserError("export", "", std::string("needs --") + needed + " (minerva export --help)");
    }
  }
  const std::string format = call.value("format");
  const std::string to = call.value("to");
  const NetworkSource source =
      read_network_source(call, arguments.empty() ? "" : arguments.front());
  throw_if_interrupted();
  std::string bytes;
  std::string note;
  std::size_t files = 1;
  if (format == "safetensors") bytes = serialize_network(source.network);
  if (format == "npz") bytes = npz_bytes(source.network);
  if (format == "onnx") bytes = onnx_bytes(source.network);
  if (format == "qonnx") {
    const QonnxProducts products = parse_enum<QonnxProducts>(call.value("products"), "--products");
    bytes = qonnx_bytes(quantized(source), products);
    if (products == QonnxProducts::sums) {
      note =
          "products are summed exactly, which the machine does not: its codes may differ "
          "(docs/interchange.md)";
    }
  }
  if (format == "codes") {
    CodesContext context;
    context.point = source.point;
    if (source.faults) {
      context.mitigation = source.faults->mitigation;
      context.weight_sram = source.faults->sram;
    }
    context.trained_by = source.network.trained_by;
    std::vector<ExportedFile> all = network_codes(quantized(source), context);
    files = all.size();
    for (const ExportedFile& file : all) {
      if (file.name == "network_codes.npz") bytes = file.bytes;
    }
    write_folder(to, "export", std::move(all), "formats.json");
    note = "memories of " + to_string(source.point) + ", from " + source.point_from;
  } else {
    write_named_file(to, bytes);
  }
  const std::string topology = network_text(source.network.graph);
  const std::string checksum = sha256(bytes.data(), bytes.size());
  std::string text =
      "network  " + source.network_file + ", " + topology + "\n" + "format   " + format + "\n";
  if (!note.empty()) text += "note     " + note + "\n";
  SaturationOutput saturation;
  if (format == "qonnx" || format == "codes") {
    saturation = saturation_of(source);
    text += "formats  " + saturation.text + "\n";
  }
  text += "sha256   " + checksum + (format == "codes" ? " of network_codes.npz" : "") + "\n";
  text += "written  " + to + (format == "codes" ? ", " + std::to_string(files) + " files" : "");
  print_text(text + "\n");
  Json document = {{"schema", "minerva-export-1"},
                   {"network", source.network_file},
                   {"topology", tensor_sizes(source.network.graph)},
                   {"format", format},
                   {"note", note},
                   {"sha256", checksum},
                   {"written", to}};
  if (!saturation.document.empty()) document["saturation"] = saturation.document;
  print_document(document);
  return 0;
}

}  // namespace minerva::flow
