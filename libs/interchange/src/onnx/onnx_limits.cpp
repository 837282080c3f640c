#include "onnx/onnx_limits.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>
#include <onnx/onnx_pb.h>

#include <algorithm>

#include "minerva/base/errors.hpp"
#include "minerva/base/limits.hpp"

namespace minerva {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormatLite;

/// Walks over a message, field by field.
class ModelWalk {
 public:
  ModelWalk(std::string_view bytes, const std::string& file)
      : bytes_(bytes),
        file_(file),
        stream_(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                static_cast<int>(bytes.size())) {}

  /// False where the bytes are no message.
  bool walk(const Descriptor& message, int depth) {
    if (depth > limits::kModelDepth) {
      refuse(limits::kModelDepth, "messages within each other");
    }
    while (const std::uint32_t tag = stream_.ReadTag()) {
      const auto* field = message.FindFieldByNumber(WireFormatLite::GetTagFieldNumber(tag));
      if (!take(WireFormatLite::GetTagWireType(tag), field, depth)) return false;
    }
    return stream_.ConsumedEntireMessage();
  }

 private:
  bool take(WireFormatLite::WireType type, const FieldDescriptor* field, int depth) {
    // A field that is not known is kept as well.
    if (field == nullptr) count_part();
    switch (type) {
      case WireFormatLite::WIRETYPE_VARINT: {
        std::uint64_t ignored = 0;
        count_numbers(1);
        return stream_.ReadVarint64(&ignored);
      }
      case WireFormatLite::WIRETYPE_FIXED32:
        count_numbers(1);
        return stream_.Skip(4);
      case WireFormatLite::WIRETYPE_FIXED64:
        count_numbers(1);
        return stream_.Skip(8);
      case WireFormatLite::WIRETYPE_LENGTH_DELIMITED:
        return take_delimited(field, depth);
      default:
        return false;  // a group, which ONNX has none of
    }
  }

  bool take_delimited(const FieldDescriptor* field, int depth) {
    int size = 0;
    if (!stream_.ReadVarintSizeAsInt(&size)) return false;
    const auto begin = static_cast<std::size_t>(stream_.CurrentPosition());
    if (static_cast<std::size_t>(size) > bytes_.size() - begin) return false;
    if (field != nullptr && field->type() == FieldDescriptor::TYPE_MESSAGE) {
      count_part();
      const auto outer = stream_.PushLimit(size);
      const bool whole = walk(*field->message_type(), depth + 1);
      stream_.PopLimit(outer);
      return whole;
    }
    if (field == nullptr || field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      if (field != nullptr) count_part();
    } else {  // packed: the last byte of each number has no mark that another follows
      const std::string_view packed = bytes_.substr(begin, static_cast<std::size_t>(size));
      count_numbers(static_cast<std::size_t>(
          std::count_if(packed.begin(), packed.end(), [](char c) { return (c & 0x80) == 0; })));
    }
    return stream_.Skip(size);
  }

  void count_part() {
    if (++parts_ > limits::kModelParts) {
      refuse(limits::kModelParts, "nodes, attributes, tensors and names");
    }
  }
  void count_numbers(std::size_t count) {
    numbers_ += count;
    if (numbers_ > limits::kModelNumbers) {
      refuse(limits::kModelNumbers, "numbers outside of raw_data");
    }
  }
  [[noreturn]] void refuse(std::size_t most, const std::string& of_what) const {
    throw UserError(file_, "", "needs at most " + std::to_string(most) + " " + of_what);
  }

  std::string_view bytes_;
  const std::string& file_;
  google::protobuf::io::CodedInputStream stream_;
  std::size_t parts_ = 0;
  std::size_t numbers_ = 0;
};

}  // namespace

void check_model_limits(std::string_view bytes, const std::string& file) {
  ModelWalk(bytes, file).walk(*onnx::ModelProto::descriptor(), 1);
}

}  // namespace minerva
