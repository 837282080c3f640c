// Weights that an ONNX model keeps in files beside it.
#include <sys/stat.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "built_onnx_model.hpp"
#include "minerva/interchange/import_network.hpp"
#include "minerva/interchange/network_file.hpp"

namespace minerva {
namespace {

using test::Floats;
using test::Model;
namespace fs = std::filesystem;

class ExternalData : public ::testing::Test {
 protected:
  ExternalData() {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(::testing::TempDir()) / (std::string("minerva_external_") + test->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "below");
    model_.gemm("x", "h");
    model_.node("Relu", {"h"}, "r");
    model_.square_gemm("r", "y");
    model_.output("y");
    whole_ = model_.read().network;
  }
  ~ExternalData() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
  }
  /// Moves the numbers of an initializer out of the model: their bytes.
  std::string move_out(int initializer, const std::string& location, const std::string& offset,
                       const std::string& length) {
    auto& tensor = *model_.graph.mutable_initializer(initializer);
    const Floats values(tensor.float_data().begin(), tensor.float_data().end());
    std::string bytes(4 * values.size(), '\0');
    std::memcpy(bytes.data(), values.data(), bytes.size());
    tensor.clear_float_data();
    tensor.set_data_location(onnx::TensorProto::EXTERNAL);
    entry(tensor, "location", location);
    if (!offset.empty()) entry(tensor, "offset", offset);
    if (!length.empty()) entry(tensor, "length", length);
    return bytes;
  }
  static void entry(onnx::TensorProto& tensor, const std::string& key, const std::string& value) {
    auto* added = tensor.add_external_data();
    added->set_key(key);
    added->set_value(value);
  }
  ImportedNetwork import() const {
    write("m.onnx", model_.proto.SerializeAsString());
    return import_network((folder_ / "m.onnx").string());
  }
  void refused(const std::string& reason) const {
    try {
      import();
      ADD_FAILURE() << "accepted, expected: " << reason;
    } catch (const UserError& error) {
      EXPECT_NE(std::string(error.what()).find("m.onnx"), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find(reason), std::string::npos) << error.what();
    }
  }
  /// With the first weights elsewhere, and the file w.data there to be found.
  void refused_at(const std::string& location, const std::string& offset, const std::string& length,
                  const std::string& reason) {
    const onnx::TensorProto before = model_.graph.initializer(0);
    const std::string bytes = move_out(0, location, offset, length);
    write("w.data", bytes);
    refused(reason);
    *model_.graph.mutable_initializer(0) = before;
  }

  fs::path folder_;
  Model model_;
  GraphNetwork whole_;
};

TEST_F(ExternalData, GivesTheSameBitsAsInside) {
  // As PyTorch 2.9 writes it: all in one file, one behind the other, small ones inside.
  const std::string first = move_out(0, "m.onnx.data", "0", "24");
  const std::string second = move_out(2, "m.onnx.data", "24", "16");
  write("m.onnx.data", first + second);
  EXPECT_EQ(serialize_network(import().network), serialize_network(whole_));
  const std::string path = (folder_ / "m.onnx").string();
  EXPECT_EQ(files_beside_network(path),
            std::vector<std::string>{(folder_ / "m.onnx.data").string()});
  // The numbers are those of the file: others give another network.
  write("m.onnx.data", second + first);
  EXPECT_NE(serialize_network(import().network), serialize_network(whole_));
}

TEST_F(ExternalData, OffsetAndLengthMayBeLeftOut) {
  write("a.data", move_out(0, "a.data", "", ""));
  write("b.data", "skipped " + move_out(2, "b.data", "8", ""));
  EXPECT_EQ(serialize_network(import().network), serialize_network(whole_));
  EXPECT_EQ(files_beside_network((folder_ / "m.onnx").string()).size(), 2U);
}

TEST_F(ExternalData, IsReadFromTheWorkingFolderToo) {
  write("w.data", move_out(0, "w.data", "0", "24"));
  import();
  const fs::path before = fs::current_path();
  fs::current_path(folder_);
  const std::string bits = serialize_network(import_network("m.onnx").network);
  fs::current_path(before);
  EXPECT_EQ(bits, serialize_network(whole_));
}

TEST_F(ExternalData, PlacesOutsideOfTheFolderAreRefused) {
  write("below/w.data", std::string(24, '\0'));
  const std::string plain = "needs the plain name of a file in the model's own folder";
  for (const std::string& place :
       {std::string("below/w.data"), std::string("../w.data"), std::string("/etc/passwd"),
        std::string(".."), std::string("."), std::string(), std::string("w.data\0x", 8),
        std::string("below\\w.data")}) {
    refused_at(place, "0", "24", plain);
  }
  fs::create_symlink("w.data", folder_ / "link.data");
  refused_at("link.data", "0", "24", "which is a link");
  refused_at("below", "0", "24", "which is no regular file");
  refused_at("none.data", "0", "24", "cannot be opened: No such file");
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  refused_at("pipe", "0", "24", "which is no regular file");
}

TEST_F(ExternalData, OffsetsAndLengthsLieWithinTheFile) {
  refused_at("w.data", "0", "25", "at byte 0, 25 bytes: the file has 24");
  refused_at("w.data", "8", "24", "at byte 8, 24 bytes: the file has 24");
  refused_at("w.data", "25", "", "at byte 25, 0 bytes: the file has 24");
  refused_at("w.data", "999999999999999999", "24", "the file has 24");
  refused_at("w.data", "0", "999999999999999999", "the file has 24");
  refused_at("w.data", "0", "20", "holds 5 numbers: its sizes need 6");
  refused_at("w.data", "4", "", "holds 5 numbers: its sizes need 6");
  refused_at("w.data", "0", "23", "holds 0 numbers: its sizes need 6");
  refused_at("w.data", "-4", "24", "external offset '-4': needs a whole number");
  refused_at("w.data", "0x4", "24", "external offset '0x4': needs a whole number");
  refused_at("w.data", "0", "18446744073709551640", "needs a whole number");
  auto& tensor = *model_.graph.mutable_initializer(0);
  write("w.data", move_out(0, "w.data", "0", "24"));
  entry(tensor, "checksum", "0000");
  refused("has the external checksum, which is not known here");
}

TEST_F(ExternalData, BytesAloneDoNotReachIt) {
  write("w.data", move_out(0, "w.data", "0", "24"));
  try {
    import_network_bytes(model_.proto.SerializeAsString(), "bytes");
    ADD_FAILURE() << "accepted";
  } catch (const UserError& error) {
    EXPECT_NE(
        std::string(error.what()).find("a file beside the model: bytes alone do not reach it"),
        std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace minerva
