#include "minerva/workloads/image_folder.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "minerva/base/errors.hpp"
#include "minerva/base/text.hpp"
#include "minerva/data/unpacked_file.hpp"
#include "minerva/files/folder.hpp"

namespace minerva::workloads {
namespace {

constexpr int kMostSide = 16384;
constexpr int kColourBytes = 3;
constexpr std::size_t kHeldOutOf = 5;
constexpr const char* kNeeds = "needs a Netpbm image P6 or P5 of one byte a colour";

/// The numbers of a Netpbm header, between which white space and comments stand.
class HeaderReader {
 public:
  HeaderReader(const std::string& path, const std::vector<std::uint8_t>& bytes)
      : path_(path), bytes_(bytes) {}

  int number(const char* what, int most) {
    for (bool comment = false; at_ < bytes_.size(); ++at_) {
      const char c = static_cast<char>(bytes_[at_]);
      if (c == '#') comment = true;
      if (c == '\n') comment = false;
      if (!comment && std::isspace(bytes_[at_]) == 0) break;
    }
    int value = 0;
    const std::size_t begin = at_;
    for (; at_ < bytes_.size() && std::isdigit(bytes_[at_]) != 0 && value <= most; ++at_) {
      value = 10 * value + (bytes_[at_] - '0');
    }
    if (at_ == begin || value < 1 || value > most) {
      throw UserError(path_, at_ == begin ? "" : std::to_string(value),
                      std::string(kNeeds) + " with " + what + " from 1 to " + std::to_string(most));
    }
    return value;
  }
  /// Where the pixels begin: behind one character of white space.
  std::size_t end() const { return at_ + 1; }

 private:
  const std::string& path_;
  const std::vector<std::uint8_t>& bytes_;
  std::size_t at_ = 2;
};

/// For every point of a line the first source point under it and the shares of it and the next
/// ones.
struct Coverage {
  int first = 0;
  std::vector<double> shares;
};

std::vector<Coverage> coverages(int from, int to) {
  const double scale = static_cast<double>(from) / to;
  std::vector<Coverage> all;
  for (int i = 0; i < to; ++i) {
    const double begin = i * scale;
    const double end = std::min<double>((i + 1) * scale, from);
    Coverage coverage;
    coverage.first = static_cast<int>(begin);
    for (int source = coverage.first; source < end; ++source) {
      const double share = std::min<double>(source + 1, end) - std::max<double>(source, begin);
      coverage.shares.push_back(share / (end - begin));
    }
    all.push_back(std::move(coverage));
  }
  return all;
}

bool is_image(const std::string& name) {
  for (const char* ending : {".ppm", ".pgm", ".pnm"}) {
    if (ends_with(name, ending)) return true;
  }
  return false;
}

}  // namespace

ColourImage read_netpbm(const std::string& path) {
  const std::vector<std::uint8_t> bytes = read_unpacked(path);
  const bool colour = bytes.size() > 2 && bytes[0] == 'P' && bytes[1] == '6';
  const bool grey = bytes.size() > 2 && bytes[0] == 'P' && bytes[1] == '5';
  if (!colour && !grey) throw UserError(path, "", kNeeds);
  HeaderReader header(path, bytes);
  ColourImage image;
  image.columns = header.number("columns", kMostSide);
  image.rows = header.number("rows", kMostSide);
  const int largest = header.number("a largest value", 255);
  const std::size_t points =
      static_cast<std::size_t>(image.rows) * static_cast<std::size_t>(image.columns);
  const std::size_t wanted = points * (colour ? kColourBytes : 1);
  if (bytes.size() != header.end() + wanted) {
    throw UserError(path, std::to_string(bytes.size()) + " bytes",
                    "needs " + std::to_string(header.end() + wanted) + ", as its header says");
  }
  image.pixels.reserve(points * kColourBytes);
  for (std::size_t i = 0; i < wanted; ++i) {
    const int value = std::min<int>(bytes[header.end() + i], largest);
    const auto byte = static_cast<std::uint8_t>((255 * value + largest / 2) / largest);
    for (int copies = colour ? 1 : kColourBytes; copies > 0; --copies) image.pixels.push_back(byte);
  }
  return image;
}

std::vector<float> square_of(const ColourImage& image, int side) {
  const int extent = std::min(image.rows, image.columns);
  const int top = (image.rows - extent) / 2;
  const int left = (image.columns - extent) / 2;
  const std::vector<Coverage> cover = coverages(extent, side);
  std::vector<float> square;
  square.reserve(static_cast<std::size_t>(side) * static_cast<std::size_t>(side) * kColourBytes);
  for (int colour = 0; colour < kColourBytes; ++colour) {
    for (const Coverage& row : cover) {
      for (const Coverage& column : cover) {
        double sum = 0;
        for (std::size_t y = 0; y < row.shares.size(); ++y) {
          for (std::size_t x = 0; x < column.shares.size(); ++x) {
            const std::size_t at = (static_cast<std::size_t>(top + row.first) + y) *
                                       static_cast<std::size_t>(image.columns) +
                                   static_cast<std::size_t>(left + column.first) + x;
            sum += row.shares[y] * column.shares[x] *
                   image.pixels[at * kColourBytes + static_cast<std::size_t>(colour)];
          }
        }
        square.push_back(static_cast<float>(sum));
      }
    }
  }
  return square;
}

ImageFolder list_image_folder(const std::string& path, int most_classes) {
  const std::optional<Folder> folder = Folder::open_if_there(path);
  if (!folder) throw UserError("--images", path, "needs a folder with a folder of images a class");
  ImageFolder images;
  for (const std::string& name : folder->names()) {
    std::error_code error;
    if (!std::filesystem::is_directory(folder->path_of(name), error)) continue;
    const std::optional<Folder> of_class = Folder::open_if_there(folder->path_of(name));
    if (!of_class) continue;
    std::vector<std::string> files;
    for (const std::string& file : of_class->names()) {
      if (is_image(file)) files.push_back(of_class->path_of(file));
    }
    if (files.size() < kHeldOutOf) {
      throw UserError(of_class->path(), std::to_string(files.size()) + " images",
                      "needs " + std::to_string(kHeldOutOf) +
                          " files .ppm, .pgm or .pnm or more, of which every fifth is held out");
    }
    const auto label = static_cast<int>(images.classes.size());
    images.classes.push_back(name);
    for (std::size_t i = 0; i < files.size(); ++i) {
      (i % kHeldOutOf == kHeldOutOf - 1 ? images.test : images.train).push_back({files[i], label});
    }
  }
  if (images.classes.size() < 2 || images.classes.size() > static_cast<std::size_t>(most_classes)) {
    throw UserError("--images", path,
                    "needs 2 to " + std::to_string(most_classes) +
                        " folders, one a class; it has " + std::to_string(images.classes.size()));
  }
  return images;
}

}  // namespace minerva::workloads
