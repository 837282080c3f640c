#include "npy_array.hpp"

#include <algorithm>

#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

constexpr std::size_t kPreamble = 8;             // magic and version
constexpr std::size_t kMaxHeaderBytes = 10'000;  // numpy's own limit for headers it trusts

/// What the header says of the array.
struct Header {
  FloatType type = FloatType::f32;
  bool big_endian = false;
  bool fortran_order = false;
  std::vector<std::int64_t> shape;
};

/// Reads the header: a Python dictionary with three known keys and no more.
class HeaderReader {
 public:
  HeaderReader(std::string_view text, const std::string& file, const std::string& name)
      : text_(text), file_(file), name_(name) {}

  Header read() {
    expect('{');
    bool seen[3] = {};
    while (!accept('}')) {
      const std::string key = quoted();
      expect(':');
      if (key == "descr" && !seen[0]) {
        seen[0] = true;
        read_type(quoted());
      } else if (key == "fortran_order" && !seen[1]) {
        seen[1] = true;
        const std::string value = word();
        if (value != "True" && value != "False") fail();
        header_.fortran_order = value == "True";
      } else if (key == "shape" && !seen[2]) {
        seen[2] = true;
        read_shape();
      } else {
        fail();
      }
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    skip_space();
    if (at_ != text_.size() || !seen[0] || !seen[1] || !seen[2]) fail();
    return header_;
  }

 private:
  [[noreturn]] void fail() const {
    throw UserError(file_, name_,
                    "is no .npy array: its header needs descr, fortran_order and shape");
  }
  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }
  bool accept(char c) {
    skip_space();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!accept(c)) fail();
  }
  std::string quoted() {
    const char quote = accept('\'') ? '\'' : '"';
    if (quote == '"') expect('"');
    const std::size_t end = text_.find(quote, at_);
    if (end == std::string_view::npos) fail();
    const std::string text(text_.substr(at_, end - at_));
    at_ = end + 1;
    return text;
  }
  std::string word() {
    skip_space();
    std::string text;
    while (at_ < text_.size() && text_[at_] >= 'A' && text_[at_] <= 'z') text += text_[at_++];
    return text;
  }
  void read_type(const std::string& descr) {
    const std::string kind = descr.size() == 3 ? descr.substr(1) : "";
    const bool known =
        (descr[0] == '<' || descr[0] == '>') && (kind == "f2" || kind == "f4" || kind == "f8");
    if (!known) {
      throw UserError(file_, name_,
                      "has dtype " + printable(descr) + ": needs float32, float64 or float16");
    }
    header_.big_endian = descr[0] == '>';
    header_.type = kind == "f2" ? FloatType::f16 : kind == "f4" ? FloatType::f32 : FloatType::f64;
  }
  void read_shape() {
    expect('(');
    while (!accept(')')) {
      skip_space();
      std::int64_t size = 0;
      std::size_t digits = 0;
      for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_, ++digits) {
        if (digits == 10) fail();
        size = 10 * size + (text_[at_] - '0');
      }
      if (digits == 0) fail();
      if (size < 1 || size > kMaxLayerWidth || header_.shape.size() == 2) {
        throw UserError(file_, name_,
                        "needs one or two dimensions of 1 to " + std::to_string(kMaxLayerWidth));
      }
      header_.shape.push_back(size);
      if (!accept(',')) {
        expect(')');
        break;
      }
    }
    if (header_.shape.empty()) {
      throw UserError(file_, name_, "is a single number: needs one or two dimensions");
    }
  }

  std::string_view text_;
  const std::string& file_;
  const std::string& name_;
  std::size_t at_ = 0;
  Header header_;
};

std::vector<float> row_major(const std::vector<float>& fortran, std::size_t rows,
                             std::size_t columns) {
  std::vector<float> out(fortran.size());
  for (std::size_t c = 0; c < columns; ++c) {
    for (std::size_t r = 0; r < rows; ++r) out[r * columns + c] = fortran[c * rows + r];
  }
  return out;
}

/// The header of an array and where its data begin.
struct Layout {
  Header header;
  std::size_t start = 0;
};

/// @param size of the whole file, of which `bytes` may be the begin
Layout read_layout(std::string_view bytes, std::uint64_t size, const std::string& file,
                   const std::string& shown) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
  const auto fail = [&](const std::string& why) { throw UserError(file, shown, why); };
  if (bytes.size() < kPreamble + 4 || bytes.substr(0, 6) != "\x93NUMPY") {
    fail("is no .npy array: its magic string is missing");
  }
  if (byte(6) < 1 || byte(6) > 3 || byte(7) != 0) {
    fail("has .npy version " + std::to_string(byte(6)) + "." + std::to_string(byte(7)) +
         ": needs 1.0 to 3.0");
  }
  std::size_t length = byte(8) | std::size_t{byte(9)} << 8;
  if (byte(6) > 1) length |= std::size_t{byte(10)} << 16 | std::size_t{byte(11)} << 24;
  const std::size_t begin = kPreamble + (byte(6) > 1 ? 4 : 2);
  if (length > kMaxHeaderBytes || length > bytes.size() - begin) {
    fail("is no .npy array: its header is longer than the member or 10,000 bytes");
  }
  Layout layout;
  layout.header = HeaderReader(bytes.substr(begin, length), file, shown).read();
  layout.start = begin + length;
  std::uint64_t elements = 1;
  for (const std::int64_t n : layout.header.shape) elements *= static_cast<std::uint64_t>(n);
  const std::uint64_t needed = elements * bytes_of(layout.header.type);
  if (size - layout.start != needed) {
    fail("has " + std::to_string(size - layout.start) + " bytes of data: its shape needs " +
         std::to_string(needed));
  }
  return layout;
}

}  // namespace

void check_npy_begin(std::string_view begin, std::uint64_t size, const std::string& file,
                     const std::string& name) {
  read_layout(begin, size, file, printable(name));
}

NamedTensor read_npy(std::string_view bytes, const std::string& file, const std::string& name,
                     std::vector<std::string>& notes) {
  const std::string shown = printable(name);
  const Layout layout = read_layout(bytes, bytes.size(), file, shown);
  const Header& header = layout.header;
  const std::string_view data = bytes.substr(layout.start);
  ConvertedFloats floats = to_float32(header.type, data, header.big_endian, file, shown);
  if (floats.rounded > 0) notes.push_back(rounding_note(name, floats));
  if (header.fortran_order && header.shape.size() == 2) {
    floats.values = row_major(floats.values, static_cast<std::size_t>(header.shape[0]),
                              static_cast<std::size_t>(header.shape[1]));
  }
  return {name, header.shape, std::move(floats.values)};
}

}  // namespace minerva
