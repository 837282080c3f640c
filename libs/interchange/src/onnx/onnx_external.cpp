#include "onnx/onnx_external.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>

#include "minerva/base/errors.hpp"
#include "minerva/base/limits.hpp"
#include "minerva/interchange/named_tensors.hpp"
#include "minerva/interchange/network_file.hpp"
#include "onnx/onnx_constants.hpp"

namespace minerva {
namespace {

/// Where a tensor lies: the entries of its external_data.
struct Place {
  std::string name;  ///< of the file
  std::uint64_t offset = 0;
  std::optional<std::uint64_t> length;
};

std::uint64_t whole_number(const std::string& text, const std::string& what,
                           const std::string& file) {
  constexpr std::size_t kMostDigits = 18;
  if (text.empty() || text.size() > kMostDigits ||
      text.find_first_not_of("0123456789") != std::string::npos) {
    refuse_onnx(file, what + " '" + printable(text) + "': needs a whole number of bytes");
  }
  return std::stoull(text);
}

Place place_of(const onnx::TensorProto& tensor, const std::string& shown, const std::string& file) {
  Place place;
  for (const auto& entry : tensor.external_data()) {
    const std::string what = shown + " has the external " + printable(entry.key());
    if (entry.key() == "location") {
      place.name = entry.value();
    } else if (entry.key() == "offset") {
      place.offset = whole_number(entry.value(), what, file);
    } else if (entry.key() == "length") {
      place.length = whole_number(entry.value(), what, file);
    } else {
      refuse_onnx(file, what + ", which is not known here: needs location, offset and length");
    }
  }
  const bool plain = !place.name.empty() && place.name != "." && place.name != ".." &&
                     place.name.find_first_of(std::string("/\\\0", 3)) == std::string::npos;
  if (!plain) {
    refuse_onnx(file, shown + " keeps its numbers in '" + printable(place.name) +
                          "': needs the plain name of a file in the model's own folder");
  }
  return place;
}

/// An open file, closed at the end.
class OpenFile {
 public:
  explicit OpenFile(const std::string& path)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)) {}
  ~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

std::string path_in(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : folder + "/" + name;
}

}  // namespace

std::string OnnxExternalData::read(const onnx::TensorProto& tensor, const std::string& name) {
  const std::string shown = "tensor '" + printable(name) + "'";
  const Place place = place_of(tensor, shown, file_);
  const std::string where = shown + " keeps its numbers in '" + printable(place.name) + "'";
  if (!folder_) {
    refuse_onnx(file_, where + ", a file beside the model: bytes alone do not reach it");
  }
  const OpenFile open(path_in(*folder_, place.name));
  struct stat status = {};
  if (open.descriptor() < 0) {
    refuse_onnx(file_, where + (errno == ELOOP ? ", which is a link: needs the file itself"
                                               : std::string(", which cannot be opened: ") +
                                                     std::strerror(errno)));
  }
  if (::fstat(open.descriptor(), &status) != 0 || !S_ISREG(status.st_mode)) {
    refuse_onnx(file_, where + ", which is no regular file");
  }
  const auto size = static_cast<std::uint64_t>(status.st_size);
  const std::uint64_t length =
      place.length.value_or(size >= place.offset ? size - place.offset : 0);
  if (place.offset > size || length > size - place.offset) {
    refuse_onnx(file_, where + " at byte " + std::to_string(place.offset) + ", " +
                           std::to_string(length) + " bytes: the file has " + std::to_string(size));
  }
  if (length > bytes_left_) refuse_onnx(file_, where + ": model and files are longer than 1 GiB");
  bytes_left_ -= static_cast<std::size_t>(length);
  std::string bytes(static_cast<std::size_t>(length), '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = ::pread(open.descriptor(), bytes.data() + done, bytes.size() - done,
                                  static_cast<off_t>(place.offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) refuse_onnx(file_, where + ", which cannot be read to its end");
    done += static_cast<std::size_t>(count);
  }
  return bytes;
}

std::vector<std::string> external_files(const onnx::ModelProto& model, const std::string& folder,
                                        const std::string& file) {
  std::set<std::string> names;
  const auto add = [&](const onnx::TensorProto& tensor) {
    if (!OnnxExternalData::holds(tensor)) return;
    names.insert(place_of(tensor, "tensor '" + printable(tensor.name()) + "'", file).name);
  };
  for (const onnx::TensorProto& tensor : model.graph().initializer()) add(tensor);
  for (const onnx::NodeProto& node : model.graph().node()) {
    for (const onnx::AttributeProto& attribute : node.attribute()) {
      if (attribute.has_t()) add(attribute.t());
    }
  }
  std::vector<std::string> paths;
  for (const std::string& name : names) paths.push_back(path_in(folder, name));
  return paths;
}

std::size_t external_bytes(const onnx::ModelProto& model, const std::string& folder,
                           const std::string& file) {
  std::size_t bytes = 0;
  for (const std::string& path : external_files(model, folder, file)) {
    struct stat status = {};
    if (::lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    bytes += std::min(static_cast<std::size_t>(status.st_size), limits::kNetworkBytes);
  }
  return std::min(bytes, limits::kNetworkBytes);
}

}  // namespace minerva
