#include "fuzz_check.hpp"
#include "minerva/app/settings.hpp"
#include "minerva/flow/flow_options.hpp"

namespace minerva::fuzz {
namespace {

/// What the program makes of a config; its resolved text.
std::string resolved(const std::string& text, const std::string& file) {
  flow::FlowOptions options;
  Settings settings;
  flow::add_settings(settings, options);
  settings.read_config_text(text, file);
  const std::string result = settings.resolved();
  flow::finish_options(options);
  return result;
}

}  // namespace
}  // namespace minerva::fuzz

/// A config of the program, with all its keys.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace minerva;
  std::string first;
  if (!fuzz::accepts([&] { first = fuzz::resolved(fuzz::text_of(data, size), "input.cfg"); })) {
    return 0;
  }
  fuzz::require(fuzz::resolved(first, "resolved.cfg") == first,
                "the same settings when written and read back");
  return 0;
}
