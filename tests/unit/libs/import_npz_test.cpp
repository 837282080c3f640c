// .npz files: what is taken, how matrices lie, and what is refused.
#include <gtest/gtest.h>
#include <zip.h>

#include <cstring>

#include "minerva/base/errors.hpp"
#include "minerva/interchange/network_file.hpp"
#include "minerva/interchange/npy.hpp"
#include "minerva/interchange/npz.hpp"

namespace minerva {
namespace {

struct Entry {
  std::string name;
  std::string bytes;
  bool deflated = false;
};

std::string archive(const std::vector<Entry>& entries) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(target);
  zip_t* zip = zip_open_from_source(target, ZIP_TRUNCATE, &error);
  for (const Entry& entry : entries) {
    zip_source_t* source =
        zip_source_buffer_create(entry.bytes.data(), entry.bytes.size(), 0, &error);
    const auto at =
        static_cast<zip_uint64_t>(zip_file_add(zip, entry.name.c_str(), source, ZIP_FL_ENC_UTF_8));
    zip_set_file_compression(zip, at, entry.deflated ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0);
  }
  EXPECT_EQ(zip_close(zip), 0);
  zip_stat_t stat;
  zip_source_stat(target, &stat);
  std::string bytes(static_cast<std::size_t>(stat.size), '\0');
  zip_source_open(target);
  zip_source_read(target, bytes.data(), bytes.size());
  zip_source_close(target);
  zip_source_free(target);
  return bytes;
}

using Floats = std::vector<float>;

/// Arrays 1, 2, 3, .. of these shapes.
std::string array(const std::vector<std::size_t>& shape) {
  std::size_t count = 1;
  for (const std::size_t n : shape) count *= n;
  Floats values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<float>(i + 1);
  return npy_bytes(values, shape);
}

std::string npy(const std::string& header, const std::string& data) {
  std::string text = header + "\n";
  return std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(text.size() & 0xff) +
         static_cast<char>(text.size() >> 8) + text + data;
}

Floats weights_of(const std::string& bytes, std::size_t k = 0,
                  WeightsLayout layout = WeightsLayout::automatic) {
  const Eigen::MatrixXf w = read_npz(bytes, "n.npz", layout).network.layers.at(k).weights;
  return {w.data(), w.data() + w.size()};
}

void refused(const std::string& bytes, const std::string& reason,
             WeightsLayout layout = WeightsLayout::automatic) {
  try {
    read_npz(bytes, "n.npz", layout);
    ADD_FAILURE() << "accepted, expected: " << reason;
  } catch (const UserError& error) {
    EXPECT_EQ(std::string(error.what()).rfind("n.npz", 0), 0U) << error.what();
    EXPECT_NE(std::string(error.what()).find(reason), std::string::npos) << error.what();
  }
}

std::string with_array(const std::string& bytes) {
  return archive({{"w0.npy", bytes}, {"b0.npy", array({1})}});
}

TEST(ReadNpz, StoredAndDeflated) {
  for (const bool deflated : {false, true}) {
    const std::string bytes =
        archive({{"w0.npy", array({3, 2}), deflated}, {"b0.npy", array({2}), deflated}});
    EXPECT_EQ(weights_of(bytes), (Floats{1, 2, 3, 4, 5, 6}));
  }
}

TEST(ReadNpz, ByteOrderAndFortranOrder) {
  const std::string big("\x3f\x80\x00\x00\x40\x00\x00\x00", 8);  // 1, 2
  EXPECT_EQ(weights_of(with_array(
                npy("{'descr': '>f4', 'fortran_order': False, 'shape': (2, 1), }", big))),
            (Floats{0, 1, 0, 2}));                // one output: a first one of zeros is added
  const std::string half("\x00\x3c\x00\xc0", 4);  // 1, -2
  EXPECT_EQ(weights_of(with_array(
                npy("{'descr': '<f2', 'fortran_order': False, 'shape': (2, 1), }", half))),
            (Floats{0, 1, 0, -2}));
  std::string fortran(24, '\0');
  const float columns[] = {1, 3, 5, 2, 4, 6};
  std::memcpy(fortran.data(), columns, sizeof columns);
  const std::string bytes = archive(
      {{"w0.npy", npy("{'fortran_order': True, \"shape\": (3, 2), 'descr': '<f4'}", fortran)},
       {"b0.npy", array({2})}});
  EXPECT_EQ(weights_of(bytes), (Floats{1, 2, 3, 4, 5, 6}));
}

TEST(ReadNpz, Float64IsRoundedAndSaid) {
  std::string data(16, '\0');
  const double values[] = {0.1, 0.5};
  std::memcpy(data.data(), values, sizeof values);
  const std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1), }";
  const ImportedNetwork imported = read_npz(with_array(npy(header, data)), "n.npz");
  EXPECT_EQ(imported.network.layers[0].weights(1, 0), 0.1F);
  ASSERT_EQ(imported.notes.size(), 3U);  // then the assumptions: ReLU, and one output
  EXPECT_EQ(imported.notes[0], "w0: 1 of 2 numbers rounded to float32");
  const double beyond[] = {1e39, 0.5};
  std::memcpy(data.data(), beyond, sizeof beyond);
  refused(with_array(npy(header, data)), "beyond the range of float32");
}

TEST(ReadNpz, BiasesSettleHowMatricesLie) {
  const auto file = [](const std::vector<std::vector<std::size_t>>& shapes) {
    std::vector<Entry> entries;
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      entries.push_back(
          {(i % 2 == 0 ? "w" : "b") + std::to_string(i / 2) + ".npy", array(shapes[i])});
    }
    return archive(entries);
  };
  // (outputs, inputs) 2 x 3, then a square one, which follows: 1 2 / 3 4 has input 0 feed 1 and 3.
  const std::string turned = file({{2, 3}, {2}, {2, 2}, {2}});
  EXPECT_EQ(weights_of(turned, 0), (Floats{1, 4, 2, 5, 3, 6}));
  EXPECT_EQ(weights_of(turned, 1), (Floats{1, 3, 2, 4}));
  const std::string plain = file({{3, 2}, {2}, {2, 2}, {2}});
  EXPECT_EQ(weights_of(plain, 1), (Floats{1, 2, 3, 4}));
  // Square alone: (inputs, outputs), unless the caller says otherwise.
  const std::string square = file({{2, 2}, {2}});
  EXPECT_EQ(weights_of(square), (Floats{1, 2, 3, 4}));
  EXPECT_EQ(weights_of(square, 0, WeightsLayout::outputs_inputs), (Floats{1, 3, 2, 4}));
  EXPECT_EQ(read_npz(square, "n.npz").notes.size(), 2U);
  refused(file({{2, 3}, {2}, {2, 4}, {4}}), "needs one layout for all");
  refused(file({{2, 3}, {4}}), "fit neither side");
  refused(file({{2, 3}, {2}}), "biases", WeightsLayout::inputs_outputs);
}

TEST(ReadNpz, BadArraysAreRefused) {
  const std::string data(8, '\0');
  const auto refuse = [&](const std::string& header, const std::string& reason) {
    refused(with_array(npy(header, data)), reason);
  };
  refuse("{'descr': '<i4', 'fortran_order': False, 'shape': (2, 1), }", "has dtype <i4");
  refuse("{'descr': '|O', 'fortran_order': False, 'shape': (2, 1), }", "has dtype |O");
  refuse("{'descr': '', 'fortran_order': False, 'shape': (2, 1), }", "has dtype");
  refuse("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 1), }", "its shape needs 12");
  refuse("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), }", "its shape needs 4");
  refuse("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 1), }", "dimensions of 1 to");
  refuse("{'descr': '<f4', 'fortran_order': False, 'shape': (9999999999, 1), }", "1 to 1048576");
  refuse("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999, 1), }", "needs descr");
  refuse("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1, 1, 1, 1), }",
         "one to four dimensions");
  refuse("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1, 1), }", "2 dimension(s)");
  refuse("{'descr': '<f4', 'fortran_order': False, 'shape': (), }", "single number");
  refuse("{'descr': '<f4', 'fortran_order': Maybe, 'shape': (2, 1), }", "needs descr");
  refuse("{'descr': '<f4', 'fortran_order': False, }", "needs descr");
  refuse("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 1)}",
         "needs descr");
  refuse("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), } x", "needs descr");
  refuse("{'descr': '<f4", "needs descr");
  refused(with_array("\x93NUMPX"), "magic");
  refused(with_array(""), "magic");
  refused(with_array(std::string("\x93NUMPY\x09\x00\x10\x00{}", 12)), "version 9.0");
  refused(with_array(std::string("\x93NUMPY\x01\x00\xff\xff{}", 12)), "header is longer");
  const std::string nan("\x00\x00\xc0\x7f\x00\x00\x00\x00", 8);
  refused(with_array(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }", nan)),
          "not finite");
}

TEST(ReadNpz, BadArchivesAreRefused) {
  refused("", "zip");
  refused("PK\x03\x04 and then nothing of use", "zip");
  refused(archive({{"w0.npy", array({2, 1})}}), "b0");
  refused(archive({{"readme.txt", "x"}}), "is no .npy array");
  refused(archive({{"archive/data.pkl", "x"}}), "PyTorch pickle");
  refused(archive({{"model.weights.h5", "x"}}), "Keras archive");
  const std::string good = archive({{"w0.npy", array({3, 2}), true}, {"b0.npy", array({2}), true}});
  for (std::size_t size = 0; size < good.size(); ++size) refused(good.substr(0, size), "");
  // Whatever bit is wrong: refused, or a part of the archive that holds no network.
  const std::string network = serialize_network(read_npz(good, "n.npz").network);
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string broken = good;
    broken[at] = static_cast<char>(broken[at] ^ 8);
    try {
      EXPECT_EQ(serialize_network(read_npz(broken, "n.npz").network), network) << at;
    } catch (const UserError&) {
    }
  }
}

TEST(ReadNpz, BombsAreRefused) {
  // 1 MiB that says 8 rows: the array is held against its shape; an archive whose entry claims
  // less than it unpacks to is held against its claim.
  const std::string zeros(std::size_t{1} << 20, '\0');
  std::string bytes = archive(
      {{"w0.npy", npy("{'descr': '<f4', 'fortran_order': False, 'shape': (8, 1), }", zeros), true},
       {"b0.npy", array({1})}});
  ASSERT_LT(bytes.size(), 8192U);
  refused(bytes, "its shape needs 32");
  std::vector<Entry> many;
  for (int i = 0; i < 5000; ++i) many.push_back({std::to_string(i) + ".npy", ""});
  refused(archive(many), "5000 members");
}

}  // namespace
}  // namespace minerva
