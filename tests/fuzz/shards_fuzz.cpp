#include <cstdint>
#include <string>

#include "fuzz_check.hpp"
#include "minerva/cluster/shard_file.hpp"
#include "minerva/cluster/shard_plan.hpp"
#include "sealed.hpp"

namespace minerva::fuzz {
namespace {

void check_plan(const std::string& text) {
  ShardPlan plan;
  if (!accepts([&] { plan = shard_plan_from_json(text, "manifest.json"); })) return;
  std::uint64_t units = 0;
  for (const Share& share : plan.shares) units += size_of(share);
  require(units == plan.units, "every unit in a share");
  require(plan.ids().size() == plan.shares.size(), "an id a shard");
  const std::string written = shard_plan_to_json(plan);
  require(shard_plan_to_json(shard_plan_from_json(written, "manifest.json")) == written,
          "the same plan when written and read back");
}

void check_shard(const std::string& bytes) {
  const MemoryFile file(bytes);
  accepts([&] {
    ShardReader reader(file.path());
    std::uint64_t held = 0;
    for (const ShardPart& part : reader.parts()) {
      require(is_part_name(part.name), "names below the folder");
      held += part.size;
    }
    require(held < bytes.size(), "parts within the file");
    reader.check();
    for (const ShardPart& part : reader.parts()) {
      require(reader.read(part.name).size() == part.size, "a part of its size");
    }
  });
}

}  // namespace
}  // namespace minerva::fuzz

/// The first byte chooses a manifest or a shard's file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace minerva;
  if (size == 0) return 0;
  const std::string text = fuzz::text_of(data + 1, size - 1);
  if ((data[0] & 1) == 0) {
    fuzz::check_plan(sealed_json(text));  // or no byte behind the checksum would ever be read
  } else {
    fuzz::check_shard(text);
  }
  return 0;
}
