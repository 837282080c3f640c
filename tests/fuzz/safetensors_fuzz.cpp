#include "minerva/interchange/network_file.hpp"
#include "same_network.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace minerva;
  const std::string bytes = fuzz::text_of(data, size);
  ImportedNetwork read;
  if (!fuzz::accepts([&] { read = read_safetensors(bytes, "file"); })) return 0;
  fuzz::check_imported(read);
  const GraphNetwork again = read_safetensors(serialize_network(read.network), "written").network;
  fuzz::require(fuzz::same_bits(again, read.network) && again.trained_by == read.network.trained_by,
                "the same network when written and read back");
  return 0;
}
