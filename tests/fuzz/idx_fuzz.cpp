#include "fuzz_check.hpp"
#include "minerva/data/idx.hpp"
#include "minerva/data/unpacked_file.hpp"

namespace minerva::fuzz {
namespace {

std::string word(std::size_t number) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>((number >> shift) & 0xff);
  return bytes;
}

void check_images(const MemoryFile& file) {
  IdxImages images;
  if (!accepts([&] { images = read_idx_images(file.path()); })) return;
  require(images.count >= 1 && images.inputs() >= 1, "samples with inputs");
  std::string bytes =
      word(0x801 + images.sides.size()) + word(static_cast<std::size_t>(images.count));
  for (const int side : images.sides) bytes += word(static_cast<std::size_t>(side));
  bytes.append(images.pixels.begin(), images.pixels.end());
  const std::vector<std::uint8_t> read = read_unpacked(file.path());
  require(bytes == std::string(read.begin(), read.end()), "samples say every byte of their file");
}

void check_labels(const MemoryFile& file) {
  constexpr int kClasses = 10;
  std::vector<std::uint8_t> labels;
  if (!accepts([&] { labels = read_idx_labels(file.path(), kClasses); })) return;
  for (const std::uint8_t label : labels) require(label < kClasses, "labels of known classes");
  const std::string bytes =
      word(0x801) + word(labels.size()) + std::string(labels.begin(), labels.end());
  const std::vector<std::uint8_t> read = read_unpacked(file.path());
  require(bytes == std::string(read.begin(), read.end()), "labels say every byte of their file");
}

}  // namespace
}  // namespace minerva::fuzz

/// A file of samples, a file of labels, packed by gzip or not.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const minerva::fuzz::MemoryFile file(minerva::fuzz::text_of(data, size));
  minerva::fuzz::check_images(file);
  minerva::fuzz::check_labels(file);
  return 0;
}
