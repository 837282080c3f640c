#include "minerva/interchange/npz.hpp"
#include "same_network.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace minerva;
  const std::string bytes = fuzz::text_of(data, size);
  ImportedNetwork read;
  if (!fuzz::accepts([&] { read = read_npz(bytes, "file"); })) return 0;
  fuzz::check_imported(read);
  fuzz::require(fuzz::same_bits(read_npz(npz_bytes(read.network), "written").network, read.network),
                "the same network when written and read back");
  return 0;
}
