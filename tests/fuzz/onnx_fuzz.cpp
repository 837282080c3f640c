#include "minerva/interchange/onnx.hpp"
#include "same_network.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace minerva;
  const std::string bytes = fuzz::text_of(data, size);
  is_onnx(bytes);
  ImportedNetwork read;
  if (!fuzz::accepts([&] { read = read_onnx(bytes, "file"); })) return 0;
  fuzz::check_imported(read);
  fuzz::require(
      fuzz::same_bits(read_onnx(onnx_bytes(read.network), "written").network, read.network),
      "the same network when written and read back");
  return 0;
}
