#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "minerva/interchange/named_tensors.hpp"

namespace minerva {

/// Bytes of the length of the header, which begins a file.
constexpr std::size_t kLengthBytes = 8;

/// A safetensors file taken apart and checked: every byte of the data belongs to one tensor.
struct SafetensorsFile {
  struct Tensor {
    std::string dtype;
    std::vector<std::int64_t> shape;
    std::string_view bytes;  ///< into the file's bytes
  };
  std::map<std::string, Tensor> tensors;
  std::map<std::string, std::string> metadata;
  std::string_view data;  ///< all that follows the header
};

/// `bytes` must outlive the result. Throws UserError naming `file`.
SafetensorsFile parse_safetensors(std::string_view bytes, const std::string& file);

/// Whether the bytes begin as a safetensors file does: a header of JSON within the file.
bool looks_like_safetensors(std::string_view bytes);

}  // namespace minerva
