#include "npz/zip_archive.hpp"

#include <zip.h>

#include <algorithm>
#include <memory>
#include <set>

#include "minerva/base/errors.hpp"
#include "minerva/interchange/named_tensors.hpp"

namespace minerva {
namespace {

struct DiscardArchive {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
using Archive = std::unique_ptr<zip_t, DiscardArchive>;

struct CloseMember {
  void operator()(zip_file_t* member) const { zip_fclose(member); }
};
using Member = std::unique_ptr<zip_file_t, CloseMember>;

/// A zip_error_t that is ended on every way out.
struct Error {
  zip_error_t value;
  Error() { zip_error_init(&value); }
  ~Error() { zip_error_fini(&value); }
  Error(const Error&) = delete;
  Error& operator=(const Error&) = delete;
  std::string text() { return zip_error_strerror(&value); }
};

Archive open(std::string_view bytes, const std::string& file, std::size_t most_members) {
  Error error;
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error.value);
  if (source == nullptr) throw UserError(file, "", "cannot be read: " + error.text());
  Archive archive(zip_open_from_source(source, ZIP_RDONLY, &error.value));
  if (archive == nullptr) {
    zip_source_free(source);
    throw UserError(file, "", "is no sound zip archive: " + error.text());
  }
  const zip_int64_t count = zip_get_num_entries(archive.get(), 0);
  if (count < 0 || static_cast<std::size_t>(count) > most_members) {
    throw UserError(file, std::to_string(count) + " members",
                    "needs at most " + std::to_string(most_members));
  }
  return archive;
}

zip_stat_t stat_of(zip_t* archive, zip_uint64_t index, const std::string& file) {
  zip_stat_t stat;
  zip_stat_init(&stat);
  constexpr zip_uint64_t kNeeded =
      ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
  if (zip_stat_index(archive, index, 0, &stat) != 0 || (stat.valid & kNeeded) != kNeeded) {
    throw UserError(file, "", std::string("is no sound zip archive: ") + zip_strerror(archive));
  }
  return stat;
}

std::string unpacked(zip_t* archive, zip_uint64_t index, const zip_stat_t& stat,
                     const std::string& file, const CheckBegin& check_begin) {
  const Member member(zip_fopen_index(archive, index, 0));
  if (member == nullptr) {
    throw UserError(file, printable(stat.name),
                    std::string("cannot be unpacked: ") + zip_strerror(archive));
  }
  std::string bytes;
  char buffer[1 << 16];
  bool begun = stat.size <= sizeof buffer;  // one that is small costs little
  while (true) {
    const zip_int64_t count = zip_fread(member.get(), buffer, sizeof buffer);
    if (count < 0) {  // the checksum is tested with the last bytes
      throw UserError(file, printable(stat.name),
                      std::string("cannot be unpacked: ") +
                          zip_error_strerror(zip_file_get_error(member.get())));
    }
    if (count == 0) break;
    bytes.append(buffer, static_cast<std::size_t>(count));
    if (bytes.size() > stat.size) break;
    if (!begun) check_begin(stat.name, bytes, stat.size);
    begun = true;
  }
  if (bytes.size() != stat.size) {
    throw UserError(file, printable(stat.name),
                    "unpacks to another size than its entry says: needs " +
                        std::to_string(stat.size) + " bytes");
  }
  return bytes;
}

}  // namespace

std::vector<ZipMember> read_zip(std::string_view bytes, const std::string& file,
                                std::size_t most_members, std::size_t most_bytes,
                                const CheckBegin& check_begin) {
  const Archive archive = open(bytes, file, most_members);
  const auto count = static_cast<zip_uint64_t>(zip_get_num_entries(archive.get(), 0));
  std::size_t left = most_bytes;
  std::set<std::string> names;
  for (zip_uint64_t i = 0; i < count; ++i) {
    const zip_stat_t stat = stat_of(archive.get(), i, file);
    if (stat.encryption_method != ZIP_EM_NONE ||
        (stat.comp_method != ZIP_CM_STORE && stat.comp_method != ZIP_CM_DEFLATE)) {
      throw UserError(file, printable(stat.name),
                      "is encrypted or compressed otherwise: needs stored or deflated members");
    }
    if (stat.size > left) {
      throw UserError(file, printable(stat.name),
                      "members unpack to more than " + std::to_string(most_bytes) + " bytes");
    }
    left -= static_cast<std::size_t>(stat.size);
    if (!names.insert(stat.name).second) {
      throw UserError(file, printable(stat.name), "stands twice in the archive");
    }
  }
  std::vector<ZipMember> members;
  for (zip_uint64_t i = 0; i < count; ++i) {
    const zip_stat_t stat = stat_of(archive.get(), i, file);
    members.push_back({stat.name, unpacked(archive.get(), i, stat, file, check_begin)});
  }
  return members;
}

std::vector<std::string> zip_names(std::string_view bytes, const std::string& file,
                                   std::size_t most_members) {
  const Archive archive = open(bytes, file, most_members);
  std::vector<std::string> names;
  const auto count = static_cast<zip_uint64_t>(zip_get_num_entries(archive.get(), 0));
  for (zip_uint64_t i = 0; i < count; ++i) {
    const char* name = zip_get_name(archive.get(), i, 0);
    if (name != nullptr) names.emplace_back(name);
  }
  return names;
}

std::string zip_bytes(const std::vector<ZipMember>& members) {
  const auto check = [](bool good) {
    expects(good, "zip_bytes: libzip failed to write to memory");
  };
  Error error;
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error.value);
  check(target != nullptr);
  zip_source_keep(target);  // outlives the archive that writes into it
  const std::unique_ptr<zip_source_t, decltype(&zip_source_free)> kept(target, &zip_source_free);
  zip_t* archive = zip_open_from_source(target, ZIP_TRUNCATE, &error.value);
  check(archive != nullptr);
  for (const ZipMember& member : members) {
    zip_source_t* source =
        zip_source_buffer_create(member.bytes.data(), member.bytes.size(), 0, &error.value);
    check(source != nullptr);
    const zip_int64_t index = zip_file_add(archive, member.name.c_str(), source, ZIP_FL_ENC_UTF_8);
    check(index >= 0);
    const auto at = static_cast<zip_uint64_t>(index);
    constexpr zip_uint16_t kFirstDay = 0x21;  // 1 January 1980, the first day that zip can say
    check(zip_set_file_compression(archive, at, ZIP_CM_STORE, 0) == 0 &&
          zip_file_set_dostime(archive, at, 0, kFirstDay, 0) == 0);
  }
  check(zip_close(archive) == 0);
  zip_stat_t stat;
  zip_stat_init(&stat);
  check(zip_source_stat(target, &stat) == 0);
  std::string bytes(static_cast<std::size_t>(stat.size), '\0');
  check(zip_source_open(target) == 0);
  check(zip_source_read(target, bytes.data(), bytes.size()) ==
        static_cast<zip_int64_t>(bytes.size()));
  zip_source_close(target);
  return bytes;
}

}  // namespace minerva
