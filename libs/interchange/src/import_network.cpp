#include "minerva/interchange/import_network.hpp"

#include "minerva/base/errors.hpp"
#include "minerva/interchange/network_file.hpp"
#include "minerva/interchange/npz.hpp"
#include "minerva/interchange/onnx.hpp"

namespace minerva {
namespace {

bool begins(std::string_view bytes, std::string_view start) {
  return bytes.substr(0, start.size()) == start;
}

bool has_extension(const std::string& name, const std::string& extension) {
  return name.size() > extension.size() &&
         name.compare(name.size() - extension.size(), extension.size(), extension) == 0;
}

}  // namespace

ImportedNetwork import_network_bytes(std::string_view bytes, const std::string& name,
                                     WeightsLayout layout) {
  if (is_zip(bytes)) return read_npz(bytes, name, layout);
  if (is_safetensors(bytes)) return read_safetensors(bytes, name, layout);
  if (begins(bytes, "\x89HDF")) {
    throw UserError(name, "",
                    "is an HDF5 file, of Keras perhaps: needs numpy.savez(PATH, "
                    "*model.get_weights()), or ONNX");
  }
  if (begins(bytes, "\x93NUMPY")) {
    throw UserError(name, "", "is a single .npy array: needs a .npz file with w0, b0, w1, b1, ..");
  }
  if (is_onnx(bytes)) return read_onnx(bytes, name);
  // A damaged file of a known name gets the message of its own reader.
  if (has_extension(name, ".safetensors")) return read_safetensors(bytes, name, layout);
  if (has_extension(name, ".npz")) return read_npz(bytes, name, layout);
  if (has_extension(name, ".onnx")) return read_onnx(bytes, name);
  throw UserError(name, "", "is no network file: needs safetensors, npz or ONNX");
}

ImportedNetwork import_network(const std::string& path, WeightsLayout layout) {
  const std::string bytes = read_network_bytes(path);
  return import_network_bytes(bytes, path, layout);
}

}  // namespace minerva
