#pragma once
#include <nlohmann/json.hpp>

#include "minerva/run/output.hpp"

namespace minerva::flow {

using Json = nlohmann::ordered_json;

/// Prints a document where JSON was asked for. Bytes that are no UTF-8, as names of files may have,
/// are replaced.
inline void print_document(const Json& document) {
  print_json(document.dump(2, ' ', false, Json::error_handler_t::replace));
}

}  // namespace minerva::flow
