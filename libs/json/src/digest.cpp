#include "minerva/json/digest.hpp"

#include "minerva/base/checksum.hpp"
#include "minerva/base/errors.hpp"

namespace minerva::json {
namespace {

const std::string kFirstLine = "{\n";

std::string digest_line(const std::string& text) {
  return std::string(" \"") + kDigestMember + "\": \"" + sha256(text.data(), text.size()) + "\",\n";
}

}  // namespace

std::string dump_with_digest(const Json& object) {
  expects(object.is_object() && !object.empty() && !object.contains(kDigestMember),
          "a file with a checksum needs an object with members, and room for the checksum");
  const std::string text = dump(object);
  return kFirstLine + digest_line(text) + text.substr(kFirstLine.size());
}

void check_digest(const std::string& text, const std::string& file) {
  const std::size_t length = digest_line("").size();
  const std::string label = std::string(" \"") + kDigestMember + "\": \"";
  if (text.compare(0, kFirstLine.size(), kFirstLine) != 0 ||
      text.compare(kFirstLine.size(), label.size(), label) != 0 ||
      text.size() < kFirstLine.size() + length) {
    throw UserError(file, "", "is damaged: does not begin with its checksum");
  }
  const std::string rest = kFirstLine + text.substr(kFirstLine.size() + length);
  if (text.compare(kFirstLine.size(), length, digest_line(rest)) != 0) {
    throw UserError(file, "",
                    "is damaged: its bytes are not those that were written, by its checksum");
  }
}

}  // namespace minerva::json
