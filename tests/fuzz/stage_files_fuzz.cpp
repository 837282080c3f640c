#include "fuzz_check.hpp"
#include "minerva/design/design_json.hpp"

namespace minerva::fuzz {
namespace {

/// A file that reads is written to bytes that read back to the same.
template <typename Read, typename Write>
void check(const std::string& text, Read read, Write write) {
  std::string written;
  if (!accepts([&] { written = write(read(text, "file.json")); })) return;
  require(write(read(written, "written.json")) == written,
          "the same bytes when written and read back");
}

}  // namespace
}  // namespace minerva::fuzz

/// The first byte chooses one of the files that pass from stage to stage, the rest is its text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace minerva;
  if (size == 0) return 0;
  const std::string text = fuzz::text_of(data + 1, size - 1);
  switch (data[0] % 5) {
    case 0:
      fuzz::check(text, plan_from_json, plan_to_json);
      break;
    case 1:
      fuzz::check(text, thresholds_from_json, thresholds_to_json);
      break;
    case 2:
      fuzz::check(text, noise_from_json, noise_to_json);
      break;
    case 3:
      fuzz::check(text, design_point_from_json, design_point_to_json);
      break;
    default:
      fuzz::check(text, faults_from_json, faults_to_json);
  }
  return 0;
}
