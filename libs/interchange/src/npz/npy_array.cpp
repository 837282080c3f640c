#include "npz/npy_array.hpp"

#include <algorithm>

#include "minerva/base/errors.hpp"

namespace minerva {
namespace {

constexpr std::size_t kPreamble = 8;             // magic and version
constexpr std::size_t kMostDimensions = 4;       // filters, channels, rows, columns
constexpr std::size_t kMaxHeaderBytes = 10'000;  // numpy's own limit for headers it trusts

/// What the header says of the array.
struct Header {
  FloatType type = FloatType::f32;
  std::size_t character_bytes = 0;  ///< of a text: of one of its characters; 0: numbers
  std::size_t characters = 0;
  bool big_endian = false;
  bool fortran_order = false;
  std::vector<std::int64_t> shape;
};

/// Reads the header: a Python dictionary with three known keys and no more.
class HeaderReader {
 public:
  HeaderReader(std::string_view text, bool of_text, const std::string& file,
               const std::string& name)
      : text_(text), of_text_(of_text), file_(file), name_(name) {}

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
  void read_text_type(const std::string& descr) {
    const bool wide = descr.size() > 2 && descr.compare(0, 2, "<U") == 0;
    const bool narrow = descr.size() > 2 && descr.compare(0, 2, "|S") == 0;
    const std::string digits = wide || narrow ? descr.substr(2) : "";
    if (digits.empty() || digits.size() > 6 ||
        digits.find_first_not_of("0123456789") != std::string::npos) {
      throw UserError(file_, name_,
                      "has dtype " + printable(descr) +
                          ": needs one text, the network on one line (docs/layers.md)");
    }
    header_.character_bytes = wide ? 4 : 1;
    header_.characters = std::stoul(digits);
  }
  void read_type(const std::string& descr) {
    if (of_text_) return read_text_type(descr);
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
      if (size < 1 || size > kMaxLayerWidth || header_.shape.size() == kMostDimensions) {
        throw UserError(file_, name_,
                        "needs one to four dimensions of 1 to " + std::to_string(kMaxLayerWidth));
      }
      header_.shape.push_back(size);
      if (!accept(',')) {
        expect(')');
        break;
      }
    }
    if (of_text_ != header_.shape.empty()) {
      throw UserError(file_, name_,
                      of_text_ ? "is an array of texts: needs one, the network on one line"
                               : "is a single number: needs one to four dimensions");
    }
  }

  std::string_view text_;
  bool of_text_;
  const std::string& file_;
  const std::string& name_;
  std::size_t at_ = 0;
  Header header_;
};

/// Numbers whose first index runs fastest, as numbers whose last does.
std::vector<float> row_major(const std::vector<float>& fortran,
                             const std::vector<std::int64_t>& shape) {
  std::vector<float> out(fortran.size());
  for (std::size_t to = 0; to < out.size(); ++to) {
    std::size_t rest = to;
    std::size_t from = 0;
    std::size_t below = out.size();
    for (std::size_t d = shape.size(); d-- > 0;) {
      const auto size = static_cast<std::size_t>(shape[d]);
      below /= size;
      from += rest % size * below;
      rest /= size;
    }
    out[to] = fortran[from];
  }
  return out;
}

/// The header of an array and where its data begin.
struct Layout {
  Header header;
  std::size_t start = 0;
};

/// @param size of the whole file, of which `bytes` may be the begin
/// @param of_text whether it must be one text, and not numbers
Layout read_layout(std::string_view bytes, std::uint64_t size, bool of_text,
                   const std::string& file, const std::string& shown) {
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
  layout.header = HeaderReader(bytes.substr(begin, length), of_text, file, shown).read();
  layout.start = begin + length;
  std::uint64_t elements = 1;
  constexpr std::uint64_t kMost = std::uint64_t{1} << 40;  // more than a file may have
  for (const std::int64_t n : layout.header.shape) {
    elements = std::min(kMost, elements * static_cast<std::uint64_t>(n));
  }
  const std::uint64_t needed = of_text ? layout.header.characters * layout.header.character_bytes
                                       : elements * bytes_of(layout.header.type);
  if (size - layout.start != needed) {
    fail("has " + std::to_string(size - layout.start) + " bytes of data: its shape needs " +
         std::to_string(needed));
  }
  return layout;
}

}  // namespace

void check_npy_begin(std::string_view begin, std::uint64_t size, const std::string& file,
                     const std::string& name) {
  read_layout(begin, size, false, file, printable(name));
}

std::string read_npy_text(std::string_view bytes, const std::string& file,
                          const std::string& name) {
  const std::string shown = printable(name);
  const Layout layout = read_layout(bytes, bytes.size(), true, file, shown);
  std::string text;
  for (std::size_t i = 0; i < layout.header.characters; ++i) {
    const std::size_t at = layout.start + i * layout.header.character_bytes;
    const char character = bytes[at];
    bool plain = character >= ' ' && character <= '~';
    for (std::size_t b = 1; b < layout.header.character_bytes; ++b) plain &= bytes[at + b] == 0;
    if (!plain) throw UserError(file, shown, "is no text of plain characters on one line");
    text += character;
  }
  return text;
}

NamedTensor read_npy(std::string_view bytes, const std::string& file, const std::string& name,
                     std::vector<std::string>& notes) {
  const std::string shown = printable(name);
  const Layout layout = read_layout(bytes, bytes.size(), false, file, shown);
  const Header& header = layout.header;
  const std::string_view data = bytes.substr(layout.start);
  ConvertedFloats floats = to_float32(header.type, data, header.big_endian, file, shown);
  if (floats.rounded > 0) notes.push_back(rounding_note(name, floats));
  if (header.fortran_order && header.shape.size() > 1) {
    floats.values = row_major(floats.values, header.shape);
  }
  return {name, header.shape, std::move(floats.values)};
}

}  // namespace minerva
